import Dashboard
import LiveEngine
import Pipeline
import Quantities
import Screen
import Themes
import VirtualEngine

/// The live screen without a terminal: a session on simulated time, some keys, one frame.
///
/// Nothing is measured and no clock is read, so the same request gives the same frame.
struct SingleFrame {
  /// The time between two readings, as on the open screen.
  private static let step = Nanoseconds.milliseconds(100)

  private let session: VirtualSession
  private let kernels: KernelTable?
  private let preview: PicturePreview
  private var model: Model
  private var theme: Theme
  private let themes = ThemeCatalog()

  /// - Parameters:
  ///   - kernels: Times of native stages under other switches, where they are known.
  ///   - costs: The costs that a key steps through.
  ///   - preview: Of the session's dataset.
  init(
    _ session: VirtualSession, kernels: KernelTable?, theme: Theme, costs: [CostSource],
    preview: PicturePreview
  ) {
    self.session = session
    self.preview = preview
    self.kernels = kernels
    self.theme = theme
    model = LiveScreen.model(
      of: session.reading, themes: themes, theme: theme, costs: costs, label: "VIRTUAL",
      hasPicture: true)
  }

  /// Advances the session, presses each key with the same time after it, and draws.
  ///
  /// - Returns: The frame as SVG.
  mutating func picture(_ request: FrameRequest) -> String {
    _ = model.update(.size(request.size))
    pass(request.time)
    for key in request.keys {
      perform(model.update(model.message(for: .character(key))))
      pass(request.time)
    }
    if let wanted = model.wantedPicture { _ = model.update(preview.message(for: wanted)) }
    var grid = CellGrid(size: request.size, glyphs: theme.glyphs(isUnicode: true))
    drawScreen(model, on: &grid)
    return grid.svg(theme: theme, title: "augtop: \(session.reading.scenario.name.printable)")
  }

  private mutating func pass(_ time: Nanoseconds) {
    // A paused session's own clock stands still.
    for _ in 1...max(1, time.count / Self.step.count) {
      session.advance(by: Self.step)
      perform(model.update(.reading(session.reading)))
    }
    // The open screen predicts again and again; the frame needs the last round's.
    guard let predictor = try? Predictor(session.reading, kernels: kernels),
      var predictions = try? predictor.predictions()
    else { return }
    if let advice = try? predictor.advice() { predictions.advice = predictor.withPairs(advice) }
    perform(model.update(.predictions(predictions)))
  }

  /// Applies the effects on session and theme; a picture exports nothing and can't be quit.
  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .ask(let request): session.apply(request)
      case .useTheme(let name): theme = (try? themes.theme(named: name)) ?? theme
      case .export, .saveScreen, .saveScenario, .begin, .quit: break
      }
    }
  }
}
