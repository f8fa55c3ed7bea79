import ArgumentParser
import CLinux
import Configuration
import Dashboard
import LiveEngine
import Pipeline
import Screen

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
    // The terminal first: what can't be shown must not be recorded either.
    let terminal = try openTerminal(theme)
    do {
      let dataset = try openDataset(for: scenario)
      let clock = SessionClock()
      let files = SessionFiles(clock: clock)
      let session = LiveSession(
        scenario: scenario, dataset: dataset, clock: clock,
        recording: try files.open(trace, scenario), openFile: files.opener)
      var screen = try LiveScreen(terminal: terminal, session: session, theme: theme)
      let status = screen.run()
      terminal.close()
      if status != ExitStatus.done { throw CommandFault(message: "", status: status) }
    } catch {
      terminal.close()
      throw error
    }
  }

  private func openTerminal(_ theme: Theme) throws -> Terminal {
    do {
      return try Terminal(
        theme: theme, options: Terminal.Options(isUnicode: ascii ? false : nil))
    } catch {
      throw CommandFault.wrong(Faults.sentence(error))
    }
  }
}
