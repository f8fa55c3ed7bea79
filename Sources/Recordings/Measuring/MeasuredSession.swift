package import Pipeline
package import Quantities
import Toml
package import Tracing

/// The measurements of one settled stretch of a recorded session, with intervals.
///
/// The stretch is the last one in the selected time that is long enough for intervals: a switch, a
/// pause, and the report's settling time end one. Most often it is the report's window.
package struct MeasuredSession: Sendable {
  /// The file as the user named it.
  package let path: String
  /// The recording's header.
  package let header: RecordedHeader
  /// Number and shape of the pictures.
  package let dataset: DatasetFacts
  /// The session's stages.
  package let stages: StageList
  /// The scenario in force in the stretch.
  package let scenario: Scenario
  /// The measurements of the stretch.
  package let blocks: WindowBlocks
  /// The verdict on the stretch.
  package let verdict: Verdict
  /// Events dropped until the end of the selected time.
  package let droppedEvents: Int
  /// The parts of the file that couldn't be used.
  package let trouble: RecordingTrouble
  /// Why parts of the recorded scenario couldn't be read; nil where all could.
  package let scenarioTrouble: String?

  /// Reads a session through.
  ///
  /// - Parameters:
  ///   - from: The beginning of the selected time.
  ///   - to: Its end.
  /// - Throws: A `MeasureFault` where no settled stretch is long enough for intervals.
  /// - Complexity: O(records).
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
    stages = session.stages
    scenario = stretch.scenario
    blocks = stretch.blocks
    verdict = Verdict(
      stretch.blocks.reading(
        of: stretch.scenario, dataset: session.dataset, stages: session.stages,
        cores: session.header.cores))
    droppedEvents = walk.droppedEvents
    trouble = records.trouble
    scenarioTrouble = session.scenarioFault?.message
  }

  /// Pictures an epoch.
  package var samplesPerEpoch: Int { scenario.samplesPerEpoch ?? dataset.count }
}

/// A recording in which too little was measured for an interval.
package struct MeasureFault: Error, Equatable {
  /// The file as the user named it.
  package var path: String
  /// The length of the longest settled stretch.
  package var settled: Nanoseconds
  /// Steps in that stretch.
  package var steps: Int
  /// The parts of the file that couldn't be used.
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
      if id == CounterTrack.droppedEvents { droppedEvents = Int(nearest: count) }
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
