import Pipeline
import Quantities
import Screen

/// The parts of a watched job's step, the processes that train together, and the memory of the one that is shown:
/// in the place of the picture, which a job has none of.
func drawJobPanel(
  _ job: JobReading, _ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid
) {
  let note = job.ranks.isEmpty ? "the host's time" : "\(job.ranks.count) ranks"
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .picture, title: "Job", note: [Span(note, .muted)])
  var area = inside
  let others = (job.ranks.isEmpty ? 0 : job.ranks.count + 1) + (job.residentBytes == nil ? 0 : 1)
  if let parts = job.parts {
    let isTall = area.height >= parts.named.count + others
    draw(parts, asRows: isTall, in: &area, on: &grid)
  } else {
    grid.draw([Span("no step was measured so far", .muted)], in: area.takeRow())
  }
  draw(job.ranks, in: &area, on: &grid)
  guard let bytes = job.residentBytes, area.height > 0 else { return }
  let row = area.takeRow()
  grid.draw([Span("memory", .muted)], in: row)
  var spans = [Span(NumberText.bytes(bytes), .value)]
  if let creep = job.creep {
    spans.append(Span("  grows \(NumberText.bytes(Int(nearest: creep))) a minute", .warn))
  }
  grid.draw(spans, in: row, alignment: .right)
}

/// A row for each part with a bar, or all in words in one.
private func draw(
  _ parts: StepParts, asRows: Bool, in area: inout Rect, on grid: inout CellGrid
) {
  let named = parts.named
  let whole = max(1e-9, named.reduce(0) { $0 + $1.time.seconds })
  guard asRows else {
    // As many as there is room for, each whole.
    let row = area.takeRow()
    var spans: [Span] = []
    for (name, time) in named {
      let part = [
        Span(spans.isEmpty ? "\(name) " : "  \(name) ", .muted),
        Span(NumberText.percent(time.seconds / whole), .value),
      ]
      guard (spans + part).width <= row.width else { break }
      spans += part
    }
    grid.draw(spans, in: row)
    return
  }
  for (name, time) in named {
    let columns = area.takeRow().sideBySide([.cells(13), .share(1), .cells(9), .cells(6)])
    grid.draw([Span(name, .muted)], in: columns[0])
    grid.drawBar(time.seconds / whole, in: columns[1], ink: .role(.gpuBusy))
    grid.draw([Span(NumberText.span(time), .value)], in: columns[2], alignment: .right)
    grid.draw(
      [Span(NumberText.percent(time.seconds / whole), .muted)], in: columns[3], alignment: .right)
  }
}

/// A row for each rank: batches a second, its wait for one, its step, and which one the others wait for.
private func draw(_ ranks: [RankReading], in area: inout Rect, on grid: inout CellGrid) {
  guard !ranks.isEmpty, area.height > 1 else { return }
  let slowest = SlowestRank(of: ranks)
  func columns(_ row: Rect) -> [Rect] {
    row.sideBySide([.cells(5), .cells(10), .cells(9), .cells(9), .share(1)])
  }
  let heads = columns(area.takeRow())
  for (place, head) in ["rank", "batches/s", "waits", "step"].enumerated() {
    grid.draw([Span(head, .heading)], in: heads[place], alignment: place == 0 ? .left : .right)
  }
  // Where there is no room for all, those before the slowest give way.
  let room = area.height
  let place = ranks.firstIndex { $0.number == slowest?.number } ?? 0
  let first = min(max(0, place - room + 1), max(0, ranks.count - room))
  for rank in ranks.dropFirst(first).prefix(room) {
    let cells = columns(area.takeRow())
    let isSlowest = rank.number == slowest?.number
    let role: Role = isSlowest ? .warn : .value
    grid.draw([Span("\(rank.number)", role)], in: cells[0])
    let texts = [
      NumberText.fixed(rank.batchesPerSecond, 1), NumberText.span(rank.wait),
      NumberText.span(rank.step),
    ]
    for (text, cell) in zip(texts, cells[1...]) {
      grid.draw([Span(text, role)], in: cell, alignment: .right)
    }
    if let slowest, isSlowest {
      let cause = slowest.cause == .batches ? "waits for batches" : "slow to backward"
      grid.draw([Span(" ◄ \(cause)", .warn)], in: cells[4])
    }
  }
}

extension Rect {
  /// The first row, which the rest no longer has.
  fileprivate mutating func takeRow() -> Rect {
    let first = row(0)
    self = Rect(x: x, y: y + 1, width: width, height: max(0, height - 1))
    return first
  }
}
