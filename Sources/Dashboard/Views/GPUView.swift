import Pipeline
import Quantities
import Screen

/// - Parameter predictions: The share of a core that predictions take; nil where there are none.
func drawGPUPanel(_ reading: Reading, predictions: Double?, in area: Rect, on grid: inout CellGrid)
{
  let compute = Nanoseconds(reading.scenario.consumer.compute.mean)
  let host = Nanoseconds(reading.scenario.consumer.host)
  let inside = grid.drawBox(
    in: area, title: [Span("GPU, simulated", .title)],
    note: [Span("compute \(NumberText.span(compute)) + host \(NumberText.span(host))", .muted)]
  ).inset(horizontally: 1)
  let own = ownCostLines(reading.own, predictions: predictions, width: inside.width)
  let ownRows = min(own.count, inside.height >= 6 ? 2 : 1)
  let parts = inside.stacked([.cells(1), .share(1), .cells(ownRows)])
  drawGPULine(reading, in: parts[0], on: &grid)
  grid.drawSparkline(pairMeans(reading.consumer.history), limit: 1, in: parts[1], gradient: .load)
  for row in 0..<ownRows { grid.draw(own[row], in: parts[2].row(row)) }
}

/// Busy, host and starved as one bar and as numbers; they add up to 100 %.
func drawGPULine(_ reading: Reading, in line: Rect, on grid: inout CellGrid) {
  let gpu = reading.consumer
  let spans =
    [
      Span(" busy ", .muted), Span(NumberText.percent(gpu.busy).leftPadded(to: 5), .gpuBusy),
      Span(" host ", .muted), Span(NumberText.percent(gpu.host).leftPadded(to: 4), .gpuHost),
      Span(" starved ", .muted),
      Span(NumberText.percent(gpu.starved).leftPadded(to: 4), .gpuStarved),
    ] + clockSpans(reading)
  let parts = line.sideBySide([.share(1), .cells(spans.width)])
  grid.drawStackedBar(
    [
      BarPart(gpu.busy, .gpuBusy, glyph: "█"), BarPart(gpu.host, .gpuHost, glyph: "▓"),
      BarPart(gpu.starved, .gpuStarved, glyph: "░"),
    ], in: parts[0])
  grid.draw(spans, in: parts[1])
}

/// The emulated clock, where a governor moves it.
private func clockSpans(_ reading: Reading) -> [Span] {
  guard reading.scenario.governor != nil else { return [] }
  return [
    Span(" clock ", .muted),
    Span(NumberText.percent(reading.consumer.clock).leftPadded(to: 5), .value),
  ]
}

/// augtop's own cost, apart from the work it emulates, broken between its parts; drops come first where
/// there are any.
private func ownCostLines(_ own: OwnCost, predictions: Double?, width: Int) -> [[Span]] {
  let isWhole = own.droppedEvents == 0
  let dropped = [
    Span("dropped ", .muted), Span("\(own.droppedEvents)", isWhole ? .value : .bad),
  ]
  var parts = [
    [
      Span("emulated load ", .muted), Span(NumberText.fixed(own.emulatedCores, 1), .value),
      Span(" cores", .muted),
    ],
    [
      Span("augtop ", .muted),
      Span(NumberText.smallPercent(max(0, own.cpuFraction - (predictions ?? 0))), .value),
    ],
  ]
  if let predictions {
    parts.append([Span("predict ", .muted), Span(NumberText.smallPercent(predictions), .value)])
  }
  parts.insert(dropped, at: isWhole ? parts.count : 0)
  parts.append([Span(NumberText.bytes(own.residentBytes), .value)])
  var lines: [[Span]] = [[]]
  for part in parts {
    let entry = [Span(" · ", .muted)] + part
    if lines[lines.count - 1].isEmpty {
      lines[lines.count - 1] = part
    } else if lines[lines.count - 1].width + entry.width <= width {
      lines[lines.count - 1] += entry
    } else {
      lines.append(part)
    }
  }
  return lines
}

/// One value for every two entries; the last one stands alone until the next comes, so that the graph
/// moves every other frame.
private func pairMeans(_ values: [Double]) -> [Double] {
  stride(from: 0, to: values.count, by: 2).map { index in
    index + 1 < values.count ? (values[index] + values[index + 1]) / 2 : values[index]
  }
}
