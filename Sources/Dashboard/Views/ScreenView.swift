import Pipeline
package import Screen

/// The smallest screen that shows anything.
package let smallestScreen = Size(width: 60, height: 16)

/// Draws the whole screen: a function of the model and the grid's size.
package func drawScreen(_ model: Model, on grid: inout CellGrid) {
  let size = grid.size
  guard size.width >= smallestScreen.width, size.height >= smallestScreen.height else {
    drawTooSmall(on: &grid)
    return
  }
  drawHeader(model, in: grid.bounds.row(0), on: &grid)
  let layout = model.layout(in: size)
  for place in layout.places {
    // A click focuses the panel; what lies within it may mean more.
    grid.markTarget(place.area, as: .alt(place.panel.digit))
    draw(place, model, layout, on: &grid)
  }
  if let output = model.output, model.hasOutputRow(in: size) {
    let line = output.isEmpty ? Span("nothing so far", .muted) : Span(output, .text)
    grid.draw([Span(" job ", .heading), line], in: grid.bounds.row(size.height - 2))
  }
  drawFooter(model, in: grid.bounds.row(size.height - 1), on: &grid)
  if let menu = model.menu { drawExportMenu(menu, in: grid.bounds, on: &grid) }
  if let values = model.values { drawValuesMenu(values, model, in: grid.bounds, on: &grid) }
  if let choices = model.choices { drawChoiceMenu(choices, model, in: grid.bounds, on: &grid) }
  if model.isHelpShown {
    drawHelp(in: grid.bounds, model.keyMode, model.stages, scroll: model.helpScroll, on: &grid)
  }
}

private func draw(
  _ place: ScreenLayout.Place, _ model: Model, _ layout: ScreenLayout, on grid: inout CellGrid
) {
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

private func drawTooSmall(on grid: inout CellGrid) {
  let area = grid.bounds
  let text =
    "augtop needs \(smallestScreen.width)×\(smallestScreen.height), this is"
    + " \(grid.size.width)×\(grid.size.height). q quits."
  _ = grid.drawWrapped([Span(text, .warn)], in: area.inset(vertically: area.height > 2 ? 1 : 0))
}
