import Pipeline
import Quantities
import Recordings
import Tracing

/// A place in a recording: the ledger's state there, and the records that come next.
///
/// At a given moment, all records before the first that ends later have been fed to the ledger. Its
/// state is therefore a function of the moment alone, whether playing or seeking led to it.
struct Playhead {
  /// The time for which a recorded reading is shown; after that the ledger makes a new one.
  static let readingLifetime = Nanoseconds.seconds(1)
  /// The number of records between two calls of `keepsGoing`.
  private static let recordsPerCheck = 1_024
  /// The most records that are read ahead for what workers are in the middle of: some hundred batches.
  private static let mostAhead = 2_048

  private var records: SessionRecords
  private var feed: LedgerFeed
  /// Records that have been read and not fed, from `first` on; empty at the recording's end.
  private var ahead: [SessionRecord] = []
  private var first = 0

  /// A place at the recording's start.
  init(_ session: RecordedSession) {
    records = session.records
    records.rewind()
    feed = LedgerFeed(session)
    readOn()
  }

  /// At a place whose state an index holds; nil where the state is invalid.
  init?(_ session: RecordedSession, at state: [UInt8], _ book: ScenarioBook) {
    records = session.records
    feed = LedgerFeed(session)
    var archive = StateArchive(reading: state, book)
    records.archive(&archive)
    feed.archive(&archive)
    guard !archive.isBroken, archive.isAtEnd else { return nil }
    readOn()
  }

  /// The bytes of the file that have been read.
  var offset: Int { records.position }
  /// The moment of the latest record that has been fed.
  var latest: Nanoseconds { feed.latest }
  /// The moment of the next record; nil at the recording's end.
  var upcoming: Nanoseconds? { first < ahead.count ? ahead[first].at : nil }
  var trouble: RecordingTrouble { records.trouble }
  var failure: String? { feed.failure }

  /// Feeds all records until one ends after `moment`.
  ///
  /// - Returns: False where `keepsGoing` ended it earlier.
  mutating func advance(to moment: Nanoseconds, keepsGoing: () -> Bool = { true }) -> Bool {
    feed.recordReadingsAfter = moment - Self.readingLifetime
    var count = 0
    while let upcoming, upcoming <= moment {
      _ = feedNext()
      count += 1
      if count % Self.recordsPerCheck == 0, !keepsGoing() { return false }
    }
    feed.takeReading()
    lookAhead()
    return true
  }

  /// Feeds records until one or more batches have been trained on.
  ///
  /// - Returns: The moment of that record and the number of batches; nil where there are none left.
  mutating func step() -> (at: Nanoseconds, batches: Int)? {
    feed.recordReadingsAfter = .zero
    while upcoming != nil {
      switch feedNext() {
      case .event(.stepped(let step)):
        lookAhead()
        return (max(step.end, feed.latest), 1)
      case .unrecorded(let sums) where sums.steps > 0:
        lookAhead()
        return (max(sums.to, feed.latest), sums.steps)
      default: break
      }
    }
    feed.takeReading()
    return nil
  }

  private mutating func readOn() {
    if let record = records.next() { ahead.append(record) }
  }

  private mutating func feedNext() -> SessionRecord {
    let record = ahead[first]
    feed.take(record)
    first += 1
    if first == ahead.count {
      ahead.removeAll(keepingCapacity: true)
      first = 0
      readOn()
    }
    return record
  }

  /// Reads on until each worker has made a batch or waited: what it is in the middle of is then known.
  private mutating func lookAhead() {
    ahead.removeFirst(first)
    first = 0
    var missing = Set(0..<feed.workers)
    var place = 0
    while place < Self.mostAhead, !missing.isEmpty {
      if place == ahead.count { readOn() }
      guard place < ahead.count else { return }
      switch ahead[place] {
      case .event(.made(let made)): missing.remove(made.worker)
      // A wait for room comes before its batch.
      case .event(.waited(let wait)) where wait.reason != .room: missing.remove(wait.worker)
      default: break
      }
      place += 1
    }
  }

  /// The last reading of the recorder before a moment; nil where it is older than
  /// `readingLifetime`.
  func recorded(at moment: Nanoseconds) -> Reading? {
    guard let reading = feed.lastReading, reading.at > moment - Self.readingLifetime else {
      return nil
    }
    return withLater(reading)
  }

  /// The ledger's reading at the moment itself.
  func preview(at moment: Nanoseconds) -> Reading { withLater(feed.preview(at: moment)) }

  private func withLater(_ reading: Reading) -> Reading {
    var reading = reading
    reading.timeline = feed.timeline(reading.timeline, until: ahead[first...])
    return reading
  }

  /// The session's report over the records that have been fed.
  mutating func report() -> Reading { feed.report() }
}
