import Augmentation
import Pipeline
import Quantities
import Recordings
import Tracing

/// All that a page about a session needs, gathered in one walk through it.
struct Overview {
  let session: RecordedSession
  let cut: Selection
  private(set) var reading: Reading
  private(set) var totals = SessionTotals()
  private(set) var trouble = RecordingTrouble()
  private(set) var bins: TimeBins
  private(set) var make = TimeHistogram()
  private(set) var step = TimeHistogram()
  /// The first of them; the totals count all.
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

  /// The scenario as a sentence's worth of words.
  var scenarioLine: String {
    let scenario = session.scenario
    let dataset = session.dataset
    return "\(scenario.dataset) \(dataset.count)×\(dataset.shape), batch \(scenario.batchSize),"
      + " \(scenario.loader.rawValue) ×\(scenario.workers), costs \(scenario.costs.name)"
      + (scenario.interpreterLock ? ", lock" : "")
  }

  /// When and where it was recorded.
  var provenance: [(String, String)] {
    let header = session.header
    return [
      ("recorded", Self.date(header.clocks.realtime)), ("augtop", header.version),
      ("machine", header.value("machine.cpu") ?? ""), ("cores", "\(header.cores)"),
      ("kernel", header.value("machine.kernel") ?? ""), ("seed", "\(session.scenario.seed)"),
    ].filter { !$0.1.isEmpty }
  }

  /// Stages that cost something or could, with what they cost.
  var stages: [(reading: StageReading, sum: SessionTotals.Sum)] {
    reading.stages.map { ($0, totals.sum(.stage($0.stage.id))) }
  }

  /// `2026-11-23 00:28:22 UTC`, from nanoseconds since 1970.
  private static func date(_ nanoseconds: UInt64) -> String {
    guard nanoseconds > 0 else { return "" }
    let seconds = Int64(nanoseconds / 1_000_000_000)
    let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil_from_days.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let day = shifted - era * 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let monthNumber = month < 10 ? month + 3 : month - 9
    let yearNumber = year + era * 400 + (monthNumber <= 2 ? 1 : 0)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(yearNumber)-\(two(monthNumber))-\(two(dayOfYear - (153 * month + 2) / 5 + 1))"
      + " \(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60)) UTC"
  }
}

/// Numbers as people read them.
enum Figure {
  static func percent(_ share: Double) -> String { "\(fixed(share * 100, 1)) %" }

  static func seconds(_ value: Double) -> String {
    value >= 100 ? "\(fixed(value, 0)) s" : "\(fixed(value, 2)) s"
  }

  /// In the unit that suits it, with three digits.
  static func time(_ time: Nanoseconds) -> String {
    let count = abs(Double(time.count))
    let (scale, unit) =
      count < 1e3 ? (1.0, "ns") : count < 1e6 ? (1e3, "µs") : count < 1e9 ? (1e6, "ms") : (1e9, "s")
    let value = Double(time.count) / scale
    return "\(fixed(value, unit == "ns" ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0)) \(unit)"
  }

  /// A decimal number with so many places; what isn't finite is a dash.
  static func fixed(_ value: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    guard value.isFinite, abs(value * scale) < 9e15 else { return "–" }
    let whole = Int((abs(value) * scale).rounded())
    let sign = value < 0 && whole > 0 ? "−" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let (before, after) = whole.quotientAndRemainder(dividingBy: Int(scale))
    let digits = "\(after)"
    return "\(sign)\(before)."
      + String(repeating: "0", count: places - digits.count) + digits
  }
}
