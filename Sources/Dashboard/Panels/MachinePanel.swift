import Pipeline
import Quantities
import Screen

/// augtop's own cost, apart from the work it emulates, and what workers do with their time; drops come
/// first where there are any. The processors' load takes the rest.
func drawMachinePanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let reading = model.shown
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .machine, note: [Span("\(reading.cores) cores", .muted)])
  let facts = machineFacts(model)
  // Side by side where there isn't room for all in one column.
  let isWide = inside.width >= 56 && facts.count + reading.coreLoads.count > inside.height
  let columns = isWide ? inside.sideBySide([.share(1), .cells(3), .share(1)]) : [inside]
  var used = 0
  for (number, fact) in facts.enumerated() {
    let (column, line) = number.quotientAndRemainder(dividingBy: max(1, inside.height))
    guard column * 2 < columns.count else { break }
    fact.draw(in: columns[column * 2].row(line), on: &grid)
    if column * 2 == columns.count - 1 { used = line + 1 }
  }
  let last = columns[columns.count - 1]
  let rest = Rect(x: last.x, y: last.y + used, width: last.width, height: last.height - used)
  drawCores(reading.coreLoads, in: rest, on: &grid)
}

/// Rows that it can use: one for each fact and processor.
func machineRowCount(_ model: Model) -> Int {
  machineFacts(model).count + model.shown.coreLoads.count
}

/// A name and its value at the ends of a row.
private struct MachineFact {
  var name: String
  var value: String
  var role = Role.value
  /// The value in fewer words, for narrow rows.
  var brief: String?

  func draw(in line: Rect, on grid: inout CellGrid) {
    let room = line.width - CellWidth.of(name) - 1
    let value = [value, brief ?? ""].first { CellWidth.of($0) <= room } ?? ""
    grid.draw([Span(name, .muted)], in: line)
    grid.draw([Span(value, role)], in: line, alignment: .right)
    // Dots lead the eye over a wide gap.
    let (start, end) = (line.x + CellWidth.of(name), line.maxX - CellWidth.of(value))
    guard end - start >= 12, !value.isEmpty else { return }
    for x in stride(from: end - 2, to: start, by: -2) {
      grid.put("·", at: Point(x: x, y: line.y), style: Style(.border))
    }
  }
}

private func machineFacts(_ model: Model) -> [MachineFact] {
  let reading = model.shown
  // The reason is about these figures, too.
  let judged = model.shownFacts.verdict.judged
  let workers = judged.workers
  var facts =
    model.isSimulated && reading.replay == nil
    ? [
      MachineFact(
        name: "simulated", value: "nothing is measured", role: .muted, brief: "unmeasured")
    ]
    : ownFacts(model)
  if let make = workers.make {
    facts.append(perBatch("a batch takes", make))
    if let share = judged.coreWaitShare { facts.append(perBatch("without a core", make * share)) }
  }
  facts.append(MachineFact(name: "workers make", value: NumberText.percent(workers.making)))
  facts.append(
    reading.scenario.loader.polls
      ? MachineFact(name: "workers nap", value: NumberText.percent(workers.napping))
      : MachineFact(name: "wait for room", value: NumberText.percent(workers.waitingForRoom)))
  if reading.scenario.hasSharedLock {
    facts.append(perBatch("lock wait", workers.lockWait))
  }
  return facts
}

private func perBatch(_ name: String, _ time: Nanoseconds) -> MachineFact {
  let text = time > .zero ? NumberText.span(time) : "none"
  return MachineFact(
    name: name, value: time > .zero ? "\(text) a batch" : text, brief: text)
}

private func ownFacts(_ model: Model) -> [MachineFact] {
  let reading = model.shown
  let own = reading.own
  let load = reading.scenario.isJob ? "the job" : "emulated load"
  var facts = [MachineFact(name: load, value: "\(NumberText.fixed(own.emulatedCores, 1)) cores")]
  if let others = reading.othersCores {
    // So much slows a job down.
    let isMuch = others > 0.1 * Double(reading.cores)
    facts.append(
      MachineFact(
        name: "others", value: "\(NumberText.fixed(others, 1)) cores",
        role: isMuch ? .warn : .value))
  }
  let rest = max(0, own.cpuFraction - own.predicting)
  facts.append(MachineFact(name: "augtop", value: NumberText.shareOfCore(rest)))
  // A recording has the sum.
  if reading.replay == nil, model.shownFacts.predictions != nil {
    facts.append(
      MachineFact(name: "predictions", value: NumberText.shareOfCore(own.predicting)))
  }
  facts += [
    MachineFact(name: "memory", value: NumberText.bytes(own.residentBytes)),
    MachineFact(
      name: "an event", value: NumberText.digits(Nanoseconds(nearest: own.nanosecondsPerEvent))),
  ]
  let hasDropped = own.droppedEvents > 0
  let dropped = MachineFact(
    name: "dropped events", value: "\(own.droppedEvents)", role: hasDropped ? .bad : .value)
  facts.insert(dropped, at: hasDropped ? 0 : facts.count)
  return facts
}

/// A bar for each processor where there are rows for all, else a column for each.
private func drawCores(_ loads: [Double], in area: Rect, on grid: inout CellGrid) {
  guard !loads.isEmpty, area.height > 0 else { return }
  guard loads.count > area.height else {
    for (core, load) in loads.enumerated() {
      let parts = area.row(core).sideBySide([.cells(8), .share(1), .cells(6)])
      grid.draw([Span("core \(core + 1)", .muted)], in: parts[0])
      grid.drawBar(load, in: parts[1], gradient: .load)
      grid.draw([Span(NumberText.percent(load), .value)], in: parts[2], alignment: .right)
    }
    return
  }
  grid.draw([Span("cores", .muted)], in: area.row(0))
  let columns = Rect(x: area.x + 8, y: area.y, width: area.width - 8, height: area.height)
  for (core, load) in loads.prefix(columns.width).enumerated() {
    let eighths = max(1, Int((min(1, max(0, load)) * Double(columns.height * 8)).rounded()))
    for row in 0..<columns.height {
      let filled = min(8, max(0, eighths - row * 8))
      guard filled > 0 else { break }
      grid.put(
        grid.glyphs.lowerEighths[filled - 1],
        at: Point(x: columns.x + core, y: columns.maxY - 1 - row),
        style: Style(.sample(.load, at: load)))
    }
  }
}
