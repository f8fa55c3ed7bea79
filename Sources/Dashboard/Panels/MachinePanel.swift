import Pipeline
import Quantities
import Screen

/// augtop's own cost, apart from the work it emulates; drops come first where there are any.
func drawMachinePanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let own = reading.own
  // A recording's own cost is the recorded one.
  let predictions = reading.replay == nil ? model.shownFacts.predictions?.cpuFraction : nil
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .machine, note: [Span("\(reading.cores) cores", .muted)])
  var rows: [(String, String, Role)] = []
  if !model.isSimulated || reading.replay != nil {
    let load = reading.scenario.isJob ? "the job" : "emulated load"
    rows.append((load, "\(NumberText.fixed(own.emulatedCores, 1)) cores", .value))
    if let others = reading.othersCores {
      // So much slows a job down.
      let isMuch = others > 0.1 * Double(reading.cores)
      rows.append(("others", "\(NumberText.fixed(others, 1)) cores", isMuch ? .warn : .value))
    }
    rows += [
      ("augtop", NumberText.smallPercent(max(0, own.cpuFraction - (predictions ?? 0))), .value)
    ]
    if let predictions {
      rows.append(("predictions", NumberText.smallPercent(predictions), .value))
    }
    rows += [
      ("memory", NumberText.bytes(own.residentBytes), .value),
      ("an event", NumberText.digits(Nanoseconds(nearest: own.nanosecondsPerEvent)), .value),
    ]
    let dropped = (
      "dropped events", "\(own.droppedEvents)", own.droppedEvents == 0 ? Role.value : .bad
    )
    rows.insert(dropped, at: own.droppedEvents == 0 ? rows.count : 0)
  } else {
    rows.append(("simulated: nothing is measured", "", .muted))
  }
  rows.append(
    ("worker CPU", reading.workers.make.map(NumberText.span).map { "\($0) a batch" } ?? "–", .value)
  )
  for (line, row) in rows.prefix(inside.height).enumerated() {
    grid.draw([Span(row.0, .muted)], in: inside.row(line))
    grid.draw([Span(row.1, row.2)], in: inside.row(line), alignment: .right)
  }
  let used = min(rows.count, inside.height)
  let rest = Rect(
    x: inside.x, y: inside.y + used, width: inside.width, height: inside.height - used)
  drawCores(reading.coreLoads, in: rest, on: &grid)
}

/// A bar for each processor where there are rows for all, else a column for each.
private func drawCores(_ loads: [Double], in area: Rect, on grid: inout CellGrid) {
  guard !loads.isEmpty, area.height > 0 else { return }
  guard loads.count > area.height else {
    for (core, load) in loads.enumerated() {
      let parts = area.row(core).sideBySide([.cells(8), .share(1), .cells(6)])
      grid.draw([Span("core \(core + 1)", .muted)], in: parts[0])
      grid.drawBar(load, in: parts[1], gradient: .load)
      grid.draw([Span(NumberText.percent(load), .value)], in: parts[2], alignment: .right)
    }
    return
  }
  grid.draw([Span("cores", .muted)], in: area.row(0))
  let columns = Rect(x: area.x + 8, y: area.y, width: area.width - 8, height: area.height)
  for (core, load) in loads.prefix(columns.width).enumerated() {
    let eighths = max(1, Int((min(1, max(0, load)) * Double(columns.height * 8)).rounded()))
    for row in 0..<columns.height {
      let filled = min(8, max(0, eighths - row * 8))
      guard filled > 0 else { break }
      grid.put(
        grid.glyphs.lowerEighths[filled - 1],
        at: Point(x: columns.x + core, y: columns.maxY - 1 - row),
        style: Style(.sample(.load, at: load)))
    }
  }
}
