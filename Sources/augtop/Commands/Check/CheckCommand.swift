import ArgumentParser
import Pipeline
import Quantities
import Recordings

/// `augtop check`: whether a recording keeps within thresholds.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Whether a recorded session keeps to bounds; for CI.",
    discussion: """
      Ends with 0 where all bounds hold, with 1 and the reason where one doesn't or too little was \
      measured, with 2 where the command or a file is wrong. A bound fails where all of the number's \
      90 % interval is beyond it. Where the bound lies within the interval it is too close to call: \
      that is printed and counts as held, since a failed check should have evidence; --strict counts it \
      as failed.

      Examples:
        augtop check session.pftrace --epoch-max 23s --starved-max 5%
        augtop check session.pftrace --images-min 5000 --verdict gpu-bound --dropped-max 0
        augtop check session.pftrace --against main.pftrace --epoch-worse-max 5%
      """)

  @Argument(help: "The session file, or FILE@2s..6s.") var file: String
  @Option(parsing: .unconditional, help: ArgumentHelp("An epoch's time.", valueName: "time"))
  var epochMax: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The GPU's time without a batch, as 5%.", valueName: "share"))
  var starvedMax: String?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The GPU's time busy.", valueName: "share"))
  var busyMin: String?
  @Option(parsing: .unconditional, help: "Images a second.") var imagesMin: Double?
  @Option(parsing: .unconditional, help: ArgumentHelp("Making a batch.", valueName: "time"))
  var makeMax: String?
  @Option(parsing: .unconditional, help: "Events that the recorder lost.") var droppedMax: Int?
  @Option(help: ArgumentHelp("The kind of the verdict, as gpu-bound.", valueName: "kind"))
  var verdict: String?
  @Option(help: ArgumentHelp("A session file to hold it against.", valueName: "file"))
  var against: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How much longer the epoch may be than there.", valueName: "share"))
  var epochWorseMax: String?
  @Flag(help: "Count what is too close to call as failed.") var strict = false
  @Flag(help: "Print the outcome as JSON.") var json = false

  func run() throws {
    let bounds = try readBounds()
    let worse = try readWorse()
    let wantedVerdict = try verdict.map { try choice("verdict", $0, Verdict.Kind.init(rawValue:)) }
    guard !bounds.isEmpty || worse != nil || wantedVerdict != nil || droppedMax != nil else {
      throw CommandFault.wrong("check: give at least one bound, as --epoch-max 23s")
    }
    let session: MeasuredSession
    do throws(CheckFault) {
      session = try measure(file)
    } catch {
      try refuse(error)
      return
    }
    var report = CheckReport(file, session)
    for (bound, quantity) in bounds {
      report.judge(bound, session.estimate(quantity), quantity.unit, isStrict: strict)
    }
    if let worse, let against { try judge(worse, session, against: against, &report) }
    if let droppedMax { report.judge(dropped: session.droppedEvents, most: droppedMax) }
    if let wantedVerdict { report.judge(session.verdict, wanted: wantedVerdict) }
    try finish(report)
  }

  private func finish(_ report: CheckReport) throws {
    if json { try printJSON(report.json) } else { print(report.text) }
    guard report.passed else {
      throw CommandFault.failed(report.failures)
    }
  }

  private func judge(
    _ bound: Threshold, _ session: MeasuredSession, against path: String,
    _ report: inout CheckReport
  ) throws {
    let baseline: MeasuredSession
    do throws(CheckFault) {
      baseline = try measure(path)
    } catch {
      try refuse(error)
      return
    }
    let row = Comparison(baseline, session).rows.first { $0.quantity == .epoch }
    if let incomparability = row?.incomparability, incomparability != .missing {
      throw CommandFault.wrong("--against \(path): not comparable in \(incomparability.sentence)")
    }
    report.judge(bound, row?.change, .share, isStrict: strict)
  }

  /// A wrong file, or one that holds too little to judge.
  private enum CheckFault: Error {
    case wrong(CommandFault)
    case tooShort(file: String, reason: String)
  }

  private func measure(_ text: String) throws(CheckFault) -> MeasuredSession {
    let argument: SessionArgument
    let recorded: RecordedSession
    do {
      argument = try SessionArgument(text, fallback: TimeSpan())
      recorded = try argument.open()
    } catch {
      throw .wrong(error as? CommandFault ?? .wrong("\(text): \(error)"))
    }
    do {
      let session = try MeasuredSession(
        recorded, from: argument.span.from, to: argument.span.to)
      printTrouble(argument.path, session.trouble, session.scenarioTrouble)
      return session
    } catch {
      printTrouble(argument.path, error.trouble, nil)
      throw .tooShort(file: text, reason: "\(text): \(error.sentence)")
    }
  }

  private func refuse(_ fault: CheckFault) throws {
    switch fault {
    case .wrong(let fault): throw fault
    case .tooShort(let file, let reason):
      if json { try printJSON(CheckReport(unmeasured: file, reason: reason).json) }
      throw CommandFault.failed(reason)
    }
  }

  // MARK: Bounds

  private func readBounds() throws -> [(Threshold, ComparedQuantity)] {
    var bounds: [(Threshold, ComparedQuantity)] = []
    if let epochMax {
      bounds.append((try time("epoch-max", epochMax), .epoch))
    }
    if let starvedMax {
      bounds.append((try share("starved-max", .atMost, starvedMax), .measured(.starved)))
    }
    if let busyMin {
      bounds.append((try share("busy-min", .atLeast, busyMin), .measured(.busy)))
    }
    if let imagesMin {
      guard imagesMin.isFinite, imagesMin > 0 else {
        throw CommandFault.wrong("--images-min \(imagesMin): give images a second, above 0")
      }
      let typed = NumberText.brief(imagesMin, 1)
      bounds.append(
        (Threshold("images-min", .atLeast, imagesMin, typed: typed), .measured(.imagesPerSecond)))
    }
    if let makeMax { bounds.append((try time("make-max", makeMax), .measured(.make))) }
    if let droppedMax, droppedMax < 0 {
      throw CommandFault.wrong("--dropped-max \(droppedMax): give a number of events from 0 on")
    }
    return bounds
  }

  private func readWorse() throws -> Threshold? {
    guard (against == nil) == (epochWorseMax == nil) else {
      throw CommandFault.wrong(
        "--against and --epoch-worse-max belong together: a session, and how much worse is too much"
      )
    }
    return try epochWorseMax.map { try share("epoch-worse-max", .atMost, $0) }
  }

  private func time(_ option: String, _ text: String) throws -> Threshold {
    guard let time = DurationText.parse(text), time > .zero else {
      throw CommandFault.wrong("--\(option) \(text): write a time with its unit, as 23s")
    }
    return Threshold(option, .atMost, time.seconds, typed: text)
  }

  private func share(_ option: String, _ side: Threshold.Side, _ text: String) throws -> Threshold {
    guard text.hasSuffix("%"), let value = Double(text.dropLast()), (0...1_000).contains(value)
    else { throw CommandFault.wrong("--\(option) \(text): write a share as 5%") }
    return Threshold(option, side, value / 100, typed: text)
  }
}
