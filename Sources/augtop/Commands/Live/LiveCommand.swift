import ArgumentParser
import CLinux
import Dashboard
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities
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
        augtop live --once --format text
        augtop live --virtual --once --keys 7 > screen.svg
        augtop live --virtual --demo tour.cast
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
    let configuration = try request == nil ? readConfiguration() : Configuration()
    let followsBackground = self.theme == nil && configuration.theme == nil
    let theme = try resolveTheme(theme ?? configuration.theme)
    let costs = try costSources(with: scenario.costs)
    if let request { return try printFrame(request, scenario, theme, costs) }
    // The terminal is touched last, when nothing else can be wrong.
    if let fault = Terminal.missing { throw CommandFault.wrong(Faults.sentence(fault)) }
    let speed = try speedOfTime()
    var opened: Terminal?
    func open() throws -> Terminal {
      let terminal = try openTerminal(
        theme, ascii: ascii, asksBackground: followsBackground, usesMouse: !noMouse)
      opened = terminal
      return terminal
    }
    let first =
      try virtual
      ? virtualSession(scenario, speed)
      : liveSession(scenario, records: true) { _ = try open() }
    let status = try show(
      first, on: try opened ?? open(), followsBackground, costs, configuration
    ) { scenario in
      try virtual
        ? virtualSession(scenario, speed) : liveSession(scenario, records: false) {}
    }
    if status != ExitStatus.done { throw CommandFault(messages: [""], status: status) }
  }

  /// Prints a frame, or writes the tour.
  private func printFrame(
    _ request: FrameRequest, _ scenario: Scenario, _ theme: Theme, _ costs: [CostSource]
  ) throws {
    guard virtual else { return try printLiveFrame(request, scenario, theme, costs) }
    let simulated = try simulatedSession(scenario)
    let kernels = simulated.kernels
    var screen = SingleFrame(
      // Measured times would be others each time.
      simulated.session, label: "VIRTUAL", kernels: { $0.costs == .native ? kernels : nil },
      theme: theme, costs: costs,
      preview: simulated.preview, isUnicode: isUnicode(request),
      advance: simulated.session.advance)
    guard let demo = frame.demo else {
      return printed(screen.text(request), request)
    }
    let cast = DemoTour.cast(&screen, size: request.size, scenario: scenario)
    guard demo != "-" else { return printDocument(cast, terminator: "") }
    do {
      try writeNew(cast, to: demo)
    } catch {
      throw CommandFault.wrong("--demo \(error)")
    }
  }

  /// The same session as on the open screen, for as long as the frame needs.
  private func printLiveFrame(
    _ request: FrameRequest, _ scenario: Scenario, _ theme: Theme, _ costs: [CostSource]
  ) throws {
    let shown = try liveSession(scenario, records: true) {}
    var text = ""
    try shown.around {
      Interruption.listen()
      try shown.session.start()
      var screen = SingleFrame(
        shown.session, label: nil, kernels: shown.kernels, theme: theme, costs: costs,
        preview: shown.preview, isUnicode: isUnicode(request)
      ) { time in
        if !Interruption.isAsked { cl_sleep_until_ns(cl_monotonic_ns() + time.count) }
      }
      text = screen.text(request)
      let last = shown.session.conclude()
      if case .failed(let reason) = last.state { throw CommandFault.failed(reason) }
      if Interruption.isAsked { throw CommandFault.interrupted }
    }
    printed(text, request)
  }

  private func printed(_ frame: String, _ request: FrameRequest) {
    switch request.format {
    case .ansi: printScreen(isUnicode(request) ? frame : asciiTwin(of: frame))
    case .text where !isUnicode(request): print(asciiTwin(of: frame), terminator: "")
    case .text, .svg: printDocument(frame, terminator: "")
    }
  }

  /// A picture and a tour are documents, which are UTF-8; a frame's text is for the terminal.
  private func isUnicode(_ request: FrameRequest) -> Bool {
    !ascii && (request.format == .svg || frame.demo != nil || Terminal.localeIsUnicode)
  }

  /// How much faster than the clock simulated time goes.
  private func speedOfTime() throws -> Double {
    guard virtual || speed == nil else {
      throw CommandFault.wrong("--speed: real time has one; add --virtual")
    }
    let speed = speed ?? 1
    guard (0.1...100).contains(speed) else {
      throw CommandFault.wrong("--speed \(speed): give a number from 0.1 to 100")
    }
    return speed
  }

  /// - Parameters:
  ///   - records: Whether the options of the recording count: they are about the first session.
  ///   - begin: Called when all else is right; if it fails, the recording's file goes.
  private func liveSession(
    _ scenario: Scenario, records: Bool, begin: () throws -> Void
  ) throws -> ShownSession {
    let bad = try options.badPictureFile(
      for: scenario, replacing: recording.force || !records,
      beside: records ? [("--trace", recording.trace)] : [], inputs: themeFiles(theme))
    let dataset = try openDataset(for: scenario, bad)
    let statistics = try fitStatistics(dataset, scenario)
    try checkThreads(for: scenario)
    let clock = SessionClock()
    let files = SessionFiles(clock: clock, dataset: dataset)
    let recording = try records ? self.recording.open(with: files, scenario) : nil
    do {
      try begin()
    } catch {
      // A session that never began leaves no file, and what it was to replace.
      recording?.discard()
      throw error
    }
    let kernels = SessionKernels(dataset, statistics: statistics)
    return ShownSession(
      session: LiveSession(
        scenario: scenario, dataset: dataset, statistics: statistics, clock: clock,
        recording: recording, openFile: files.opener),
      preview: PicturePreview(dataset, statistics: statistics, scenario: scenario),
      kernels: { kernels.table(for: $0) }, around: { work in try bad.around(dataset, work) })
  }

  private func virtualSession(_ scenario: Scenario, _ speed: Double) throws -> ShownSession {
    let simulated = try simulatedSession(scenario)
    let kernels = simulated.kernels
    return ShownSession(
      session: PacedSession(simulated.session, speed: speed), preview: simulated.preview,
      kernels: { _ in kernels }, around: { try $0() })
  }

  private func simulatedSession(
    _ scenario: Scenario
  ) throws -> (session: VirtualSession, kernels: KernelTable?, preview: PicturePreview) {
    guard recording.trace == nil else {
      throw CommandFault.wrong("--trace: simulated time isn't recorded; leave out --virtual")
    }
    let bad = try options.badPictureFile(
      for: scenario, replacing: recording.force, beside: [("--demo", frame.demo)],
      inputs: themeFiles(theme))
    let measured = try measuredCosts(
      of: scenario, stages: scenario.reachableStageSets(scenario.generatorStages),
      mayBecomeNative: true, bad)
    guard
      let session = VirtualSession(
        scenario: scenario, dataset: measured.facts, costs: measured.costs,
        machineCores: Int(cl_usable_processors()))
    else { throw CommandFault.failed("the scenario's costs aren't known") }
    session.leaveOut(measured.leftOut)
    return (
      session, measured.costs.kernels,
      PicturePreview(measured.dataset, statistics: measured.statistics, scenario: scenario)
    )
  }

  /// Shows a session, and another one each time that the user begins anew.
  ///
  /// - Returns: The exit status of the last one that didn't end well.
  private func show(
    _ first: ShownSession, on terminal: Terminal, _ followsBackground: Bool,
    _ costs: [CostSource], _ configuration: Configuration, open: (Scenario) throws -> ShownSession
  ) throws -> Int32 {
    defer { terminal.close() }
    var shown = first
    var status = ExitStatus.done
    var follows = followsBackground
    var earlier: Model?
    while true {
      // The session before has gone, and with it as much as this one takes.
      if earlier != nil { cl_trim_memory() }
      var screen = LiveScreen(
        terminal: terminal, session: shown.session, theme: terminal.theme,
        followsBackground: follows, costs: costs, preview: shown.preview,
        configuration: configuration, earlier: earlier, kernels: shown.kernels)
      // A session that failed, or whose recording did, may be followed by another.
      try shown.around {
        let ended = screen.run()
        if ended != ExitStatus.done { status = ended }
      }
      screen.remember(configuration)
      guard let next = screen.next else { return status }
      follows = screen.followsBackground
      earlier = screen.model
      shown = try open(next)
    }
  }
}

/// A session that the screen shows, and what belongs to it.
private struct ShownSession {
  let session: any ScreenSession
  /// Makes the pictures of the screen.
  let preview: PicturePreview
  /// The times of native stages under other switches, as far as they are known.
  let kernels: @Sendable (Scenario) -> KernelTable?
  /// Does the work that the session is there for, and names bad pictures afterwards.
  let around: (() throws -> Void) throws -> Void
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
