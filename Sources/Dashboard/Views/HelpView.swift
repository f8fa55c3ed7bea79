import Pipeline
import Screen

/// The key map as an overlay, in two columns where there is room; what a small screen can't hold
/// scrolls.
func drawHelp(
  in screen: Rect, _ mode: KeyMode, _ stages: StageList, scroll: Int, on grid: inout CellGrid
) {
  let lines = helpLines(mode, stages)
  let isWide = screen.width >= 110
  let rows = isWide ? (lines.count + 1) / 2 : lines.count
  // The footer says which keys work here.
  let room = Rect(x: screen.x, y: screen.y, width: screen.width, height: screen.height - 1)
  let area = room.centered(
    Size(width: min(screen.width - 2, isWide ? 112 : 62), height: rows + 2))
  let isCut = area.height < rows + 2
  // A click closes the help, as any key does.
  grid.coverTargets()
  grid.markTarget(screen, as: .escape)
  let inside = grid.drawBox(
    in: area, title: [Span("Keys and words", .title)],
    note: [Span(isCut ? "↑↓ more, any other key closes" : "any key closes", .muted)]
  ).inset(horizontally: 1)
  let columns = isWide ? inside.sideBySide([.share(1), .cells(2), .share(1)]) : [inside]
  let first = min(scroll, max(0, rows - inside.height))
  for row in 0..<min(rows - first, inside.height) {
    let line = first + row
    grid.draw(lines[line], in: columns[0].row(row))
    if isWide, line + rows < lines.count { grid.draw(lines[line + rows], in: columns[2].row(row)) }
  }
}

/// The help in one column: the keys, then the words.
func helpLines(_ mode: KeyMode, _ stages: StageList) -> [[Span]] {
  helpLines(KeyMap.bindings(in: mode, stages))
}

/// The same for some of the keys.
func helpLines(_ bindings: [KeyBinding]) -> [[Span]] {
  KeyBinding.Group.allCases.flatMap { group in
    let bindings = bindings.filter { $0.group == group }
    return bindings.isEmpty ? [] : helpLines(group, bindings)
  } + wordLines
}

/// The words on the screen, in the fewest words; lines are at most as long as those of the keys.
private let words: [(word: String, lines: [String])] = [
  ("make", ["making one batch, waits left out"]),
  ("step", ["the GPU's time for one batch: host work,", "transfer and compute"]),
  ("host", ["a processor's part of a step: feeding it"]),
  ("starved", ["the GPU waits for a batch, or the lock"]),
  ("queue", ["batches made and not yet trained on"]),
  ("share", ["a stage's part of making a batch"]),
  ("range 0", ["[·] on, without effect; : sets a range"]),
  (
    "naps", ["sleeps of fixed length: 50 ms at a full", "queue, 10 ms of the consumer"]
  ),
  ("lock", ["Python's interpreter lock: one thread", "at a time does Python work"]),
  ("governor", ["the processors' clock, lowered where", "they are idle"]),
  ("costs", ["the time of a stage: native, or as", "measured in a Python"]),
  ("trial", ["one switch to and fro: a measured effect"]),
  ("±", ["half of an interval that holds in 90 %"]),
]

private let wordLines: [[Span]] = {
  var lines: [[Span]] = [[Span("Words", .heading, attributes: .bold)]]
  for entry in words {
    for (index, line) in entry.lines.enumerated() {
      let word = index == 0 ? entry.word : ""
      let gap = String(repeating: " ", count: max(1, 10 - CellWidth.of(word)))
      lines.append([Span(" \(word)\(gap)", .accent), Span(line, .text)])
    }
  }
  return lines
}()

private func helpLines(_ group: KeyBinding.Group, _ bindings: [KeyBinding]) -> [[Span]] {
  [[Span(group.rawValue, .heading, attributes: .bold)]]
    + bindings.map { binding in
      let gap = String(repeating: " ", count: max(1, 10 - CellWidth.of(binding.label)))
      return [Span(" \(binding.label)\(gap)", .key), Span(binding.summary, .text)]
    }
}
