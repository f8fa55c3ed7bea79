import Pipeline
import Quantities
import Screen

/// Times of batches and between steps since the last change, as histograms with percentiles.
func drawTimesPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .times, note: [Span("since the last change", .muted)])
  let parts = inside.sideBySide([.share(1), .cells(2), .share(1)])
  let names = ["a batch", "between steps"]
  // Both have their graphs in the same rows.
  let rows = names.map { wordRows($0, parts[0].width) }.max() ?? 1
  for (times, (name, part)) in zip(
    [reading.makeTimes, reading.stepTimes], zip(names, [parts[0], parts[2]]))
  {
    drawTimes(times, name, rows: rows, in: part, on: &grid)
  }
}

private let percentiles: [(label: String, share: Double)] = [
  ("p50", 0.5), ("p95", 0.95), ("p99", 0.99),
]

/// Cells of a percentile with its label, as of `p95 24.2 ms`, whatever its digits: what has no room in one
/// row has it in every frame or in none.
private let percentileCells = 11

/// The percentiles that stand in a row, as many as have room; the first row begins with the name.
private func percentileRows(_ name: String, _ width: Int) -> [Range<Int>] {
  var rows: [Range<Int>] = []
  var left = width - CellWidth.of(name)
  var first = 0
  for index in percentiles.indices {
    if left < percentileCells + 2 {
      // A row of its own has no gap before it.
      rows.append(first..<index)
      first = index
      left = width + 2
    }
    left -= percentileCells + 2
  }
  return rows + [first..<percentiles.count]
}

private func wordRows(_ name: String, _ width: Int) -> Int { percentileRows(name, width).count }

private func drawTimes(
  _ times: TimeHistogram, _ name: String, rows: Int, in area: Rect, on grid: inout CellGrid
) {
  guard let middle = times.quantile(0.5), let high = times.quantile(0.95),
    let last = times.quantile(0.99), let least = times.quantile(0.001)
  else {
    grid.draw([Span("\(name): measuring", .muted)], in: area.row(0))
    return
  }
  for (row, part) in percentileRows(name, area.width).enumerated() {
    var spans = row == 0 ? [Span(name, .muted)] : []
    for index in part {
      let time = times.quantile(percentiles[index].share) ?? last
      let gap = spans.isEmpty ? "" : "  "
      spans += [
        Span("\(gap)\(percentiles[index].label) ", .muted), Span(NumberText.digits(time), .value),
      ]
    }
    grid.draw(spans, in: area.row(row))
  }
  // A lower graph shows nothing.
  guard area.height >= rows + 2 else { return }
  // From a little below the shortest to a little beyond the 99th percentile; a narrow spread isn't drawn
  // wider than its classes.
  let low = Nanoseconds(nearest: Double(least.count) * 0.95)
  let most = max(Double(last.count) * 1.05, Double(middle.count) * 1.25)
  let end = Nanoseconds(nearest: most)
  let columns = times.columns(area.width, from: low, to: end)
  let peak = columns.max() ?? 0
  let graph = Rect(x: area.x, y: area.y + rows, width: area.width, height: area.height - rows - 1)
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
