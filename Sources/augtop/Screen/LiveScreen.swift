import CLinux
import Dashboard
import Experiments
import Host
import LiveEngine
import Pipeline
import Quantities
import ScenarioFiles
import Screen
import Themes
import Toml
import VirtualEngine

/// The loop of the live screen: events in, effects out, one frame after either.
struct LiveScreen {
  private let terminal: Terminal
  private let session: any ScreenSession
  private(set) var model: Model
  /// The scenario that the user wants to begin anew with; nil where the screen is to close.
  private(set) var next: Scenario?
  private let themes = ThemeCatalog()
  /// Whether the theme follows the terminal's background: until a key chooses one.
  private(set) var followsBackground: Bool
  private let predictor: BackgroundPredictor
  private let exporter = BackgroundExporter()
  /// Makes the pictures that the screen shows; nil where there is no dataset.
  private let preview: PicturePreview?
  /// The last picture that was asked for.
  private var shownPicture: PictureRequest?
  private var pace = FramePace()
  private var painter = FramePainter()
  /// The theme that a key has chosen; nil where none has.
  private(set) var chosenTheme: String?
  /// How recordings ended, to be said again once the screen is closed.
  private var recordings = RecordingEnds()

  /// - Parameters:
  ///   - theme: The theme to begin with.
  ///   - followsBackground: Whether a light terminal gets the light theme.
  ///   - costs: The cost profiles that the costs' key cycles through.
  ///   - kernels: Measured costs of native stages under other switches, as far as they were
  ///     measured.
  ///   - preview: Of the session's dataset; nil where the session has none.
  ///   - configuration: The layout and refresh to begin with.
  ///   - earlier: The screen of a session that ended with the wish for this one; nil for the first.
  init(
    terminal: Terminal, session: any ScreenSession, theme: Theme, followsBackground: Bool,
    costs: [CostSource], preview: PicturePreview?,
    configuration: Configuration, earlier: Model? = nil,
    kernels: @escaping @Sendable (Scenario) -> KernelTable?
  ) {
    self.preview = preview
    self.terminal = terminal
    self.followsBackground = followsBackground
    self.session = session
    predictor = BackgroundPredictor(
      probesLatencies: session.isOnRealThreads, kernels: kernels)
    model = Self.model(
      of: session.reading, themes: themes, theme: theme, costs: costs, label: session.label,
      hasPicture: preview != nil)
    model.begin(configuration.layout, refresh: configuration.refresh)
    if let earlier { model.resume(earlier) }
  }

  /// The screen's model before any key.
  static func model(
    of reading: Reading, themes: ThemeCatalog, theme: Theme, costs: [CostSource], label: String?,
    hasPicture: Bool
  ) -> Model {
    var names = themes.names
    if !names.contains(theme.name) { names.insert(theme.name, at: 0) }
    let summaries = names.map { (try? themes.file(named: $0).description) ?? "" }
    let presets = PresetCatalog.names.compactMap { try? PresetCatalog.scenario(named: $0) }
    return Model(
      reading: reading, themes: names, theme: theme.name, costs: costs,
      machineCores: Int(cl_usable_processors()), recordingPath: SessionFiles.path,
      sessionLabel: label, hasPicture: hasPicture, themeSummaries: summaries, presets: presets)
  }

  /// Runs until the user quits or a signal asks to; the answer is the exit status.
  mutating func run() -> Int32 {
    _ = model.update(.size(terminal.size))
    followBackground()
    sayWhatIsNotDrawn()
    takeOutput()
    // The first frame doesn't wait for the first batch.
    draw(isWhole: true)
    do throws(ThreadFault) {
      try session.start()
    } catch {
      printError("augtop: \(Faults.sentence(error))")
      return ExitStatus.workFailed
    }
    do throws(ThreadFault) {
      try predictor.start(watching: session)
    } catch {
      _ = model.update(.warning(Faults.withoutPredictor))
    }
    var status: Int32?
    while status == nil {
      let events = terminal.nextEvents(timeout: session.frame, wake: session.wakeDescriptor)
      let began = cl_thread_cpu_ns()
      for event in events { status = status ?? take(event) }
      if let signal = events.lazy.compactMap(\.signal).first {
        // A key of the same moment may have asked for another session.
        next = nil
        status = 128 + signal
      }
      if session.frame != nil {
        session.refresh()
        status = status ?? takeNews()
      }
      // What the user does is seen at once; news waits for its frame.
      if events.contains(where: \.isFromUser) { pace.ask() }
      // A terminal that hasn't taken the frame before shows that one; the session goes on, and so do keys.
      guard pace.isDue(at: .now, apart: model.refresh), terminal.canPresent else { continue }
      makePicture()
      draw(isWhole: pace.isAsked)
      showPace(Nanoseconds(cl_thread_cpu_ns() - began))
    }
    predictor.stop()
    let hasQuit = status == ExitStatus.done
    let last = session.conclude()
    recordings.take(last.recording)
    if case .failed(let reason) = last.state {
      printError("augtop: \(reason)")
      status = ExitStatus.workFailed
    }
    for line in recordings.lines { printError("augtop: \(line)") }
    if recordings.hasFailed { status = ExitStatus.workFailed }
    // A user who quits has still asked for the export; one who interrupts has not.
    if case .failed(let reason)? = exporter.finish(givingUp: !hasQuit) {
      printError("augtop: \(reason)")
    }
    return status ?? ExitStatus.done
  }

  /// The exit status, once the screen is to close.
  private mutating func take(_ event: TerminalEvent) -> Int32? {
    switch event {
    case .key(let key):
      let effects = model.update(model.message(for: key))
      if effects.contains(where: { if case .useTheme = $0 { true } else { false } }) {
        followsBackground = false
        chosenTheme = model.themeName
      }
      return perform(effects)
    case .pasted:
      return perform(model.update(.warning("pasted text isn't taken for keys")))
    case .mouse(let report):
      return take(report)
    case .background:
      followBackground()
      return nil
    case .woken:
      return takeNews()
    case .resized, .resumed:
      _ = model.update(.size(terminal.size))
      sayWhatIsNotDrawn()
      return nil
    case .interrupted(let signal):
      return 128 + signal
    }
  }

  /// Lets frames come less often where they cost too much.
  private mutating func showPace(_ cost: Nanoseconds) {
    let before = pace.isSlowed ? pace.interval : nil
    pace.show(at: .now, cost: cost)
    let after = pace.isSlowed ? pace.interval : nil
    if before != after { _ = model.update(.slowed(after)) }
  }

  /// Makes the picture that the screen wants, where it isn't the one it has.
  private mutating func makePicture() {
    guard let preview, let wanted = model.wantedPicture(after: shownPicture) else { return }
    shownPicture = wanted
    _ = model.update(preview.message(for: wanted))
  }

  private mutating func followBackground() {
    guard followsBackground, let isLight = terminal.isBackgroundLight else { return }
    let name = isLight ? lightTheme : standardTheme
    if name != terminal.theme.name { _ = perform(model.update(.theme(name))) }
  }

  private mutating func sayWhatIsNotDrawn() {
    let (window, drawn) = (terminal.windowSize, terminal.size)
    guard window != drawn else { return }
    _ = model.update(
      .warning(
        "the window is \(window.width)×\(window.height);"
          + " \(drawn.width)×\(drawn.height) of it are drawn"))
  }

  private mutating func takeNews() -> Int32? {
    if let latest = predictor.latest, latest != model.predictions {
      _ = model.update(.predictions(latest))
    }
    if let outcome = exporter.takeOutcome() { _ = model.update(.exportEnded(outcome)) }
    takeOutput()
    if let warning = session.takeWarning() { _ = model.update(.warning(warning)) }
    let reading = session.reading
    recordings.take(reading.recording)
    return perform(model.update(.reading(reading))) ?? (session.isOver ? ExitStatus.done : nil)
  }

  private mutating func takeOutput() {
    if let output = session.output, output != model.output { _ = model.update(.output(output)) }
  }

  private mutating func perform(_ effects: [Effect]) -> Int32? {
    for effect in effects {
      switch effect {
      case .ask(let request): session.apply(request)
      case .useTheme(let name):
        do {
          terminal.theme = try themes.theme(named: name)
        } catch {
          _ = model.update(.warning(error.message))
        }
      case .export(let choice, let path): exporter.start(choice, of: path)
      case .saveScreen: saveScreen()
      case .saveScenario(let scenario, let path): save(scenario, to: path)
      case .begin(let scenario):
        next = scenario
        return ExitStatus.done
      case .quit: return ExitStatus.done
      }
    }
    return nil
  }

  /// Writes the screen as it is drawn to the working folder, and says so.
  private mutating func saveScreen() {
    var grid = CellGrid(
      size: terminal.size,
      glyphs: terminal.theme.glyphs(isUnicode: terminal.isUnicode, depth: terminal.depth))
    drawScreen(model, on: &grid)
    do {
      let names = try SavedScreen(grid, theme: terminal.theme).write()
      _ = model.update(.notice("saved \(names.joined(separator: ", "))"))
    } catch {
      _ = model.update(.warning("the screen can't be saved: \(error)"))
    }
  }

  private mutating func save(_ scenario: Scenario, to path: String) {
    do {
      try writeNew(ScenarioFile.write(scenario), to: path)
      _ = model.update(.notice("saved \(path)"))
    } catch {
      _ = model.update(.warning("the scenario can't be saved: \(error)"))
    }
  }

  /// A slider's knob, or the keys of the areas under a click, the panel's first.
  private mutating func take(_ report: MouseReport) -> Int32? {
    var grid = CellGrid(size: terminal.size)
    drawScreen(model, on: &grid)
    if let message = model.sliderMessage(for: report, on: grid) {
      return perform(model.update(message))
    }
    for key in KeyMap.keys(for: report, on: grid, focus: model.focus) {
      if let status = take(.key(key)) { return status }
    }
    return nil
  }

  /// - Parameter isWhole: Whether all is drawn, and not only what has become due.
  private mutating func draw(isWhole: Bool) {
    let (model, terminal) = (model, terminal)
    // Moved and not copied: the painter draws on its last frame, which would be copied, too.
    var painter = FramePainter()
    swap(&painter, &self.painter)
    session.whileDrawing {
      let glyphs = terminal.theme.glyphs(isUnicode: terminal.isUnicode, depth: terminal.depth)
      terminal.present(
        painter.frame(model, size: terminal.size, glyphs: glyphs, isWhole: isWhole))
    }
    swap(&painter, &self.painter)
  }
}

extension PicturePreview {
  /// The picture of a request, or why there is none, for the screen's model.
  func message(for request: PictureRequest) -> Message {
    do {
      return .picture(try picture(request))
    } catch {
      return .noPicture("The picture can't be made: \(error)")
    }
  }
}

extension TerminalEvent {
  /// The signal that asks the program to end; nil for other events.
  fileprivate var signal: Int32? {
    if case .interrupted(let signal) = self { signal } else { nil }
  }

  /// Whether the user, and not the session, has caused it.
  fileprivate var isFromUser: Bool {
    switch self {
    case .key, .pasted, .mouse, .background, .resized, .resumed, .interrupted: true
    case .woken: false
    }
  }
}

extension LiveScreen {
  /// Keeps theme, layout and refresh in the user's file where keys have changed them.
  func remember(_ configuration: Configuration) {
    var newest = configuration
    newest.theme = chosenTheme ?? newest.theme
    newest.layout = model.arrangement
    newest.refresh = model.refresh
    guard newest != configuration else { return }
    do {
      try newest.save()
    } catch {
      printError("augtop: the configuration can't be kept: \(error)")
    }
  }
}
