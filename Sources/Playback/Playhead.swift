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

  private var records: SessionRecords
  private var feed: LedgerFeed
  private var next: SessionRecord?

  /// A place at the recording's start.
  init(_ session: RecordedSession) {
    records = session.records
    records.rewind()
    feed = LedgerFeed(session)
    next = records.next()
  }

  /// At a place whose state an index holds; nil where the state is invalid.
  init?(_ session: RecordedSession, at state: [UInt8], _ book: ScenarioBook) {
    records = session.records
    feed = LedgerFeed(session)
    var archive = StateArchive(reading: state, book)
    records.archive(&archive)
    feed.archive(&archive)
    guard !archive.isBroken, archive.isAtEnd else { return nil }
    next = records.next()
  }

  /// The bytes of the file that have been read.
  var offset: Int { records.position }
  /// The moment of the latest record that has been fed.
  var latest: Nanoseconds { feed.latest }
  /// The moment of the next record; nil at the recording's end.
  var upcoming: Nanoseconds? { next?.at }
  var isAtEnd: Bool { next == nil }
  var trouble: RecordingTrouble { records.trouble }
  var failure: String? { feed.failure }

  /// Feeds all records until one ends after `moment`.
  ///
  /// - Returns: False where `keepsGoing` ended it earlier.
  mutating func advance(to moment: Nanoseconds, keepsGoing: () -> Bool = { true }) -> Bool {
    feed.recordReadingsAfter = moment - Self.readingLifetime
    var count = 0
    while let record = next, record.at <= moment {
      feed.take(record)
      next = records.next()
      count += 1
      if count % Self.recordsPerCheck == 0, !keepsGoing() { return false }
    }
    feed.takeReading()
    return true
  }

  /// Feeds records until one or more batches have been trained on.
  ///
  /// - Returns: The moment of that record and the number of batches; nil where there are none left.
  mutating func step() -> (at: Nanoseconds, batches: Int)? {
    feed.recordReadingsAfter = .zero
    while let record = next {
      feed.take(record)
      next = records.next()
      switch record {
      case .event(.stepped(let step)): return (max(step.end, feed.latest), 1)
      case .unrecorded(let sums) where sums.steps > 0:
        return (max(sums.to, feed.latest), sums.steps)
      default: break
      }
    }
    feed.takeReading()
    return nil
  }

  /// The last reading of the recorder before a moment; nil where it is older than
  /// `readingLifetime`.
  func recorded(at moment: Nanoseconds) -> Reading? {
    guard let reading = feed.lastReading, reading.at > moment - Self.readingLifetime else {
      return nil
    }
    return reading
  }

  /// The ledger's reading at the moment itself.
  func preview(at moment: Nanoseconds) -> Reading { feed.preview(at: moment) }

  /// The session's report over the records that have been fed.
  mutating func report() -> Reading { feed.report() }
}
