import Augmentation
import Pipeline
import Quantities
import Screen

func drawStagesPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let facts = model.shownFacts
  let rows = max(0, place.area.height - place.frame.rows - 1)
  let more = max(0, facts.reading.stages.count - rows)
  let note = place.note(
    of: stagesNotes(facts, grid.glyphs), title: place.panel.title, more: more)
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .stages, note: note, more: more)
  drawStages(model, in: inside, on: &grid)
  // Without a frame the last heading says what there is no room for.
  if place.frame == .none, facts.reading.stages.count > rows {
    grid.draw(
      [Span("↑↓ \(facts.reading.stages.count - rows) more", .muted)],
      in: Rect(x: inside.x + 20, y: inside.y, width: 14, height: 1))
  }
}

/// What making a batch takes, and how much of that goes to waiting for a core; from the most words to the
/// fewest.
private func stagesNotes(_ facts: Facts, _ glyphs: Glyphs) -> [[Span]] {
  // As the reason has them.
  let judged = facts.verdict.judged
  guard let make = judged.workers.make else { return [] }
  let batch = [Span("a batch \(NumberText.span(make))", .muted)]
  let was = facts.history.makeBefore.map { [Span(", was \(NumberText.span($0))", .muted)] } ?? []
  guard let share = judged.coreWaitShare else { return [batch + was, batch] }
  let wait = make * share
  let work = [
    Span(": ", .muted), Span("█", .graphMean), Span(" \(NumberText.span(make - wait))", .muted),
  ]
  let waits = [
    Span(waitGlyph(glyphs), .ghost), Span(" \(NumberText.span(wait))", .warn),
    Span(" without a core", .muted),
  ]
  let both = batch + work + [Span(" ", .muted)] + waits
  return [
    both + was, both, batch + [Span(": ", .muted)] + waits,
    batch + [Span(": ", .muted)] + waits.dropLast(), batch,
  ]
}

/// The part of a stage's bar in which it had no core.
private func waitGlyph(_ glyphs: Glyphs) -> String { String(glyphs.shade(0.5)) }

/// The table of stages: key, switch, name, time now over what it was, numbers, and the epoch if
/// switched.
private func drawStages(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let facts = model.shownFacts
  let reading = facts.reading
  let columns = StageColumns(
    area.width, names: nameWidth(reading.stageList), hasCPU: !reading.scenario.isJob)
  let predictions = facts.fittingPredictions
  let rows = reading.stages.map { stage in
    stageSpans(
      stage, model, columns,
      delta: predictions?.delta(flipping: stage.stage.id) ?? stage.epochDelta)
  }
  let table = columns.table
  let places = area.tableColumns(table)
  let drawn = grid.drawTable(table, rows: rows, in: area, selected: model.selection.index)
  let walls = reading.stages.map { $0.isOn ? $0.wallPerImage?.microseconds ?? 0 : 0 }
  let hasWaits = reading.coreWaitShare != nil
  let ghosts = facts.history.ghosts.map { $0?.microseconds ?? 0 }
  let most = (walls + ghosts).max() ?? 0
  for row in drawn {
    let stage = reading.stages[row.index]
    let bar = Rect(x: places[3].x, y: row.area.y, width: places[3].width, height: 1)
    let ghost = row.index < ghosts.count ? ghosts[row.index] : 0
    drawStageBar(stage, model, now: walls[row.index], before: ghost, most: most, in: bar, on: &grid)
    if hasWaits, model.switchState(stage.stage).isConfirmed {
      drawCoreWait(stage, most: most, in: bar, on: &grid)
    }
    if columns.hasSpark, row.index < facts.history.sparks.count {
      let line = Rect(
        x: places[columns.spark].x, y: row.area.y, width: places[columns.spark].width, height: 1)
      drawSpark(facts.history.sparks[row.index], in: line, on: &grid)
    }
    if let key = KeyMap.key(of: stage.stage) { grid.markTarget(row.area, as: .character(key)) }
  }
  guard let last = drawn.last?.area, last.maxY < area.maxY else { return }
  drawSum(reading, at: last.maxY, places, columns, &grid)
}

/// The columns that there is room for.
private struct StageColumns {
  let hasWall: Bool
  /// A watched job's stages are measured by the clock alone.
  let hasCPU: Bool
  let hasShare: Bool
  let hasSpark: Bool
  /// The place of the sparkline's column.
  let spark: Int
  let table: [TableColumn]

  init(_ width: Int, names: Int, hasCPU: Bool) {
    let isNarrow = width < 50
    self.hasCPU = hasCPU
    hasWall = width >= 64 || !hasCPU
    hasShare = width >= 58
    hasSpark = width >= 78
    var table = [
      TableColumn("", .cells(1)), TableColumn("", .cells(3)),
      TableColumn("stage", .cells(isNarrow ? min(names, 15) : names)),
      TableColumn(width >= 110 ? "wall time, now over before" : "wall", .share(1)),
    ]
    if hasWall {
      table.append(
        TableColumn(isNarrow ? "a pict." : "wall/pict.", .cells(isNarrow ? 8 : 10), .right))
    }
    if hasCPU {
      table.append(TableColumn(isNarrow ? "CPU" : "CPU/pict.", .cells(isNarrow ? 8 : 9), .right))
    }
    if hasShare { table.append(TableColumn("share", .cells(5), .right)) }
    spark = table.count
    if hasSpark { table.append(TableColumn("wall, 30 s", width >= 110 ? .share(1) : .cells(12))) }
    table.append(
      TableColumn(isNarrow ? "if off" : "if switched", .cells(isNarrow ? 7 : 11), .right))
    self.table = table
  }
}

/// Cells for the longest name, within bounds: numbers and bars need room as well.
private func nameWidth(_ stages: StageList) -> Int {
  min(24, stages.map { CellWidth.of($0.name) }.reduce(15, max))
}

private func stageSpans(
  _ stage: StageReading, _ model: Model, _ columns: StageColumns, delta: EpochEstimate?
) -> [[Span]] {
  let isOn = model.switchState(stage.stage).isOn
  let key = KeyMap.key(of: stage.stage).map(String.init) ?? " "
  let role: Role = isOn ? (stage.isIdle ? .muted : .stageOn) : .stageOff
  let mark = isOn ? (stage.isIdle ? "[·]" : "[x]") : "[ ]"
  let cpu = isOn ? (stage.cpuPerImage.map(timeText) ?? "–") : "off"
  let wall = isOn ? (stage.wallPerImage.map(timeText) ?? "–") : "off"
  let share = isOn && stage.wallPerImage != nil ? NumberText.percent(stage.share) : ""
  var cells: [[Span]] = [
    [Span(key, .key)], [Span(stage.stage.isSwitchable ? mark : "   ", role)],
    [Span(stage.stage.name, isOn && !stage.isIdle ? .text : .stageOff)], [],
  ]
  if columns.hasWall { cells.append([Span(wall, isOn ? .value : .stageOff)]) }
  if columns.hasCPU { cells.append([Span(cpu, isOn ? .value : .stageOff)]) }
  if columns.hasShare { cells.append([Span(share, .muted)]) }
  if columns.hasSpark { cells.append([]) }
  let isFree = model.shown.scenario.costsNothing(stage.stage)
  cells.append(deltaSpans(stage, isFree ? nil : delta))
  return cells
}

/// No time at all needs no decimals.
private func timeText(_ time: Nanoseconds) -> String {
  time == .zero ? "0 µs" : NumberText.perImage(time)
}

private func deltaSpans(_ stage: StageReading, _ delta: EpochEstimate?) -> [Span] {
  guard stage.stage.isSwitchable else { return [] }
  guard let delta else { return [Span("–", .muted)] }
  let role: Role = !delta.isDistinguishable ? .muted : delta.seconds > 0 ? .bad : .good
  return [Span(NumberText.signedEpoch(delta.seconds), role)]
}

/// The stage's time on a scale that holds what it was before the last change, which lies behind it; a
/// word takes its place until a batch has been made with the stage's new state.
private func drawStageBar(
  _ stage: StageReading, _ model: Model, now: Double, before: Double, most: Double, in line: Rect,
  on grid: inout CellGrid
) {
  let (isOn, isConfirmed) = model.switchState(stage.stage)
  guard isConfirmed else {
    let word = isOn ? "on" : "off"
    if !grid.drawWhole([Span("turning \(word)", .accent)], in: line) {
      grid.drawWhole([Span("→ \(word)", .accent)], in: line)
    }
    return
  }
  let width = Double(line.width)
  guard most > 0, most.isFinite, width > 0 else { return }
  func eighths(_ time: Double) -> Int {
    guard time > 0 else { return 0 }
    return max(1, Int((min(1, time / most) * width * 8).rounded()))
  }
  let (present, past) = (eighths(now), eighths(before))
  for column in 0..<line.width {
    let filled = min(8, max(0, present - column * 8))
    let isGhost = past > column * 8 + 3
    guard filled > 0 || isGhost else { break }
    let point = Point(x: line.x + column, y: line.y)
    if grid.glyphs.tellsByShape {
      let glyph = filled > 0 ? grid.glyphs.leftEighths[filled - 1] : grid.glyphs.shade(0.25)
      grid.put(glyph, at: point, style: Style(filled > 0 ? .graphMean : .ghost))
    } else {
      let ground: Ink? = isGhost ? .shade(.ghost, amount: 0.45) : nil
      grid.put(
        filled > 0 ? grid.glyphs.leftEighths[filled - 1] : " ", at: point,
        style: Style(.role(.graphMean), on: ground))
    }
  }
  let isShort = max(present, past) / 8 + 9 <= line.width
  if stage.isIdle, isOn, isShort {
    grid.draw([Span("range 0", .muted)], in: line, alignment: .right)
  }
}

/// Draws over the end of a stage's bar, in whole cells, the time in which the stage had no core.
private func drawCoreWait(
  _ stage: StageReading, most: Double, in line: Rect, on grid: inout CellGrid
) {
  guard let wall = stage.wallPerImage?.microseconds, let wait = stage.coreWaitPerImage,
    stage.isOn, most > 0
  else { return }
  let cell = most / Double(max(1, line.width))
  let end = Int((wall / cell).rounded())
  let first = Int(((wall - wait.microseconds) / cell).rounded())
  for column in max(0, first)..<max(max(0, first), min(end, line.width)) {
    grid.put(
      waitGlyph(grid.glyphs), at: Point(x: line.x + column, y: line.y), style: Style(.ghost))
  }
}

private func drawSpark(_ times: [Double], in line: Rect, on grid: inout CellGrid) {
  guard let most = times.max(), most > 0 else { return }
  // One value for each cell, the mean of those that fall into it.
  let cells = (0..<line.width).map { cell -> Double? in
    let first = cell * times.count / line.width
    let last = max(first + 1, (cell + 1) * times.count / line.width)
    guard times.count >= line.width || cell < times.count else { return nil }
    let slice = times.count >= line.width ? times[first..<last] : times[cell...cell]
    return slice.reduce(0, +) / Double(slice.count)
  }
  for (cell, value) in cells.enumerated() {
    guard let value, value > 0 else { continue }
    let level = min(7, max(0, Int((value / most * 8).rounded()) - 1))
    grid.put(
      grid.glyphs.lowerEighths[level], at: Point(x: line.x + cell, y: line.y), style: Style(.muted))
  }
}

private func drawSum(
  _ reading: Reading, at y: Int, _ places: [Rect], _ columns: StageColumns, _ grid: inout CellGrid
) {
  func draw(_ text: String, _ column: Int, _ role: Role) {
    let place = Rect(x: places[column].x, y: y, width: places[column].width, height: 1)
    grid.draw([Span(text, role)], in: place, alignment: column == 2 ? .left : .right)
  }
  func sum(_ times: [Nanoseconds]) -> String { NumberText.perImage(times.reduce(.zero, +)) }
  let cpu = reading.stages.compactMap { $0.isOn ? $0.cpuPerImage : nil }
  let wall = reading.stages.compactMap { $0.isOn ? $0.wallPerImage : nil }
  guard !(columns.hasCPU ? cpu : wall).isEmpty else { return }
  draw("all", 2, .muted)
  if columns.hasWall, !wall.isEmpty { draw(sum(wall), 4, .value) }
  if columns.hasCPU { draw(sum(cpu), columns.hasWall ? 5 : 4, .value) }
}
