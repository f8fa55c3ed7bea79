import Augmentation
import Glibc
import Pipeline
import Quantities
import Recordings
import Tracing

/// The values that a page about a session shows, computed in one walk through it.
struct Overview {
  let session: RecordedSession
  let cut: Selection
  private(set) var reading: Reading
  private(set) var totals = SessionTotals()
  private(set) var trouble = RecordingTrouble()
  private(set) var bins: TimeBins
  private(set) var make = TimeHistogram()
  private(set) var step = TimeHistogram()
  /// The first marks, up to a limit; the totals count all.
  private(set) var instants: [TimelineMark] = []

  private static let mostInstants = 200

  init(_ walk: inout ExportWalk) throws(ExportFault) {
    session = walk.session
    cut = walk.cut
    var feed = LedgerFeed(walk.session)
    var bins = TimeBins(from: walk.cut.from)
    var make = TimeHistogram()
    var step = TimeHistogram()
    var instants: [TimelineMark] = []
    let cut = walk.cut
    let stages = walk.session.stages
    try walk.each { record in
      feed.take(record)
      switch record {
      case .event(.made(let made)):
        if cut.has(.queue) { bins.move(to: made.depth, at: made.put) }
        if cut.has(.workers) { make.add(made.finished - made.start - made.lockWait) }
      case .event(.taken(let taken)):
        if cut.has(.queue) { bins.move(to: taken.depth, at: taken.at) }
      case .unrecorded(let unrecorded): if cut.has(.consumer) { bins.add(unrecorded) }
      case .event(.stepped(let done)):
        bins.add(done)
        step.add(done.end - done.taken - done.lockWait)
      default:
        guard instants.count < Self.mostInstants, let instant = TimelineMark(record, stages)
        else { return }
        instants.append(instant)
      }
    } beforeSelection: {
      feed.learn($0)
    } slice: { _ in
    }
    reading = feed.report()
    totals = walk.totals
    trouble = walk.trouble
    (self.bins, self.make, self.step, self.instants) = (bins, make, step, instants)
  }

  /// The scenario in one line.
  var scenarioLine: String {
    let scenario = session.scenario
    let dataset = session.dataset
    return "\(scenario.dataset) \(dataset.count)×\(dataset.shape), batch \(scenario.batchSize),"
      + " \(scenario.loader.rawValue) ×\(scenario.workers), costs \(scenario.costs.name)"
      + (scenario.interpreterLock ? ", lock" : "")
  }

  /// Date, program and machine of the recording, each with its name; unknown ones are left out.
  var provenance: [(String, String)] {
    let header = session.header
    return [
      ("recorded", Self.date(header.clocks.realtime)), ("augtop", header.version),
      ("machine", header.value("machine.cpu") ?? ""), ("cores", "\(header.cores)"),
      ("kernel", header.value("machine.kernel") ?? ""), ("seed", "\(session.scenario.seed)"),
    ].filter { !$0.1.isEmpty }
  }

  /// The stages of the reading, with the sums of their slices.
  var stages: [(reading: StageReading, sum: SessionTotals.Sum)] {
    reading.stages.map { ($0, totals.sum(.stage($0.stage.id))) }
  }

  /// `2026-11-23 00:28:22 UTC`, from nanoseconds since 1970.
  private static func date(_ nanoseconds: UInt64) -> String {
    guard nanoseconds > 0 else { return "" }
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var date = tm()
    guard gmtime_r(&seconds, &date) != nil else { return "" }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.tm_year + 1900)-\(two(date.tm_mon + 1))-\(two(date.tm_mday))"
      + " \(two(date.tm_hour)):\(two(date.tm_min)):\(two(date.tm_sec)) UTC"
  }
}
