import Pipeline
import Quantities
import Screen

func drawQueuePanel(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  let inside = grid.drawBox(
    in: area, title: [Span("Queue", .title)],
    note: [Span("\(reading.scenario.loader.rawValue), limit \(reading.queue.limit)", .muted)]
  ).inset(horizontally: 1)
  let parts = inside.stacked([.cells(1), .share(1)])
  drawQueueLine(reading, in: parts[0], on: &grid)
  drawQueueHistory(reading, in: parts[1], on: &grid)
}

/// The depth now as a bar, and least, mean and most of the last frame.
func drawQueueLine(_ reading: Reading, in line: Rect, on grid: inout CellGrid) {
  let queue = reading.queue
  let spans = [
    Span("\(queue.depth)/\(queue.limit)".leftPadded(to: 6), .value), Span("  min ", .muted),
    Span("\(queue.frame.low)", .value), Span(" mean ", .muted),
    Span(NumberText.fixed(queue.frame.mean, 1), .value), Span(" max ", .muted),
    Span("\(queue.frame.high)", .value),
  ]
  let parts = line.sideBySide([.share(1), .cells(max(31, spans.width))])
  let limit = Double(max(1, queue.limit))
  grid.drawBar(queue.frame.mean / limit, in: parts[0], gradient: .queue)
  grid.draw(spans, in: parts[1])
}

private func drawQueueHistory(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  guard area.height >= 1 else { return }
  let scenario = reading.scenario
  let top = scenario.loader.deepest(
    limit: scenario.queueLimit, workers: scenario.workers, prefetch: scenario.prefetch)
  let most = max(top, reading.queue.history.map(\.high).max() ?? 0, 1)
  let parts = area.sideBySide([.cells(4), .share(1)])
  if area.height >= 2 {
    grid.draw([Span("\(most) ", .graphAxis)], in: parts[0].row(0), alignment: .right)
    grid.draw([Span("0 ", .graphAxis)], in: parts[0].row(area.height - 1), alignment: .right)
  }
  var bands = reading.queue.history.map {
    Band(low: Double($0.low), mean: $0.mean, high: Double($0.high))
  }
  // Two entries make a column: the last one fills its column alone until the next comes, so that the
  // graph moves every other frame.
  if bands.count % 2 == 1, let last = bands.last { bands.append(last) }
  grid.drawBandGraph(bands, limit: Double(most), in: parts[1])
}
