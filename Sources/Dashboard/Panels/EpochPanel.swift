import Pipeline
import Quantities
import Screen

/// Epoch, queue and GPU as bars, and rates where there are rows for them.
func drawEpochPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let epoch = reading.epoch
  let title = "Epoch \(epoch.number)"
  let settings = [
    Span("\(reading.scenario.loader.rawValue), limit \(reading.queue.limit)", .muted)
  ]
  // Where there is no row for the epoch's time, it stands in the frame, or behind the time left.
  let hasTimes = place.area.height - place.frame.rows > 3
  let whole = wholeEpoch(epoch)
  let brief = Array(whole.dropFirst())
  let notes = hasTimes ? [settings] : [whole + [Span("  ")] + settings, whole, brief]
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .epoch, title: title,
    note: place.note(of: notes, title: title))
  guard inside.height > 0 else { return }
  let isWide = inside.width >= 50
  let lines = (0..<inside.height).map { inside.row($0) }
  let total = place.frame == .none && !hasTimes ? [Span(", ", .muted)] + whole : []
  drawEpochLine(reading, total, in: labelled("epoch", lines[0], on: &grid), on: &grid)
  if lines.count > 1 {
    drawQueueLine(reading, isWide: isWide, in: labelled("queue", lines[1], on: &grid), on: &grid)
  }
  if lines.count > 2 {
    drawGPULine(
      // The reason is about these figures, too.
      model.shownFacts.verdict.judged, isWide: isWide,
      in: labelled(ConsumerWords(reading.scenario).name, lines[2], on: &grid), on: &grid)
  }
  if lines.count > 3 { drawFirst(epochTimes(epoch), in: lines[3], on: &grid) }
  if lines.count > 4 { drawFirst(rates(reading), in: lines[4], on: &grid) }
  if lines.count > 5 { drawWhole(queueSpans(reading), in: lines[5], on: &grid) }
}

private func drawWhole(_ spans: [Span], in line: Rect, on grid: inout CellGrid) {
  grid.drawWhole(spans, in: line)
}

/// As many of the parts as there is room for, each whole.
private func drawFirst(_ parts: [[Span]], in line: Rect, on grid: inout CellGrid) {
  var spans: [Span] = []
  for part in parts where spans.width + part.width <= line.width { spans += part }
  grid.draw(spans, in: line)
}

private func labelled(_ label: String, _ line: Rect, on grid: inout CellGrid) -> Rect {
  let parts = line.sideBySide([.cells(6), .share(1)])
  grid.draw([Span(label, .heading)], in: parts[0])
  return parts[1]
}

/// Progress bar, percentage and time left, and `total` behind them where there is room.
private func drawEpochLine(
  _ reading: Reading, _ total: [Span], in line: Rect, on grid: inout CellGrid
) {
  let epoch = reading.epoch
  var spans = [Span(" \(NumberText.percent(epoch.fraction))".leftPadded(to: 6), .value)]
  // In a narrow panel the bar needs the room of the words around a pause's name.
  let isBrief = epoch.phase != nil && line.width < 44
  if let phase = epoch.phase { spans.append(Span(" \(phase.title)\(isBrief ? "" : ",")", .warn)) }
  spans.append(Span(isBrief ? " " : " left ", .muted))
  if reading.state == .paused {
    spans.append(Span("paused", .warn))
  } else if let remaining = epoch.remaining {
    spans.append(Span(NumberText.epoch(remaining), .value))
    if let half = epoch.remainingHalf, !isBrief {
      spans.append(Span(" ±\(NumberText.half(half, of: remaining))", .muted))
    }
  } else {
    spans.append(Span("measuring", .muted))
  }
  // A fixed place for the words, so that the bar doesn't jump.
  var room = max(line.width >= 44 ? 24 : 18, spans.width)
  if !total.isEmpty, spans.width + total.width + 6 <= line.width {
    spans += total
    room = max(min(42, line.width - 6), spans.width)
  }
  let parts = line.sideBySide([.share(1), .cells(room)])
  if epoch.phasePlaces.isEmpty {
    grid.drawBar(epoch.fraction, in: parts[0], gradient: .progress)
  } else {
    drawPhasedBar(epoch, in: parts[0], on: &grid)
  }
  grid.draw(spans, in: parts[1])
}

/// The epoch's time as a bar, with its pauses: those that are over as `≡`, those to come as `─`.
private func drawPhasedBar(_ epoch: EpochReading, in bar: Rect, on grid: inout CellGrid) {
  guard bar.width > 0 else { return }
  let passed = epoch.timeFraction ?? epoch.fraction
  grid.drawBar(passed, in: bar, gradient: .progress)
  let cells = Double(bar.width)
  for place in epoch.phasePlaces {
    let first = min(bar.width - 1, Int(place.start * cells))
    for column in first..<max(first + 1, min(bar.width, Int((place.end * cells).rounded()))) {
      let isOver = Double(column) < passed * cells
      grid.put(
        isOver ? "≡" : "─", at: Point(x: bar.x + column, y: bar.y),
        style: Style(.role(.warn), on: grid.trackStyle.ground))
    }
  }
}

/// The mean depth as a bar, and how long the queue was empty and full.
private func drawQueueLine(
  _ reading: Reading, isWide: Bool, in line: Rect, on grid: inout CellGrid
) {
  let shares = queueShares(reading)
  var spans = [
    Span("empty ", .muted), Span(NumberText.percent(shares.empty).leftPadded(to: 5), .queueEmpty),
  ]
  if isWide {
    spans += [
      Span(" full ", .muted), Span(NumberText.percent(shares.full).leftPadded(to: 5), .queueFull),
    ]
  }
  let parts = line.sideBySide([.share(1), .cells(1), .cells(spans.width)])
  let limit = Double(max(1, reading.queue.limit))
  grid.drawBar(reading.queue.frame.mean / limit, in: parts[0], ink: .role(.graphBand))
  grid.draw(spans, in: parts[2])
}

/// The shares of the last two seconds in which the queue was empty, and at its limit.
private func queueShares(_ reading: Reading) -> (empty: Double, full: Double) {
  var times = DepthTimes(deepest: reading.scenario.deepestQueue)
  for frame in reading.frames.suffix(20) { times.add(frame.depths) }
  let total = times.total
  guard total > 0 else { return (0, 0) }
  return (Double(times.seconds[0]) / total, Double(times.full) / total)
}

/// Busy, host and starved as one bar and as numbers; as printed they add up to 100 %.
private func drawGPULine(_ reading: Reading, isWide: Bool, in line: Rect, on grid: inout CellGrid) {
  let gpu = reading.consumer
  let words = ConsumerWords(reading.scenario)
  let percents = NumberText.percents([gpu.busy, gpu.host, gpu.starved], keeping: 2)
  let starved = Span(percents[2].leftPadded(to: 4), .gpuStarved)
  var spans = [Span("\(words.starved) ", .muted), starved]
  if isWide {
    let host = [Span(" host ", .muted), Span(percents[1].leftPadded(to: 4), .gpuHost)]
    spans =
      [Span("\(words.busy) ", .muted), Span(percents[0].leftPadded(to: 4), .gpuBusy)]
      + (words.hasHost ? host : []) + [Span(" \(words.starved) ", .muted), starved]
  }
  let parts = line.sideBySide([.share(1), .cells(1), .cells(spans.width)])
  grid.drawStackedBar(
    [
      BarPart(gpu.busy, .gpuBusy, glyph: "█"), BarPart(gpu.host, .gpuHost, glyph: "▓"),
      BarPart(gpu.starved, .gpuStarved, glyph: grid.glyphs.tellsByShape ? "░" : "█"),
    ], in: parts[0])
  grid.draw(spans, in: parts[2])
}

/// How long the present epoch takes in all.
private func wholeEpoch(_ epoch: EpochReading) -> [Span] {
  [
    Span("this epoch ", .muted),
    Span(epoch.thisEpoch.map(NumberText.epoch) ?? "–", .value, attributes: .bold),
  ]
}

private func epochTimes(_ epoch: EpochReading) -> [[Span]] {
  [
    wholeEpoch(epoch),
    first(epoch.isLongerFirst, epoch),
    [Span("  last ", .muted), Span(epoch.last.map(NumberText.epoch) ?? "–", .value)],
    first(epoch.number == 2, epoch),
    [
      Span("  before change ", .muted),
      Span(epoch.beforeChange.map { NumberText.epoch($0.seconds) } ?? "–", .value),
    ],
  ]
}

/// What the first epoch takes longer than those that follow.
private func first(_ isFirst: Bool, _ epoch: EpochReading) -> [Span] {
  guard isFirst, epoch.firstExtra > 0 else { return [] }
  return [
    Span(" first, ", .muted), Span(NumberText.signedEpoch(epoch.firstExtra), .warn),
  ]
}

private func rates(_ reading: Reading) -> [[Span]] {
  let consumer = reading.consumer
  var parts = [
    [Span(NumberText.rate(consumer.imagesPerSecond), .value), Span(" pictures/s", .muted)],
    [
      Span("  \(reading.epoch.samplesSeen)", .value),
      Span(" of \(reading.epoch.samples)", .muted),
    ],
  ]
  // An epoch of few pictures takes each of them again and again.
  let passes = Double(reading.epoch.samples) / Double(max(1, reading.dataset.count))
  if passes >= 1.05 {
    parts.append([
      Span("  \(NumberText.brief(passes, passes < 9.95 ? 1 : 0))", .value),
      Span(" times \(reading.dataset.count)", .muted),
    ])
  }
  parts.append(
    [
      Span("  ", .muted), Span(NumberText.fixed(consumer.batchesPerSecond, 0), .value),
      Span(" batches/s", .muted),
    ])
  if reading.scenario.governor != nil {
    parts.append([
      Span("  clock ", .muted), Span(NumberText.percent(consumer.clock), .value),
    ])
  }
  return parts
}

private func queueSpans(_ reading: Reading) -> [Span] {
  let queue = reading.queue
  return [
    Span("queue ", .muted), Span("\(queue.depth)/\(queue.limit)", .value), Span("  min ", .muted),
    Span("\(queue.frame.low)", .value), Span(" mean ", .muted),
    Span(NumberText.fixed(queue.frame.mean, 1), .value), Span(" max ", .muted),
    Span("\(queue.frame.high)", .value),
  ]
}
