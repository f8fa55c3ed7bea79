import CLinux
import Dashboard
import Experiments
import Glibc
import Host
import LiveEngine
import Pipeline
import ScenarioFiles
import Screen
import VirtualEngine

/// A session without a screen that prints a line at each change worth saying, and takes the screen's
/// keys where standard input is a terminal.
struct WatchedSession {
  private let session: LiveSession
  private let keys: TerminalKeys?
  private let predictor: BackgroundPredictor
  private let exporter = BackgroundExporter()
  private var model: Model
  private var log = WatchLog()

  /// Takes the keys of standard input, and lines for standard output.
  ///
  /// - Throws: A `CommandFault` of status 1 for a cost profile of the program that can't be read.
  init(
    _ session: LiveSession, kernels: @escaping @Sendable (Scenario) -> KernelTable?
  ) throws {
    self.session = session
    predictor = BackgroundPredictor(kernels: kernels)
    let reading = session.reading
    model = Model(
      reading: reading, themes: [], theme: "", costs: try costSources(with: reading.scenario.costs),
      machineCores: Int(cl_usable_processors()), recordingPath: SessionFiles.path,
      isDrawn: false)
    keys = TerminalKeys()
  }

  /// Runs until `isOver`, the key that quits, or a signal.
  ///
  /// - Throws: `ThreadFault` where the system gives too few threads.
  mutating func run(until isOver: () -> Bool) throws(ThreadFault) -> Reading {
    try session.start()
    do throws(ThreadFault) {
      try predictor.start(watching: session)
    } catch {
      _ = model.update(.warning(Faults.withoutPredictor))
    }
    say("watching" + (keys == nil ? "" : "; ? lists the keys, q ends"))
    var hasQuit = false
    while !hasQuit, !Interruption.isAsked, !isOver() {
      for event in nextEvents() where !hasQuit { hasQuit = take(event) }
      if let latest = predictor.latest, latest != model.predictions {
        _ = model.update(.predictions(latest))
      }
      if let outcome = exporter.takeOutcome() { _ = model.update(.exportEnded(outcome)) }
      hasQuit = perform(model.update(.reading(session.reading))) || hasQuit
      for line in log.lines(model) { say(line) }
    }
    predictor.stop()
    let last = session.stop()
    if case .failed(let reason)? = exporter.finish(givingUp: !hasQuit) {
      printError("augtop: \(reason)")
    }
    keys?.close()
    return last
  }

  private func nextEvents() -> [TerminalEvent] {
    guard let keys else {
      usleep(50_000)
      return []
    }
    return keys.nextEvents(timeout: .milliseconds(100), wake: session.wakeDescriptor)
  }

  /// Whether the session is to end.
  private mutating func take(_ event: TerminalEvent) -> Bool {
    switch event {
    case .key(let key):
      let message = KeyMap.message(
        for: key, in: model.keyMode, isMenuOpen: model.isMenuOpen, stages: model.stages)
      let hasQuit = perform(model.update(message))
      for line in log.lines(model) { say(line) }
      return hasQuit
    case .pasted:
      say("pasted text isn't taken for keys")
    case .interrupted: Interruption.ask()
    case .mouse, .background, .resized, .resumed, .woken: break
    }
    return false
  }

  private func perform(_ effects: [Effect]) -> Bool {
    var hasQuit = false
    for effect in effects {
      switch effect {
      case .ask(let request): session.apply(request)
      case .export(let choice, let path): exporter.start(choice, of: path)
      // There is nothing to colour.
      case .useTheme, .saveScreen, .saveScenario, .begin: break
      case .quit: hasQuit = true
      }
    }
    return hasQuit
  }

  private func say(_ line: String) {
    print(line)
  }
}
