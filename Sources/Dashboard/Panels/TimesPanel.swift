import Pipeline
import Quantities
import Screen

/// Times of batches and between steps since the last change, as histograms with percentiles.
func drawTimesPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .times, note: [Span("since the last change", .muted)])
  let parts = inside.sideBySide([.share(1), .cells(2), .share(1)])
  drawTimes(reading.makeTimes, "a batch", in: parts[0], on: &grid)
  drawTimes(reading.stepTimes, "between steps", in: parts[2], on: &grid)
}

private func drawTimes(
  _ times: TimeHistogram, _ name: String, in area: Rect, on grid: inout CellGrid
) {
  guard let middle = times.quantile(0.5), let high = times.quantile(0.95),
    let last = times.quantile(0.99), let least = times.quantile(0.001)
  else {
    grid.draw([Span("\(name): measuring", .muted)], in: area.row(0))
    return
  }
  var spans = [Span(name, .muted)]
  for (label, time) in [("p50", middle), ("p95", high), ("p99", last)] {
    let part = [Span("  \(label) ", .muted), Span(NumberText.digits(time), .value)]
    if spans.width + part.width <= area.width { spans += part }
  }
  grid.draw(spans, in: area.row(0))
  guard area.height >= 3 else { return }
  // From a little below the shortest to a little beyond the 99th percentile; a narrow spread isn't drawn
  // wider than its classes.
  let low = Nanoseconds(nearest: Double(least.count) * 0.95)
  let most = max(Double(last.count) * 1.05, Double(middle.count) * 1.25)
  let end = Nanoseconds(nearest: most)
  let columns = times.columns(area.width, from: low, to: end)
  let peak = columns.max() ?? 0
  let graph = Rect(x: area.x, y: area.y + 1, width: area.width, height: area.height - 2)
  for (x, value) in columns.enumerated() where value > 0 && peak > 0 {
    let eighths = max(1, Int((value / peak * Double(graph.height * 8)).rounded()))
    for row in 0..<graph.height {
      let filled = min(8, max(0, eighths - row * 8))
      guard filled > 0 else { break }
      grid.put(
        grid.glyphs.lowerEighths[filled - 1], at: Point(x: graph.x + x, y: graph.maxY - 1 - row),
        style: Style(.graphMean))
    }
  }
  grid.drawMiddleGridline(in: graph)
  for time in [middle, high, last] {
    let part = (time - low).seconds / (end - low).seconds
    grid.drawGridline(column: graph.x + Int(part * Double(graph.width)), of: graph)
  }
  let ruler = area.row(area.height - 1)
  grid.draw([Span(NumberText.digits(low), .graphAxis)], in: ruler)
  grid.draw([Span(NumberText.digits(end), .graphAxis)], in: ruler, alignment: .right)
}
