import ArgumentParser
import CLinux
import Configuration
import Dashboard
import Glibc
import LiveEngine
import Pipeline
import Screen
import Tracing

struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "The live screen (what augtop does alone).",
    discussion: """
      Examples:
        augtop live --preset keras-cifar10
        augtop --dataset cifar10:cifar-10-batches-bin --trace session.pftrace
        augtop --costs native --workers 2 --loader blocking --gpu 1ms
      """)

  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  @Option(help: ArgumentHelp("Record the session, a Perfetto trace.", valueName: "file"))
  var trace: String?
  @Option(help: ArgumentHelp("A theme's name, or a theme file.", valueName: "name|file"))
  var theme: String?
  @Flag(help: "Draw with ASCII only.") var ascii = false

  func run() throws {
    let scenario = try options.resolve()
    let theme = try resolveTheme(theme)
    // The terminal is touched last, when nothing else can be wrong.
    if let fault = Terminal.missing { throw CommandFault.wrong(Faults.sentence(fault)) }
    let dataset = try openDataset(for: scenario)
    let statistics = try fitStatistics(dataset, scenario.settings)
    let clock = SessionClock()
    let files = SessionFiles(clock: clock)
    let recording = try files.open(trace, scenario)
    let terminal: Terminal
    do {
      terminal = try Terminal(
        theme: theme, options: Terminal.Options(isUnicode: ascii ? false : nil))
    } catch {
      // Made a moment ago, and by us: a session that never began leaves no file.
      if let recording { unlink(recording.path) }
      throw CommandFault.wrong(Faults.sentence(error))
    }
    let session = LiveSession(
      scenario: scenario, dataset: dataset, statistics: statistics, clock: clock,
      recording: recording, openFile: files.opener)
    let status = try show(session, on: terminal, theme)
    if status != ExitStatus.done { throw CommandFault(message: "", status: status) }
  }

  private func show(
    _ session: LiveSession, on terminal: Terminal, _ theme: Theme
  ) throws -> Int32 {
    defer { terminal.close() }
    var screen = try LiveScreen(terminal: terminal, session: session, theme: theme)
    return screen.run()
  }
}
