import ArgumentParser
import CLinux
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import ScenarioFiles
import Screen
import Toml
import Tracing
import VirtualEngine

/// `augtop live`: the screen.
struct LiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "live",
    abstract: "The live screen (what augtop does alone).",
    discussion: """
      Examples:
        augtop live --preset keras-cifar10
        augtop --dataset cifar10:cifar-10-batches-bin --trace session.pftrace
        augtop --costs native --workers 2 --loader blocking --gpu 1ms
        augtop --virtual --speed 10
        augtop live --virtual --once --keys 7 > screen.svg
      """)

  /// The scenario to run.
  @OptionGroup(title: "Scenario options") var options: ScenarioOptions
  /// The session file to write.
  @OptionGroup var recording: RecordingOptions
  @Option(help: ArgumentHelp("A theme's name, or a theme file.", valueName: "name|file"))
  var theme: String?
  @Flag(help: "Draw with ASCII only.") var ascii = false
  @Flag(help: "Leave the mouse to the terminal.") var noMouse = false
  @Flag(help: "Simulate the session instead of running it: the same screen, no threads.")
  var virtual = false
  @Option(
    parsing: .unconditional, help: "How much faster than the clock simulated time goes (--virtual)."
  )
  var speed: Double?
  /// A single frame to print instead of running the screen.
  @OptionGroup(title: "One frame") var frame: FrameOptions

  func validate() throws { try recording.check(options.pictures) }

  func run() throws {
    let request = try frame.resolve(isVirtual: virtual)
    let scenario = try options.resolve()
    let themeFile = self.theme.map { $0.contains("/") || $0.hasSuffix(".toml") ? [$0] : [] } ?? []
    let followsBackground = self.theme == nil
    let theme = try resolveTheme(theme)
    let costs = try costSources(with: scenario.costs)
    if let request {
      let (session, kernels) = try virtualSession(scenario)
      var screen = SingleFrame(session, kernels: kernels, theme: theme, costs: costs)
      return printDocument(screen.picture(request), terminator: "")
    }
    // The terminal is touched last, when nothing else can be wrong.
    if let fault = Terminal.missing { throw CommandFault.wrong(Faults.sentence(fault)) }
    if virtual {
      let (session, kernels) = try pacedSession(scenario)
      let terminal = try openTerminal(
        theme, ascii: ascii, asksBackground: followsBackground, usesMouse: !noMouse)
      return try finish(
        show(session, on: terminal, theme, followsBackground, costs) { _ in kernels })
    }
    guard speed == nil else {
      throw CommandFault.wrong("--speed: real time has one; add --virtual")
    }
    let bad = try options.badPictureFile(for: scenario, replacing: recording.force)
    let dataset = try openDataset(for: scenario, bad)
    let statistics = try fitStatistics(dataset, scenario)
    try checkThreads(for: scenario)
    let clock = SessionClock()
    let files = SessionFiles(clock: clock, dataset: dataset)
    let recording = try self.recording.open(
      with: files, scenario, inputs: options.inputFiles(of: scenario) + themeFile)
    let terminal: Terminal
    do {
      terminal = try openTerminal(
        theme, ascii: ascii, asksBackground: followsBackground, usesMouse: !noMouse)
    } catch {
      // A session that never began leaves no file, and what it was to replace.
      recording?.discard()
      throw error
    }
    let session = LiveSession(
      scenario: scenario, dataset: dataset, statistics: statistics, clock: clock,
      recording: recording, openFile: files.opener)
    let kernels = SessionKernels(dataset, statistics: statistics)
    try finish(
      bad.around(dataset) {
        show(session, on: terminal, theme, followsBackground, costs) { kernels.table(for: $0) }
      })
  }

  private func pacedSession(_ scenario: Scenario) throws -> (PacedSession, KernelTable?) {
    let speed = speed ?? 1
    guard (0.1...100).contains(speed) else {
      throw CommandFault.wrong("--speed \(speed): give a number from 0.1 to 100")
    }
    let (session, kernels) = try virtualSession(scenario)
    return (PacedSession(session, speed: speed), kernels)
  }

  private func virtualSession(_ scenario: Scenario) throws -> (VirtualSession, KernelTable?) {
    guard recording.trace == nil else {
      throw CommandFault.wrong("--trace: simulated time isn't recorded; leave out --virtual")
    }
    let bad = try options.badPictureFile(for: scenario, replacing: recording.force)
    let (facts, costs, leftOut) = try measuredCosts(
      of: scenario, stages: scenario.reachableStageSets(scenario.generatorStages),
      mayBecomeNative: true, bad)
    guard
      let session = VirtualSession(
        scenario: scenario, dataset: facts, costs: costs,
        machineCores: Int(cl_usable_processors()))
    else { throw CommandFault.failed("the scenario's costs aren't known") }
    session.leaveOut(leftOut)
    return (session, costs.kernels)
  }

  private func finish(_ status: Int32) throws {
    if status != ExitStatus.done { throw CommandFault(messages: [""], status: status) }
  }

  private func show(
    _ session: some ScreenSession, on terminal: Terminal, _ theme: Theme,
    _ followsBackground: Bool, _ costs: [CostSource],
    kernels: @escaping @Sendable (Scenario) -> KernelTable?
  ) -> Int32 {
    defer { terminal.close() }
    var screen = LiveScreen(
      terminal: terminal, session: session, theme: theme, followsBackground: followsBackground,
      costs: costs, kernels: kernels)
    return screen.run()
  }
}

/// The costs that the screen's key steps through: the program's own and the one in use.
///
/// - Throws: A `CommandFault` of status 1 for a profile that can't be read.
func costSources(with current: CostSource) throws -> [CostSource] {
  do {
    return try CostCatalog.sources(with: current)
  } catch {
    // The program's own profile, so nothing that was typed.
    throw CommandFault.failed(error.message)
  }
}

/// The terminal that the program runs in, or what is wrong with it.
///
/// - Parameter asksBackground: Whether the terminal is asked if it is light or dark.
/// - Throws: A `CommandFault` of status 2 for a terminal that can't show the screen.
func openTerminal(
  _ theme: Theme, ascii: Bool, asksBackground: Bool, usesMouse: Bool
) throws -> Terminal {
  do {
    return try Terminal(
      theme: theme,
      options: Terminal.Options(
        isUnicode: ascii ? false : nil, asksBackground: asksBackground, usesMouse: usesMouse))
  } catch {
    throw CommandFault.wrong(Faults.sentence(error))
  }
}
