import Host
import LiveEngine
import Pipeline
import Recordings
import Tracing

/// Reads a recording once from end to end, on a thread of its own, and makes its seek index.
///
/// Memory is flat: states are written to the index one by one.
final class IndexBuilder: Sendable {
  /// The distance of two states in bytes of the session file: a seek reads at most this much again.
  static let spacing = 2 << 20
  /// The number of records between two updates of the map.
  private static let recordsPerUpdate = 4_096

  private struct Progress {
    var map: SeekIndex
    var isStopping = false
  }

  /// The state of the thread.
  ///
  /// `@unchecked Sendable` because it is moved into one thread, never shared.
  private struct Work: @unchecked Sendable {
    var records: SessionRecords
    var feed: LedgerFeed
    var index: IndexFile?
  }

  private let progress: Monitor<Progress>
  private let size: Int
  private let spacing: Int
  private let thread = Monitor<JoinableThread?>(nil)

  init(_ session: RecordedSession, spacing: Int = IndexBuilder.spacing) {
    size = session.records.size
    self.spacing = spacing
    progress = Monitor(Progress(map: SeekIndex(session.scenario, stages: session.stages)))
  }

  /// The map of the part read so far.
  var map: SeekIndex { progress.withLock { $0.map } }

  /// Starts the thread.
  ///
  /// - Parameters:
  ///   - session: A recording with a reader of its own.
  ///   - index: The file for states; nil keeps none.
  /// - Throws: `ThreadFault` where the system gives no thread.
  func start(_ session: RecordedSession, index: IndexFile?) throws(ThreadFault) {
    let work = Work(records: session.records, feed: LedgerFeed(session), index: index)
    try thread.withLock { thread throws(ThreadFault) in
      thread = try JoinableThread(name: "map", isBackground: true) { [self] in
        var work = work
        run(&work)
      }
    }
  }

  /// Ends the reading, complete or not.
  func stop() {
    progress.withLock { $0.isStopping = true }
    wait()
  }

  /// Waits until the thread has ended; the map is whole then, unless `stop` was called.
  func wait() { thread.withLock { $0?.join() } }

  private func run(_ work: inout Work) {
    var last = work.records.position
    var count = 0
    while let record = work.records.next() {
      work.feed.take(record)
      if case .note(let note, let at) = record { progress.withLock { $0.map.note(note, at: at) } }
      count += 1
      if count % Self.recordsPerUpdate == 0, !report(work) { return }
      if work.records.isBetweenPackets, work.records.position - last >= spacing {
        last = work.records.position
        keep(&work)
      }
    }
    let (latest, trouble) = (work.feed.latest, work.records.trouble)
    let map = progress.withLock { progress in
      progress.map.frontier = latest
      progress.map.share = 1
      progress.map.trouble = trouble
      progress.map.isWhole = true
      return progress.map
    }
    // After a read error the index stays incomplete, because the next attempt may succeed.
    if trouble.failure == nil { work.index?.finish(map) }
  }

  private func report(_ work: borrowing Work) -> Bool {
    let (latest, position) = (work.feed.latest, work.records.position)
    return progress.withLock { progress in
      progress.map.frontier = latest
      progress.map.share = Double(position) / Double(max(1, size))
      return !progress.isStopping
    }
  }

  /// Adds the present state to the index; without an index or where writing fails, it is left out.
  private func keep(_ work: inout Work) {
    guard let index = work.index else { return }
    var archive = StateArchive(writing: progress.withLock { $0.map.book })
    var (records, feed) = (work.records, work.feed)
    records.archive(&archive)
    feed.archive(&archive)
    guard !archive.isBroken, let place = index.append(archive.bytes) else { return }
    let checkpoint = SeekIndex.Checkpoint(
      at: work.feed.latest, offset: work.records.position, place: place,
      length: archive.bytes.count, checksum: Checksum.of(archive.bytes))
    progress.withLock { $0.map.add(checkpoint) }
  }
}
