import Pipeline
import Quantities
import Screen

func drawEpochPanel(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  let inside = grid.drawBox(
    in: area, title: [Span("Epoch \(reading.epoch.number)", .title)],
    note: [Span("\(reading.epoch.samplesSeen)/\(reading.epoch.samples)", .muted)]
  ).inset(horizontally: 1)
  drawEpochLine(reading, in: inside.row(0), on: &grid)
  grid.draw(
    resimulationSpans(reading, hasVerdict: false) ?? epochTimes(reading.epoch), in: inside.row(1))
  let consumer = reading.consumer
  grid.draw(
    [
      Span(NumberText.rate(consumer.imagesPerSecond), .value), Span(" images/s   ", .muted),
      Span(NumberText.fixed(consumer.batchesPerSecond, 0), .value), Span(" batches/s", .muted),
    ], in: inside.row(2))
}

/// Progress bar, percentage and time left.
func drawEpochLine(_ reading: Reading, in line: Rect, on grid: inout CellGrid) {
  let epoch = reading.epoch
  var spans = [Span(" \(NumberText.percent(epoch.fraction))".leftPadded(to: 6), .value)]
  spans += [Span("  ETA ", .muted)]
  if reading.state == .paused {
    spans.append(Span("paused", .warn))
  } else if let remaining = epoch.remaining {
    spans.append(Span(NumberText.epoch(remaining), .value))
    if let half = epoch.remainingHalf {
      spans.append(Span(" ±\(NumberText.half(half, of: remaining))", .muted))
    } else {
      spans.append(Span(" measuring", .muted))
    }
  } else {
    spans.append(Span("measuring", .muted))
  }
  // A fixed place for the words, so that the bar doesn't jump.
  let parts = line.sideBySide([.share(1), .cells(max(28, spans.width))])
  grid.drawBar(epoch.fraction, in: parts[0], gradient: .progress)
  grid.draw(spans, in: parts[1])
}

private func epochTimes(_ epoch: EpochReading) -> [Span] {
  var spans = [Span("this epoch ", .muted)]
  if let projected = epoch.projected {
    spans.append(Span(NumberText.epoch(projected), .value, attributes: .bold))
  } else {
    spans.append(Span("–", .muted))
  }
  spans += [Span("  last ", .muted), Span(epoch.last.map(NumberText.epoch) ?? "–", .value)]
  spans += [
    Span("  before change ", .muted),
    Span(epoch.beforeChange.map { NumberText.epoch($0.seconds) } ?? "–", .value),
  ]
  return spans
}
