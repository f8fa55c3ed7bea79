import Dashboard
import LiveEngine
import Pipeline
import Quantities
import Screen
import Themes
import VirtualEngine

/// The screen without a terminal: a session, keys, and frames as text.
///
/// On simulated time nothing is measured and no clock is read, so the same request gives the same frames.
struct SingleFrame {
  /// The time between two readings, as on the open screen.
  private static let step = Nanoseconds.milliseconds(100)

  private let session: any SessionSource
  private let advance: (Nanoseconds) -> Void
  private let kernels: (Scenario) -> KernelTable?
  private let preview: PicturePreview
  private var model: Model
  private(set) var theme: Theme
  private let themes = ThemeCatalog()
  private let isUnicode: Bool

  /// - Parameters:
  ///   - session: Running.
  ///   - label: Distinguishes a session that isn't live; nil for a live one.
  ///   - kernels: Times of native stages under other switches, where they are known.
  ///   - costs: The costs that a key steps through.
  ///   - preview: Of the session's dataset.
  ///   - isUnicode: Whether glyphs beyond ASCII are drawn.
  ///   - advance: Lets the session's time pass.
  init(
    _ session: any SessionSource, label: String?, kernels: @escaping (Scenario) -> KernelTable?,
    theme: Theme, costs: [CostSource], preview: PicturePreview, isUnicode: Bool,
    advance: @escaping (Nanoseconds) -> Void
  ) {
    self.session = session
    self.kernels = kernels
    self.theme = theme
    self.preview = preview
    self.advance = advance
    self.isUnicode = isUnicode
    model = LiveScreen.model(
      of: session.reading, themes: themes, theme: theme, costs: costs, label: label,
      hasPicture: true)
  }

  /// Advances the session, presses each key with the same time after it, and draws.
  ///
  /// - Returns: The frame in the format that was asked for.
  mutating func text(_ request: FrameRequest) -> String {
    resize(request.size)
    pass(request.time)
    predict()
    for key in request.keys {
      press(key)
      pass(request.time)
      predict()
    }
    let grid = frame(request.size)
    switch request.format {
    case .text: return grid.text.joined(separator: "\n") + "\n"
    case .ansi: return grid.ansi(theme: theme)
    case .svg:
      return grid.svg(theme: theme, title: "augtop: \(session.reading.scenario.name.printable)")
    }
  }

  /// Tells the screen its size.
  mutating func resize(_ size: Size) { _ = model.update(.size(size)) }

  /// Presses a key.
  mutating func press(_ key: Key) { perform(model.update(model.message(for: key))) }

  /// The screen as it is now.
  mutating func frame(_ size: Size) -> CellGrid {
    if let wanted = model.wantedPicture { _ = model.update(preview.message(for: wanted)) }
    var grid = CellGrid(size: size, glyphs: theme.glyphs(isUnicode: isUnicode))
    drawScreen(model, on: &grid)
    return grid
  }

  /// Lets time pass, reading by reading.
  mutating func pass(_ time: Nanoseconds) {
    // A paused session's own clock stands still.
    for _ in 1...max(1, time.count / Self.step.count) {
      advance(Self.step)
      perform(model.update(.reading(session.reading)))
    }
  }

  /// The open screen predicts again and again; a frame needs the last round's.
  mutating func predict() {
    let reading = session.reading
    guard let predictor = try? Predictor(reading, kernels: kernels(reading.scenario)),
      var predictions = try? predictor.predictions()
    else { return }
    if let advice = try? predictor.advice() { predictions.advice = predictor.withPairs(advice) }
    perform(model.update(.predictions(predictions)))
  }

  /// Applies the effects on session and theme; the frame says which others it doesn't have.
  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .ask(let request): session.apply(request)
      case .useTheme(let name): theme = (try? themes.theme(named: name)) ?? theme
      case .begin: _ = model.update(.warning("a single frame begins no session anew"))
      case .export: _ = model.update(.exportEnded(.failed("a single frame writes no file")))
      case .saveScreen, .saveScenario:
        _ = model.update(.warning("a single frame writes no file"))
      case .quit: break
      }
    }
  }
}
