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
  private(set) var make = TimeDistribution()
  private(set) var step = TimeDistribution()
  /// The first marks, up to a limit; the totals count all. Verdicts that held less than a second aren't
  /// among them.
  private(set) var instants: [TimelineMark] = []
  /// The number of verdicts that held less than a second.
  private(set) var briefVerdicts = 0

  private static let mostInstants = 200

  init(_ walk: inout ExportWalk) throws(ExportFault) {
    session = walk.session
    cut = walk.cut
    var feed = LedgerFeed(walk.session)
    var bins = TimeBins(from: walk.cut.from)
    var make = TimeDistribution()
    var step = TimeDistribution()
    var instants: [TimelineMark] = []
    var verdicts = LastingVerdicts(most: Self.mostInstants)
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
      case .event(.phase(let phase)): bins.add(phase)
      case .event(.stepped(let done)):
        bins.add(done)
        step.add(done.end - done.taken - done.lockWait)
      default:
        if case .verdict(let verdict) = record {
          verdicts.take(verdict)
          return
        }
        guard instants.count < Self.mostInstants, let instant = TimelineMark(record, stages)
        else { return }
        instants.append(instant)
      }
    } beforeSelection: {
      feed.learn($0)
    } slice: { _ in
    }
    verdicts.finish()
    instants += verdicts.lasting.compactMap { TimelineMark(.verdict($0), stages) }
    instants.sort { $0.at < $1.at }
    briefVerdicts = verdicts.brief
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

/// The verdicts of a session that held for a second at least, in constant memory.
///
/// Near the border of two verdicts a session goes back and forth between them, several times a second.
private struct LastingVerdicts {
  /// A verdict that held less long is brief.
  private static let lasting = Nanoseconds.seconds(1)

  /// Those that lasted, the first `most`; of several alike in a row, the first.
  private(set) var lasting: [RecordedVerdict] = []
  private(set) var brief = 0
  private var last: RecordedVerdict?
  private let most: Int

  init(most: Int) { self.most = most }

  mutating func take(_ verdict: RecordedVerdict) {
    if let last {
      if verdict.at - last.at < Self.lasting { brief += 1 } else { keep(last) }
    }
    last = verdict
  }

  mutating func finish() {
    if let last { keep(last) }
    last = nil
  }

  private mutating func keep(_ verdict: RecordedVerdict) {
    guard lasting.count < most else { return }
    if let before = lasting.last, before.kind == verdict.kind, before.stage == verdict.stage {
      return
    }
    lasting.append(verdict)
  }
}
