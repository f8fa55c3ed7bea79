import Pipeline
import Quantities
import Screen

/// The changes so far, the latest first: when, what, and what came of it.
func drawKeysPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let room = max(0, place.area.height - place.frame.rows)
  let lines = keysLines(model, width: place.area.width - 4)
  let first = min(model.scrolls[.keys] ?? 0, max(0, lines.count - room))
  let count = model.shownFacts.history.entries.count
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .keys, note: [Span("\(count) so far", .muted)],
    more: max(0, lines.count - room))
  for (line, spans) in lines.dropFirst(first).prefix(room).enumerated() {
    grid.draw(spans, in: inside.row(line))
  }
  // Where the log is short, the room is for how it gets longer: as many of these lines as fit.
  let rest = inside.height - lines.count - 1
  let (listed, keys) = keysHints(model, width: inside.width)
  guard rest >= listed.count else { return }
  let hints = (listed + keys).prefix(rest)
  for (line, spans) in hints.enumerated() {
    grid.draw(spans, in: inside.row(inside.height - hints.count + line))
  }
}

/// Rows that the log takes at a width, with the words on how it gets longer.
func keysRowCount(_ model: Model, width: Int) -> Int {
  let (listed, keys) = keysHints(model, width: width)
  return keysLines(model, width: width).count + 1 + listed.count + keys.count
}

private func keysLines(_ model: Model, width: Int) -> [[Span]] {
  let facts = model.shownFacts
  let rows = facts.history.entries.reversed().map { entrySpans($0, facts.reading.stageList) }
  // The session's start is the last line.
  return (rows + [startSpans(facts.reading, forgotten: facts.history.forgotten)])
    .flatMap { broken($0, width: width) }
}

/// What is listed, and keys that are of use for it, the most useful first; each has a line of its own.
private func keysHints(_ model: Model, width: Int) -> (listed: [[Span]], keys: [[Span]]) {
  let listed = [
    Span("A change is listed with its time, the epoch before and after it", .muted),
    Span(model.keyMode == .replay ? "." : ", and what was predicted.", .muted),
  ].wrapped(to: width)
  guard model.keyMode == .live else { return (listed, []) }
  let keys = [
    ("x", "measures a stage in turns"), ("B", "takes a baseline to compare with"),
    ("e", "records all of it"), ("S", "saves the screen"),
  ]
  return (
    listed, keys.flatMap { [Span($0.0, .key), Span("  \($0.1)", .muted)].wrapped(to: width) }
  )
}

private func broken(_ entry: [Span], width: Int) -> [[Span]] {
  entry.wrapped(to: width - 2).enumerated().map {
    $0.offset == 0 ? $0.element : [Span("  ")] + $0.element
  }
}

private func startSpans(_ reading: Reading, forgotten: Int) -> [Span] {
  var spans = [
    Span("00:00  ", .muted), Span("started ", .text), Span(reading.scenario.name, .accent),
  ]
  if forgotten > 0 { spans.append(Span("; \(forgotten) changes before these", .muted)) }
  return spans
}

private func entrySpans(_ entry: HistoryEntry, _ stages: StageList) -> [Span] {
  let effect = entry.effect
  var spans = [Span((entry.at.map(NumberText.clock) ?? "before") + " ", .muted)]
  if let key = effect.changes.last?.markKey(stages) { spans.append(Span(" \(key) ", .key)) }
  spans.append(Span(effect.changes.label(stages), .text))
  guard let after = effect.after else { return spans + [Span("  measuring…", .muted)] }
  guard let before = effect.before else {
    return spans + [Span("  \(NumberText.epoch(after.seconds))", .value)]
  }
  let difference = after.minus(before)
  spans += [
    Span("  \(NumberText.epoch(before.seconds, like: after.seconds)) → ", .muted),
    Span(NumberText.epoch(after.seconds, like: before.seconds), .value),
    changeSpan(from: before, to: after),
  ]
  if difference.isDistinguishable {
    spans.append(Span(" ±\(NumberText.halfWithUnit(difference.half, of: before.seconds))", .muted))
  }
  if let predicted = entry.predicted {
    spans.append(
      Span(", predicted \(NumberText.epoch(predicted.seconds, like: after.seconds))", .muted))
  }
  return spans
}
