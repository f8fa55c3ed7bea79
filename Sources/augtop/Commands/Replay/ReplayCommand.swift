import ArgumentParser
import Glibc
import Pipeline
import Playback
import Quantities
import Recordings
import Screen
import Toml
import Tracing

/// `augtop replay`: a recording on the screen, or its report.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "A recorded session in the live screen.",
    discussion: """
      Plays, holds, steps by batch, seeks, jumps to markers and switches (the keys are in the help, \
      ?). R lets the recorded costs run on in virtual time with settings that can be changed, beside \
      the recording. --report prints the report that the recorded run printed.

      An index of the file is made beside it when it is first opened (FILE.index; it may be removed \
      at any time). What is damaged in a session file is left out and named on standard error.

      Examples:
        augtop replay session.pftrace
        augtop replay session.pftrace --from 2min --speed 10
        augtop replay session.pftrace --report --json
      """)

  @Argument(help: "The session file.") var file: String
  @Option(help: ArgumentHelp("Begin there, as 12s.", valueName: "time")) var from: String?
  @Option(parsing: .unconditional, help: "How much faster than recorded, from 0.1 to 100.")
  var speed: Double?
  @Option(help: ArgumentHelp("A theme's name, or a theme file.", valueName: "name|file"))
  var theme: String?
  @Flag(help: "Draw with ASCII only.") var ascii = false
  @Flag(help: "Leave the mouse to the terminal.") var noMouse = false
  @Flag(help: "Print the session's report, without a screen.") var report = false
  @Flag(help: "Print the report as JSON.") var json = false

  func run() throws {
    let from = try from.map(readMoment)
    guard (0.1...100).contains(speed ?? 1) else {
      throw CommandFault.wrong("--speed \(speed ?? 1): give a number from 0.1 to 100")
    }
    guard !report, !json else { return try printReport() }
    let configuration = try readConfiguration()
    let followsBackground = self.theme == nil && configuration.theme == nil
    let theme = try resolveTheme(theme ?? configuration.theme)
    // The terminal is touched last, when nothing else can be wrong.
    if let fault = Terminal.missing { throw CommandFault.wrong(Self.sentence(fault)) }
    let session: ReplayedSession
    do {
      session = try ReplayedSession(
        path: file, from: from, speed: speed ?? 1, scratch: temporaryFolder)
    } catch {
      throw CommandFault.wrong("\(file): \(error.message)")
    }
    let costs = try costSources(with: session.reading.scenario.costs)
    let terminal = try openTerminal(
      theme, ascii: ascii, asksBackground: followsBackground, usesMouse: !noMouse)
    let status = show(session, on: terminal, theme, followsBackground, costs, configuration)
    for sentence in RecordingTroubleText.sentences(session.trouble) { complain(sentence) }
    if let fault = session.scenarioFault { complain(scenarioFault: fault) }
    if status != ExitStatus.done { throw CommandFault(messages: [""], status: status) }
  }

  private static func sentence(_ fault: TerminalFault) -> String {
    guard case .notATerminal(let stream) = fault else { return Faults.sentence(fault) }
    return "\(stream.rawValue) is not a terminal; --report needs none"
  }

  private func readMoment(_ text: String) throws -> Nanoseconds {
    guard let time = DurationText.parse(text), time >= .zero else {
      throw CommandFault.wrong(
        "--from \(text): write a time from the session's start with its unit, as 12s")
    }
    return Nanoseconds(time)
  }

  private func show(
    _ session: ReplayedSession, on terminal: Terminal, _ theme: Theme,
    _ followsBackground: Bool, _ costs: [CostSource], _ configuration: Configuration
  ) -> Int32 {
    defer { terminal.close() }
    var screen = LiveScreen(
      terminal: terminal, session: session, theme: theme, followsBackground: followsBackground,
      costs: costs, preview: nil, configuration: configuration, kernels: { _ in nil })
    let status = screen.run()
    screen.remember(configuration)
    return status
  }

  /// All records, fed to the ledger at once.
  private func printReport() throws {
    for (name, isGiven) in [("from", from != nil), ("speed", speed != nil)] where isGiven {
      throw CommandFault.wrong("--\(name): a report is of the whole session; leave it out")
    }
    var session: RecordedSession
    do {
      session = try RecordedSession(path: file)
    } catch {
      throw CommandFault.wrong("\(file): \(error.message)")
    }
    Interruption.listen()
    var feed = LedgerFeed(session)
    var progress = ProgressLine(total: session.records.size)
    var count = 0
    while let record = session.records.next() {
      feed.take(record)
      count += 1
      guard count % Self.recordsBetweenChecks == 0 else { continue }
      progress.show(session.records.position)
      if Interruption.isAsked { throw CommandFault.interrupted }
    }
    if count >= Self.recordsBetweenChecks { progress.end() }
    for sentence in RecordingTroubleText.sentences(session.records.trouble) { complain(sentence) }
    if let fault = session.scenarioFault { complain(scenarioFault: fault) }
    var reading = feed.report()
    if reading.scenario.isJob {
      // What its workers wait for and its loop computes, the job's processes have told augtop, and no record.
      complain(
        "a watched job: without its loader's own costs, which no recording has, nothing is predicted"
      )
    } else {
      reading = reading.withPredictions()
    }
    if json { try printJSON(reportJSON(reading)) } else { print(reportText(reading)) }
  }

  /// Records between two checks for progress and interruption.
  private static let recordsBetweenChecks = 65_536

  private func complain(_ sentence: String) { printError("augtop: \(file): \(sentence)") }

  private func complain(scenarioFault fault: ConfigurationFault) {
    complain("of its scenario not all can be read: \(fault.message)")
  }
}
