import Augmentation
import Pipeline
import Quantities
package import Screen

/// Draws frame after frame, and keeps of the frame before what isn't due.
///
/// Progress is due in every frame, means over seconds a few times a second. A key, another size, another
/// scenario or limit: all that is more than new figures makes everything due.
package struct FramePainter: Sendable {
  /// A little early is in time: frames come every tenth of a second, give or take.
  private static let tolerance = Duration.milliseconds(30)
  /// The time after which the header is drawn anew; the footer changes with what the screen depends on.
  private static let newsInterval = Duration.milliseconds(200)
  /// Panels become due one after another and not all in one frame.
  private static let stagger = Duration.milliseconds(100)

  /// The last frame without menus; nil before the first.
  private var last: CellGrid?
  private var standing: Standing?
  private var dueAt: [Panel: ContinuousClock.Instant] = [:]
  /// The moment of the means that are drawn.
  private var judgedAt: Nanoseconds?
  /// When header and output are due.
  private var newsDue = ContinuousClock.now

  /// A painter before the first frame.
  package init() {}

  /// The next frame.
  ///
  /// - Parameters:
  ///   - isWhole: Whether the user did something, the effect of which is to be seen at once.
  ///   - now: The moment of the frame.
  package mutating func frame(
    _ model: Model, size: Size, glyphs: Glyphs, isWhole: Bool,
    now: ContinuousClock.Instant = .now
  ) -> CellGrid {
    guard size.isEnough else {
      self = FramePainter()
      var grid = CellGrid(size: size, glyphs: glyphs)
      drawTooSmall(on: &grid)
      return grid
    }
    let layout = model.layout(in: size)
    let standing = Standing(model, layout)
    let isSame = !isWhole && standing == self.standing && last?.glyphs == glyphs
    self.standing = standing
    var grid =
      isSame
      ? last.take() ?? CellGrid(size: size, glyphs: glyphs)
      : CellGrid(size: size, glyphs: glyphs)
    if !isSame {
      drawEdges(model, on: &grid)
    } else if newsDue <= now {
      for row in [0, size.height - 2] where !layout.covers(row) {
        grid.clear(grid.bounds.row(row))
      }
      drawNews(model, on: &grid)
    }
    if !isSame || newsDue <= now { newsDue = now + Self.newsInterval - Self.tolerance }
    let moment = model.shownFacts.verdict.judged.at
    let isJudged = moment != judgedAt
    judgedAt = moment
    for place in layout.places {
      if isSame {
        // Panels with means of one moment are drawn in one frame.
        guard
          isJudged && place.panel.hasMeans || dueAt[place.panel, default: now] <= now
        else { continue }
        grid.clear(place.area)
      }
      drawPanel(place, model, layout, on: &grid)
      let early = isSame ? .zero : Self.stagger * (place.panel.rawValue % 3)
      let interval =
        place.panel == .history
        ? model.historyInterval(columns: place.area.width) : place.panel.interval
      dueAt[place.panel] = now + interval - early - Self.tolerance
    }
    last = grid
    drawMenus(model, on: &grid)
    return grid
  }
}

extension Model {
  /// The time in which the history moves by one of its columns, within limits: it shows no more.
  fileprivate func historyInterval(columns: Int) -> Duration {
    let history = shownFacts.history
    let span = window.span(of: (history.end - history.start).seconds)
    return .seconds(min(1, max(0.5, span / Double(max(1, columns)))))
  }
}

extension Panel {
  /// Whether it shows the means that the reason is about.
  fileprivate var hasMeans: Bool {
    switch self {
    case .why, .stages, .epoch, .machine: true
    case .whatIf, .history, .timeline, .times, .keys, .picture: false
    }
  }

  /// The time after which its figures are drawn anew, at the latest.
  fileprivate var interval: Duration {
    switch self {
    case .epoch: .zero
    case .timeline: .milliseconds(200)
    // The history's is `historyInterval` at most.
    case .why, .stages, .whatIf, .history, .times, .keys, .picture, .machine: .seconds(1)
    }
  }
}

extension ScreenLayout {
  /// Whether a panel has cells in a row.
  fileprivate func covers(_ row: Int) -> Bool {
    places.contains { $0.area.y <= row && row < $0.area.maxY }
  }
}

/// What the whole screen depends on beside figures.
private struct Standing: Equatable {
  let layout: ScreenLayout
  let scenario: Scenario
  let pending: [ScenarioChange]
  let state: SessionState
  let changes: [ScenarioChange]?
  let firstBatch: Int?
  let hasEffect: Bool
  let limit: Verdict.Kind
  let limitingStage: StageID?
  let predicted: Scenario?
  let hasAdvice: Bool
  let picture: PictureRequest?
  let isTrialRunning: Bool
  let replay: ReplayReading?
  let notice: Notice?
  let exporting: ExportFormat?

  init(_ model: Model, _ layout: ScreenLayout) {
    let facts = model.shownFacts
    let reading = facts.reading
    self.layout = layout
    scenario = reading.scenario
    pending = reading.pending
    state = reading.state
    changes = reading.effect?.changes
    firstBatch = reading.effect?.firstBatch
    hasEffect = reading.effect?.after != nil
    limit = facts.verdict.verdict.kind
    limitingStage = facts.verdict.verdict.stage
    predicted = facts.predictions?.scenario
    hasAdvice = facts.predictions?.advice != nil
    picture = facts.picture?.request
    isTrialRunning = model.isTrialRunning
    // A replay's figures may be those of another moment at any time.
    replay = reading.replay
    notice = model.notice
    exporting = model.exporting
  }
}
