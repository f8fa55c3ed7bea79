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
  let rows = grid.bounds.stacked([.cells(1), .share(1), .cells(1)])
  drawHeader(model, in: rows[0], on: &grid)
  if size.width >= 110, size.height >= lowestPanels(stages: model.shown.stageList.count) {
    drawPanels(model, in: rows[1], on: &grid)
  } else {
    drawFolded(model, in: rows[1], on: &grid)
  }
  drawFooter(model, in: rows[2], on: &grid)
  if let menu = model.menu { drawExportMenu(menu, in: grid.bounds, on: &grid) }
  if model.isHelpShown {
    drawHelp(in: grid.bounds, model.keyMode, model.stages, scroll: model.helpScroll, on: &grid)
  }
}

/// The lowest screen with panels: every stage of the generator has a row. A list so long that it needs
/// more than 36 rows scrolls.
private func lowestPanels(stages: Int) -> Int { min(36, max(27, stages + 13)) }

/// Enough for a verdict in long words, its times, an effect and an advice, each on two lines.
private let verdictLines = 10

/// Two columns of panels, for 120×36 and about.
private func drawPanels(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let reading = model.shown
  let columns = area.sideBySide([.share(55), .cells(1), .share(45)])
  let stageLines = min(model.shown.stageList.count + 4, max(8, area.height - 8))
  let timelineLines = timelineRows(reading)
  let hasTimeline = area.height >= stageLines + timelineLines + 8
  let rest = area.height - stageLines - (hasTimeline ? timelineLines : 0)
  let hasLog = rest >= verdictLines + 4 && !reading.pastEffects.isEmpty
  let left = columns[0].stacked([
    .cells(stageLines), .share(1), .cells(hasLog ? rest - verdictLines : 0),
    .cells(hasTimeline ? timelineLines : 0),
  ])
  drawStagesPanel(model, in: left[0], on: &grid)
  drawVerdictPanel(model, in: left[1], on: &grid)
  drawPastEffects(reading, in: left[2], on: &grid)
  drawTimelinePanel(reading, in: left[3], on: &grid)
  let right = columns[2].stacked([.cells(5), .share(3), .share(2)])
  drawEpochPanel(reading, in: right[0], on: &grid)
  drawQueuePanel(reading, in: right[1], on: &grid)
  // A recording's own cost is the recorded one.
  let predictions = reading.replay == nil ? model.predictions?.cpuFraction : nil
  drawGPUPanel(reading, predictions: predictions, in: right[2], on: &grid)
}

/// The lowest panel that shows the queue's history.
private let queueRows = 4

/// One column: three lines of summary, the stages, the verdict's lines.
private func drawFolded(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let reading = model.shown
  let stageRows = reading.stageList.count
  // The verdict's last line is given up for the last stage.
  let fewest = area.height >= 21 && area.height - 3 - 4 != stageRows ? 4 : 3
  // All stages come before the box around them: at 80×24 they just fit without it.
  let left = area.height - 3 - fewest
  let hasRoom = left >= stageRows + 3
  let stageLines = min(hasRoom ? stageRows + 4 : stageRows + 1, max(4, left))
  // Rows too few for the queue's panel are the verdict's.
  let spare = left - stageLines
  let verdictRows = fewest + (spare < queueRows ? max(0, spare) : 0)
  let rows = area.stacked([.cells(3), .cells(stageLines), .cells(verdictRows), .share(1)])
  drawSummary(reading, in: rows[0], on: &grid)
  if hasRoom {
    drawStagesPanel(model, in: rows[1], on: &grid)
  } else {
    drawStages(model, in: rows[1], on: &grid)
  }
  drawVerdict(model, in: rows[2].inset(horizontally: 1), on: &grid)
  if rows[3].height >= queueRows { drawQueuePanel(reading, in: rows[3], on: &grid) }
}

private func drawTooSmall(on grid: inout CellGrid) {
  let area = grid.bounds
  let text =
    "augtop needs \(smallestScreen.width)×\(smallestScreen.height), this is"
    + " \(grid.size.width)×\(grid.size.height). q quits."
  _ = grid.drawWrapped([Span(text, .warn)], in: area.inset(vertically: area.height > 2 ? 1 : 0))
}

/// Epoch, queue and GPU, a line each.
private func drawSummary(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  let lines = area.inset(horizontally: 1)
  drawEpochLine(reading, in: labelled("epoch", lines.row(0), on: &grid), on: &grid)
  drawQueueLine(reading, in: labelled("queue", lines.row(1), on: &grid), on: &grid)
  drawGPULine(reading, in: labelled("gpu", lines.row(2), on: &grid), on: &grid)
}

private func labelled(_ label: String, _ line: Rect, on grid: inout CellGrid) -> Rect {
  let parts = line.sideBySide([.cells(6), .share(1)])
  grid.draw([Span(label, .heading)], in: parts[0])
  return parts[1]
}
