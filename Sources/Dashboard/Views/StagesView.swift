import Augmentation
import Pipeline
import Quantities
import Screen

func drawStagesPanel(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let reading = model.shown
  let make = reading.workers.make.map { "a batch \(NumberText.span($0))" } ?? ""
  let inside = grid.drawBox(
    in: area, title: [Span("Stages", .title)], note: [Span(make, .muted)])
  drawStages(model, in: inside, on: &grid)
}

/// The table of stages: key, switch, name, bar, CPU time, share, and the epoch if flipped.
func drawStages(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let columns = [
    TableColumn("", .cells(1)), TableColumn("", .cells(3)),
    TableColumn("stage", .cells(nameWidth(model.stages))),
    TableColumn("", .share(1)), TableColumn("CPU/image", .cells(9), .right),
    TableColumn("share", .cells(5), .right), TableColumn("if switched", .cells(11), .right),
  ]
  let reading = model.shown
  let predictions = model.fittingPredictions
  let rows = reading.stages.map { stage in
    stageSpans(
      stage, model, delta: predictions?.delta(flipping: stage.stage.id) ?? stage.epochDelta)
  }
  let inside = area.inset(horizontally: 1)
  let places = inside.tableColumns(columns)
  let bars = places[3]
  let drawn = grid.drawTable(columns, rows: rows, in: inside, selected: model.selection.index)
  let most = reading.stages.map(\.share).max() ?? 0
  for row in drawn {
    let line = Rect(x: bars.x, y: row.area.y, width: bars.width, height: 1)
    drawStageBar(reading.stages[row.index], most: most, model, in: line, on: &grid)
  }
  guard let last = drawn.last?.area, last.maxY < area.maxY else { return }
  drawSum(reading, at: Rect(x: area.x, y: last.maxY, width: area.width, height: 1), places, &grid)
}

/// Cells for the longest name, within bounds: numbers and bars need room as well.
private func nameWidth(_ stages: StageList) -> Int {
  min(24, stages.map { CellWidth.of($0.name) }.reduce(15, max))
}

/// - Parameter delta: How flipping the stage's switch would change the epoch, or changed it when last
///   measured.
private func stageSpans(
  _ stage: StageReading, _ model: Model, delta: EpochEstimate?
) -> [[Span]] {
  let isOn = model.switchState(stage.stage).isOn
  let key = KeyMap.key(of: stage.stage).map(String.init) ?? " "
  let role: Role = isOn ? (stage.isIdle ? .muted : .stageOn) : .stageOff
  let mark = isOn ? (stage.isIdle ? "[·]" : "[x]") : "[ ]"
  let cpu = isOn ? (stage.cpuPerImage.map(NumberText.perImage) ?? "–") : "off"
  let share = isOn && stage.wallPerImage != nil ? NumberText.percent(stage.share) : ""
  return [
    [Span(key, .key)], [Span(stage.stage.isSwitchable ? mark : "   ", role)],
    [Span(stage.stage.name, isOn ? .text : .stageOff)], [],
    [Span(cpu, isOn ? .value : .stageOff)], [Span(share, .muted)],
    deltaSpans(stage, delta),
  ]
}

private func deltaSpans(_ stage: StageReading, _ delta: EpochEstimate?) -> [Span] {
  guard stage.stage.isSwitchable else { return [] }
  guard let delta else { return [Span("–", .muted)] }
  let role: Role = !delta.isDistinguishable ? .muted : delta.seconds > 0 ? .bad : .good
  return [Span(NumberText.signedEpoch(delta.seconds), role)]
}

/// The bar's length compares stages; a word takes its place until a batch has been made with the
/// stage's new state.
private func drawStageBar(
  _ stage: StageReading, most: Double, _ model: Model, in line: Rect, on grid: inout CellGrid
) {
  let (isOn, isConfirmed) = model.switchState(stage.stage)
  if !isConfirmed {
    let word = isOn ? "on" : "off"
    let notice = "turning \(word)"
    grid.draw([Span(notice.count <= line.width ? notice : "→ \(word)", .accent)], in: line)
  } else if !isOn {
    return
  } else if stage.isIdle {
    let parts = line.sideBySide([.share(1), .cells(6)])
    grid.draw([Span("no-op", .muted)], in: parts[1], alignment: .right)
    drawShare(stage.share, most: most, in: line, drawn: parts[0], on: &grid)
  } else {
    drawShare(stage.share, most: most, in: line, drawn: line, on: &grid)
  }
}

private func drawShare(
  _ share: Double, most: Double, in line: Rect, drawn: Rect, on grid: inout CellGrid
) {
  guard most > 0, line.width > 0, drawn.width > 0 else { return }
  let cells = share / most * Double(line.width)
  let fraction = min(1, cells / Double(drawn.width))
  grid.drawBar(
    fraction, in: drawn, ink: .sample(.load, at: share / max(most, 0.01)), isTracked: false)
}

private func drawSum(_ reading: Reading, at line: Rect, _ places: [Rect], _ grid: inout CellGrid) {
  let measured = reading.stages.compactMap { $0.isOn ? $0.cpuPerImage : nil }
  guard !measured.isEmpty else { return }
  let sum = measured.reduce(.zero, +)
  let cpu = Rect(x: places[4].x, y: line.y, width: places[4].width, height: 1)
  let name = Rect(x: places[2].x, y: line.y, width: places[2].width, height: 1)
  grid.draw([Span("all", .muted)], in: name)
  grid.draw([Span(NumberText.perImage(sum), .value)], in: cpu, alignment: .right)
}
