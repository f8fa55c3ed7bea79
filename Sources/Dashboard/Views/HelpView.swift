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
  let area = screen.centered(
    Size(width: min(screen.width - 2, isWide ? 112 : 62), height: rows + 2))
  let isCut = area.height < rows + 2
  // A click closes the help, as any key does.
  grid.coverTargets()
  grid.markTarget(screen, as: .escape)
  let inside = grid.drawBox(
    in: area, title: [Span("Keys", .title)],
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

/// The help in one column.
func helpLines(_ mode: KeyMode, _ stages: StageList) -> [[Span]] {
  KeyBinding.Group.allCases.flatMap { group in
    let bindings = KeyMap.bindings(in: mode, stages).filter { $0.group == group }
    return bindings.isEmpty ? [] : helpLines(group, bindings)
  }
}

private func helpLines(_ group: KeyBinding.Group, _ bindings: [KeyBinding]) -> [[Span]] {
  [[Span(group.rawValue, .heading, attributes: .bold)]]
    + bindings.map { binding in
      let gap = String(repeating: " ", count: max(1, 10 - CellWidth.of(binding.label)))
      return [Span(" \(binding.label)\(gap)", .key), Span(binding.summary, .text)]
    }
}
