import Pipeline
import Quantities
import Screen

/// Queue, GPU and rates over the same seconds, with the changes as marks through all of them.
func drawHistoryPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let facts = model.shownFacts
  let history = facts.history
  let length = (history.end - history.start).seconds
  let span = model.window.span(of: length)
  let end = history.end - Nanoseconds(seconds: model.window.back)
  let start = end - Nanoseconds(seconds: span)
  let isPast = model.window.back > 0
  let title =
    isPast
    ? "\(NumberText.epoch(span)) to \(NumberText.clock(end))" : "Last \(NumberText.epoch(span))"
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .history, title: title,
    note: legend(facts.reading.scenario, grid.glyphs))
  guard inside.height >= 2, inside.width >= 16 else { return }
  let consumer = ConsumerWords(facts.reading.scenario).name
  // Its scale stands beside its name.
  let parts = inside.sideBySide([.cells(max(10, consumer.count + 7)), .share(1)])
  let columns = history.columns(parts[1].width, from: start, to: end)
  let rows = historyRows(inside.height)
  let bands = Rect(x: 0, y: parts[1].y, width: 0, height: parts[1].height).stacked(
    rows.map { .cells($0) })
  func band(_ index: Int, _ part: Rect) -> Rect {
    Rect(x: part.x, y: bands[index].y, width: part.width, height: bands[index].height)
  }
  drawDepthMap(
    columns, facts.reading, label: band(0, parts[0]), in: band(0, parts[1]), on: &grid)
  drawShares(
    columns, name: consumer, label: band(1, parts[0]), in: band(1, parts[1]), on: &grid)
  if rows[2] > 0 {
    drawCurve(
      columns.map { $0?.picturesPerSecond }, name: "pict./s", number: NumberText.rate,
      label: band(2, parts[0]), in: band(2, parts[1]), on: &grid)
  }
  if rows[3] > 0 {
    drawCurve(
      columns.map { $0?.workerCores }, name: "workers",
      number: { "\(NumberText.fixed($0, 1)) CPU" },
      label: band(3, parts[0]), in: band(3, parts[1]), on: &grid)
  }
  drawMarks(history.entries, facts.reading.stageList, start, end, in: parts[1], on: &grid)
}

/// GPU and queue in a row each at the lower edge of an area, for a screen whose history has no room of its own;
/// the GPU alone in one row.
func drawFoldedHistory(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let facts = model.shownFacts
  let history = facts.history
  guard area.height > 0, area.width >= 40 else { return }
  let rows = min(2, area.height)
  let low = Rect(x: area.x, y: area.maxY - rows, width: area.width, height: rows)
  // "GPU" or "loop" beside the span that is drawn.
  let parts = low.sideBySide([.cells(13), .share(1)])
  let span = model.window.span(of: (history.end - history.start).seconds)
  let end = history.end - Nanoseconds(seconds: model.window.back)
  let start = end - Nanoseconds(seconds: span)
  let columns = history.columns(parts[1].width, from: start, to: end)
  if rows > 1 {
    drawCurve(
      columns.map { $0?.depths.mean }, name: "queue",
      scale: Double(max(1, facts.reading.scenario.deepestQueue)), number: NumberText.rate,
      label: parts[0].row(0), in: parts[1].row(0), on: &grid)
  }
  let last = parts[0].row(rows - 1)
  drawShares(
    columns, name: ConsumerWords(facts.reading.scenario).name, label: last,
    in: parts[1].row(rows - 1), on: &grid)
  grid.draw([Span("\(NumberText.epoch(span)) ", .graphAxis)], in: last, alignment: .right)
  drawMarks(history.entries, facts.reading.stageList, start, end, in: parts[1], on: &grid)
}

private func legend(_ scenario: Scenario, _ glyphs: Glyphs) -> [Span] {
  let bar = glyphs.tellsByShape ? "░" : "█"
  let words = ConsumerWords(scenario)
  let host = [Span(glyphs.tellsByShape ? "▓" : "█", .gpuHost), Span(" host ", .muted)]
  // Without colours, shades tell how long; where the queue was empty or full, the rows tell.
  let queue =
    glyphs.tellsByShape
    ? [0.25, 0.5, 0.75, 1].map { Span(String(glyphs.shade($0)), .text) }
      + [Span(" share of time  ", .muted)]
    : [
      Span("█", .queueEmpty), Span(" empty ", .muted), Span("█", .queueFull),
      Span(" full  ", .muted),
    ]
  return queue + [
    Span("█", .gpuBusy), Span(" \(words.busy) ", .muted),
  ] + (words.hasHost ? host : []) + [Span(bar, .gpuStarved), Span(" \(words.starved)", .muted)]
}

/// Rows of the queue, the GPU, pictures a second and the workers.
private func historyRows(_ height: Int) -> [Int] {
  switch height {
  case ..<8: [(height + 1) / 2, height / 2, 0, 0]
  case ..<14: [(height - 2 + 1) / 2, (height - 2) / 2, 2, 0]
  default: [height - height / 3 - 2 * (height / 6), height / 3, height / 6, height / 6]
  }
}

/// The queue's depth upwards, and by brightness how much of a column's time it stood there.
private func drawDepthMap(
  _ columns: [FrameReading?], _ reading: Reading, label: Rect, in area: Rect,
  on grid: inout CellGrid
) {
  let deepest = max(1, reading.scenario.deepestQueue)
  grid.draw([Span("queue", .heading)], in: label.row(0))
  if area.height >= 2 {
    grid.draw([Span("\(deepest) ", .graphAxis)], in: label.row(0), alignment: .right)
    grid.draw([Span("0 ", .graphAxis)], in: label.row(area.height - 1), alignment: .right)
  }
  guard area.height > 0 else { return }
  defer { drawDepthLines(deepest, label: label, in: area, on: &grid) }
  // The lowest row is the empty queue alone; the others share the depths.
  let rows = max(1, area.height - 1)
  var shares = [Double](repeating: 0, count: area.height)
  for (x, frame) in columns.enumerated() {
    guard let frame else { continue }
    let depths = frame.depths
    let total = depths.total
    guard total > 0 else { continue }
    for row in shares.indices { shares[row] = 0 }
    for place in depths.seconds.indices where depths.seconds[place] > 0 {
      let share = Double(depths.seconds[place]) / total
      if place == 0 {
        shares[0] += share
        continue
      }
      let bounds = depths.depths(of: place)
      let low = (bounds.lowerBound - 1) * rows / deepest
      let high = max(low, (min(deepest, bounds.upperBound) * rows - 1) / deepest)
      for row in low...high where row < rows {
        shares[min(area.height - 1, row + 1)] += share / Double(high - low + 1)
      }
    }
    let full = Double(depths.full) / total
    for (row, share) in shares.enumerated() where share > 0.004 {
      let isTop = row == area.height - 1 && full > 0.01
      let role: Role = row == 0 ? .queueEmpty : isTop ? .queueFull : .text
      // The eye distinguishes dark tones better than light ones.
      let brightness = min(1, 0.12 + share.squareRoot() * 0.88)
      let point = Point(x: area.x + x, y: area.maxY - 1 - row)
      if grid.glyphs.tellsByShape {
        grid.put(grid.glyphs.shade(brightness), at: point, style: Style(role))
      } else {
        grid.put("█", at: point, style: Style(.shade(role, amount: brightness)))
      }
    }
  }
}

/// Lines of the grid through a map of depths, and the depth at each: so many that the blank above a shallow
/// queue is measured, too.
private func drawDepthLines(
  _ deepest: Int, label: Rect, in area: Rect, on grid: inout CellGrid
) {
  let rows = area.height - 1
  let parts = min(deepest, rows / 3)
  guard parts >= 2 else { return }
  for part in 1..<parts {
    let depth = Int((Double(deepest * part) / Double(parts)).rounded())
    // As the map has it: the row above the lowest holds depth one.
    let row = 1 + (depth - 1) * rows / deepest
    grid.draw(
      [Span("\(depth) ", .graphAxis)], in: label.row(area.height - 1 - row), alignment: .right)
    grid.drawGridline(in: area.row(area.height - 1 - row))
  }
}

/// The GPU's shares above one another: busy, host, starved.
private func drawShares(
  _ columns: [FrameReading?], name: String, label: Rect, in area: Rect,
  on grid: inout CellGrid
) {
  grid.draw([Span(name, .heading)], in: label.row(0))
  if area.height >= 2 {
    grid.draw([Span("100 % ", .graphAxis)], in: label.row(0), alignment: .right)
  }
  let eighths = Double(area.height * 8)
  for (x, frame) in columns.enumerated() {
    guard let shares = frame?.shares else { continue }
    let busy = Int((shares.busy * eighths).rounded())
    let host = Int(((shares.busy + shares.host) * eighths).rounded())
    for row in 0..<area.height {
      let point = Point(x: area.x + x, y: area.maxY - 1 - row)
      let low = row * 8
      let inBusy = min(8, max(0, busy - low))
      let inHost = min(8, max(0, host - low))
      if grid.glyphs.tellsByShape {
        let (glyph, role): (Unicode.Scalar, Role) =
          inBusy >= 4 ? ("█", .gpuBusy) : inHost >= 4 ? ("▓", .gpuHost) : ("░", .gpuStarved)
        grid.put(
          grid.glyphs.isASCII ? AsciiTwinGlyph.of(glyph) : glyph, at: point, style: Style(role))
      } else if inBusy == 8 {
        grid.put("█", at: point, style: Style(.gpuBusy))
      } else if inBusy > 0 {
        // Of three parts in one cell, the two largest show.
        let rest: Role = inHost - inBusy >= 8 - inHost ? .gpuHost : .gpuStarved
        grid.put(
          grid.glyphs.lowerEighths[inBusy - 1], at: point, style: Style(.gpuBusy, on: rest))
      } else if inHost > 0, inHost < 8 {
        grid.put(
          grid.glyphs.lowerEighths[inHost - 1], at: point, style: Style(.gpuHost, on: .gpuStarved))
      } else {
        grid.put("█", at: point, style: Style(inHost == 8 ? .gpuHost : .gpuStarved))
      }
    }
  }
}

private func drawCurve(
  _ values: [Double?], name: String, scale: Double? = nil, number: (Double) -> String, label: Rect,
  in area: Rect, on grid: inout CellGrid
) {
  let known = values.compactMap(\.self).filter(\.isFinite)
  grid.draw([Span(name, .heading)], in: label.row(0))
  guard let most = scale ?? known.max(), most > 0 else { return }
  if area.height >= 2 { grid.drawWhole([Span(number(most), .graphAxis)], in: label.row(1)) }
  for (x, value) in values.enumerated() {
    guard let value, value > 0 else { continue }
    let eighths = Int((min(1, value / most) * Double(area.height * 8)).rounded())
    for row in 0..<area.height {
      let filled = min(8, max(0, eighths - row * 8))
      guard filled > 0 else { break }
      grid.put(
        grid.glyphs.lowerEighths[filled - 1], at: Point(x: area.x + x, y: area.maxY - 1 - row),
        style: Style(.graphBand))
    }
  }
  grid.drawMiddleGridline(in: area)
}

/// A line through all bands at each change, below its key.
private func drawMarks(
  _ entries: [HistoryEntry], _ stages: StageList, _ start: Nanoseconds, _ end: Nanoseconds,
  in area: Rect, on grid: inout CellGrid
) {
  let span = (end - start).seconds
  guard span > 0 else { return }
  for entry in entries {
    guard let at = entry.at, at >= start, at < end else { continue }
    let column = Int((at - start).seconds / span * Double(area.width))
    for y in area.y..<area.maxY {
      let point = Point(x: area.x + column, y: y)
      grid.put("│", at: point, style: Style(.key))
    }
    if let key = entry.effect.changes.last?.markKey(stages) {
      grid.put(key, at: Point(x: area.x + column, y: area.y), style: Style(.key, attributes: .bold))
    }
  }
}

/// Glyphs of shares in ASCII.
private enum AsciiTwinGlyph {
  static func of(_ glyph: Unicode.Scalar) -> Unicode.Scalar {
    glyph == "█" ? "#" : glyph == "▓" ? "=" : "."
  }
}

extension ScenarioChange {
  /// A letter for the key that makes such a change.
  func markKey(_ stages: StageList) -> String? {
    switch self {
    case .stage(let stage, _): KeyMap.key(of: stages[stage]).map(String.init)
    case .stages: "a"
    case .ablation: "n"
    case .loader: "l"
    case .workers: "w"
    case .queueLimit, .prefetch: "]"
    case .compute: "-"
    case .costs: "c"
    case .interpreterLock: "i"
    case .governor: "g"
    case .setting: ":"
    case .keptWorkers, .pinnedMemory: nil
    }
  }
}
