package import Pipeline
package import Quantities
import Toml
package import Tracing

/// What a recorded session measured in one settled stretch, with intervals.
///
/// The stretch is the last one, in the wanted span of time, that is long enough for intervals: a
/// switch, a pause, and the report's settling time end one. Most often it is the report's window.
package struct MeasuredSession: Sendable {
  package let path: String
  package let header: RecordedHeader
  package let dataset: DatasetFacts
  /// In force in the stretch.
  package let scenario: Scenario
  package let blocks: WindowBlocks
  package let verdict: Verdict
  /// Until the end of what was wanted.
  package let droppedEvents: Int
  package let trouble: RecordingTrouble
  /// Why of the recorded scenario not all could be read, in words.
  package let scenarioTrouble: String?

  /// Reads a session through.
  ///
  /// - Parameter span: What is wanted of it; of its tracks it needs all.
  package init(
    _ session: RecordedSession, from: Nanoseconds = .zero, to: Nanoseconds = .never
  ) throws(MeasureFault) {
    var walk = StretchWalk(session, from: from, to: to)
    var records = session.records
    records.rewind()
    while let record = records.next() { walk.take(record) }
    guard let stretch = walk.finish() else {
      throw MeasureFault(
        path: session.path, settled: walk.longest?.blocks.span ?? .zero,
        steps: walk.longest?.blocks.steps ?? 0, trouble: records.trouble)
    }
    path = session.path
    header = session.header
    dataset = session.dataset
    scenario = stretch.scenario
    blocks = stretch.blocks
    verdict = Verdict(
      stretch.blocks.reading(
        of: stretch.scenario, dataset: session.dataset, cores: session.header.cores))
    droppedEvents = walk.droppedEvents
    trouble = records.trouble
    scenarioTrouble = session.scenarioFault?.message
  }

  /// Pictures an epoch.
  package var samplesPerEpoch: Int { scenario.samplesPerEpoch ?? dataset.count }
}

/// Too little was measured for an interval.
package struct MeasureFault: Error, Equatable {
  package var path: String
  /// The longest settled stretch, and the steps in it.
  package var settled: Nanoseconds
  package var steps: Int
  package var trouble: RecordingTrouble
}

/// Follows a session's ledger from settled stretch to settled stretch.
private struct StretchWalk {
  struct Stretch {
    /// When the ledger's window began; another moment is another window.
    var window: Nanoseconds
    var scenario: Scenario
    var blocks: WindowBlocks
  }

  private let from: Nanoseconds
  private let to: Nanoseconds
  private var feed: LedgerFeed
  private var open: Stretch?
  private var last: Stretch?
  private(set) var longest: Stretch?
  private(set) var droppedEvents = 0

  init(_ session: RecordedSession, from: Nanoseconds, to: Nanoseconds) {
    self.from = from
    self.to = to
    feed = LedgerFeed(session)
  }

  mutating func take(_ record: borrowing SessionRecord) {
    guard record.at < to else { return }
    switch record {
    case .counter(let id, let count, _):
      if id == CounterTrack.droppedEvents { droppedEvents = Int(max(0, min(count, 1e15))) }
      feed.take(record)
    case .event(let event):
      if feed.ledger.takes(event) { open?.blocks.record(event) }
      feed.take(record)
      if case .stepped(let step) = event { begin(at: step.end) }
    case .unrecorded(let unrecorded):
      if feed.ledger.hasSettled, unrecorded.from >= from { open?.blocks.record(unrecorded) }
      feed.take(record)
      begin(at: unrecorded.to)
    case .note, .verdict, .prediction, .ownWork, .ended: feed.take(record)
    }
    if open?.window != feed.ledger.windowStart { close() }
  }

  /// The last stretch that is long enough.
  mutating func finish() -> Stretch? {
    close()
    return last
  }

  /// A window begins with the end of a step.
  private mutating func begin(at end: Nanoseconds) {
    guard let window = feed.ledger.windowStart, window != open?.window, end >= from else { return }
    close()
    open = Stretch(
      window: window, scenario: feed.ledger.inForce,
      blocks: WindowBlocks(from: max(window, window < from ? end : window)))
  }

  private mutating func close() {
    guard let stretch = open else { return }
    open = nil
    if stretch.blocks.isEnough { last = stretch }
    if stretch.blocks.span >= longest?.blocks.span ?? .zero { longest = stretch }
  }
}
