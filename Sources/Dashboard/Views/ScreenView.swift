import Pipeline
package import Screen

/// The smallest screen that shows anything.
package let smallestScreen = Size(width: 60, height: 16)

extension Size {
  /// Whether there is room for a screen.
  var isEnough: Bool { width >= smallestScreen.width && height >= smallestScreen.height }
}

/// Draws the whole screen: a function of the model and the grid's size.
package func drawScreen(_ model: Model, on grid: inout CellGrid) {
  guard grid.size.isEnough else { return drawTooSmall(on: &grid) }
  let layout = model.layout(in: grid.size)
  drawEdges(model, on: &grid)
  for place in layout.places { drawPanel(place, model, layout, on: &grid) }
  drawMenus(model, on: &grid)
}

/// Draws what lies around the panels: header, footer, and a watched job's output.
func drawEdges(_ model: Model, on grid: inout CellGrid) {
  drawNews(model, on: &grid)
  drawFooter(model, in: grid.bounds.row(grid.size.height - 1), on: &grid)
}

/// Draws what changes around the panels without a key: header, and a watched job's output.
func drawNews(_ model: Model, on grid: inout CellGrid) {
  let size = grid.size
  drawHeader(model, in: grid.bounds.row(0), on: &grid)
  if let output = model.shownFacts.output, model.hasOutputRow(in: size) {
    let line = output.isEmpty ? Span("nothing so far", .muted) : Span(output, .text)
    grid.draw([Span(" job ", .heading), line], in: grid.bounds.row(size.height - 2))
  }
}

/// Draws what lies over the panels.
func drawMenus(_ model: Model, on grid: inout CellGrid) {
  if let menu = model.menu { drawExportMenu(menu, in: grid.bounds, on: &grid) }
  if let values = model.values { drawValuesMenu(values, model, in: grid.bounds, on: &grid) }
  if let choices = model.choices { drawChoiceMenu(choices, model, in: grid.bounds, on: &grid) }
  if model.isHelpShown {
    drawHelp(in: grid.bounds, model.keyMode, model.stages, scroll: model.helpScroll, on: &grid)
  }
}

/// Draws one panel.
func drawPanel(
  _ place: ScreenLayout.Place, _ model: Model, _ layout: ScreenLayout, on grid: inout CellGrid
) {
  // A click focuses the panel; what lies within it may mean more.
  grid.markTarget(place.area, as: .alt(place.panel.digit))
  switch place.panel {
  case .why: drawWhyPanel(model, hidden: layout.hidden, at: place, on: &grid)
  case .stages: drawStagesPanel(model, at: place, on: &grid)
  case .whatIf: drawWhatIfPanel(model, at: place, on: &grid)
  case .epoch: drawEpochPanel(model, at: place, on: &grid)
  case .history: drawHistoryPanel(model, at: place, on: &grid)
  case .timeline: drawTimelinePanel(model, at: place, on: &grid)
  case .times: drawTimesPanel(model, at: place, on: &grid)
  case .keys: drawKeysPanel(model, at: place, on: &grid)
  case .machine: drawMachinePanel(model, at: place, on: &grid)
  case .picture:
    if let job = model.shown.job {
      drawJobPanel(job, model, at: place, on: &grid)
    } else {
      drawPicturePanel(model, at: place, on: &grid)
    }
  }
}

/// Draws the size that is needed instead of a screen.
func drawTooSmall(on grid: inout CellGrid) {
  let area = grid.bounds
  let text =
    "augtop needs \(smallestScreen.width)×\(smallestScreen.height), this is"
    + " \(grid.size.width)×\(grid.size.height). q quits."
  _ = grid.drawWrapped([Span(text, .warn)], in: area.inset(vertically: area.height > 2 ? 1 : 0))
}
