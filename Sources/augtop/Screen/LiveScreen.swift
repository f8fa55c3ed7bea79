import CLinux
import Dashboard
import Experiments
import Pipeline
import ScenarioFiles
import Screen
import Themes
import Toml
import VirtualEngine

/// The loop of the live screen: events in, effects out, one frame after either.
struct LiveScreen {
  private let terminal: Terminal
  private let session: any ScreenSession
  private var model: Model
  private let themes = ThemeCatalog()
  private let predictor: BackgroundPredictor
  private let exporter = BackgroundExporter()

  /// - Parameter kernels: What native stages take under other switches, as far as that is known.
  init(
    terminal: Terminal, session: any ScreenSession, theme: Theme,
    kernels: @escaping @Sendable (Scenario) -> KernelTable?
  ) throws(ConfigurationFault) {
    self.terminal = terminal
    self.session = session
    predictor = BackgroundPredictor(kernels: kernels)
    var names = themes.names
    if !names.contains(theme.name) { names.insert(theme.name, at: 0) }
    model = Model(
      reading: session.reading, themes: names, theme: theme.name,
      costs: try CostCatalog.sources(with: session.reading.scenario.costs),
      machineCores: Int(cl_usable_processors()), recordingPath: SessionFiles.path,
      sessionLabel: session.label)
  }

  /// Runs until the user quits or a signal asks to; the answer is the exit status.
  mutating func run() -> Int32 {
    // The first frame doesn't wait for the first batch.
    draw()
    session.start()
    predictor.start(watching: session)
    var status: Int32?
    while status == nil {
      for event in terminal.nextEvents(timeout: session.frame, wake: session.wakeDescriptor) {
        status = status ?? take(event)
      }
      if session.frame != nil {
        session.refresh()
        status = status ?? takeNews()
      }
      draw()
    }
    predictor.stop()
    let last = session.reading
    session.end()
    if case .failed(let reason) = last.state {
      printError("augtop: \(reason)")
      status = ExitStatus.workFailed
    }
    // Whoever quits has still asked for the export; whoever interrupts has not.
    if case .failed(let reason)? = exporter.finish(givingUp: status != ExitStatus.done) {
      printError("augtop: \(reason)")
    }
    return status ?? ExitStatus.done
  }

  /// The exit status, once the screen is to close.
  private mutating func take(_ event: TerminalEvent) -> Int32? {
    switch event {
    case .key(let key):
      let message = KeyMap.message(
        for: key, in: model.keyMode, isMenuOpen: model.isMenuOpen,
        stages: model.stages)
      return obey(model.update(message))
    case .woken:
      return takeNews()
    case .resized, .resumed:
      return nil
    case .interrupted(let signal):
      return 128 + signal
    }
  }

  private mutating func takeNews() -> Int32? {
    if let latest = predictor.latest, latest != model.predictions {
      _ = model.update(.predictions(latest))
    }
    if let outcome = exporter.takeOutcome() { _ = model.update(.exportEnded(outcome)) }
    return obey(model.update(.reading(session.reading)))
  }

  private func obey(_ effects: [Effect]) -> Int32? {
    for effect in effects {
      switch effect {
      case .ask(let request): session.apply(request)
      case .useTheme(let name):
        if let theme = try? themes.theme(named: name) { terminal.theme = theme }
      case .export(let choice, let path): exporter.start(choice, of: path)
      case .quit: return ExitStatus.done
      }
    }
    return nil
  }

  private func draw() {
    session.whileDrawing {
      let glyphs = terminal.theme.glyphs(isUnicode: terminal.isUnicode)
      var grid = CellGrid(size: terminal.size, glyphs: glyphs)
      drawScreen(model, on: &grid)
      terminal.present(grid)
    }
  }
}
