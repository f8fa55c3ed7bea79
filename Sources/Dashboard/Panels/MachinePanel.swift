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
}
