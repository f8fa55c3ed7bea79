import Screen

/// The key map as an overlay, in two columns where there is room.
func drawHelp(in screen: Rect, on grid: inout CellGrid) {
  let groups = KeyBinding.Group.allCases
  let lines = groups.flatMap(helpLines)
  let isWide = screen.width >= 110
  let rows = isWide ? (lines.count + 1) / 2 : lines.count
  let area = screen.centered(
    Size(width: min(screen.width - 2, isWide ? 112 : 62), height: rows + 2))
  let inside = grid.drawBox(
    in: area, title: [Span("Keys", .title)], note: [Span("any key closes", .muted)]
  ).inset(horizontally: 1)
  let columns = isWide ? inside.sideBySide([.share(1), .cells(2), .share(1)]) : [inside]
  for (index, line) in lines.enumerated() {
    let column = isWide && index >= rows ? columns[2] : columns[0]
    grid.draw(line, in: column.row(isWide ? index % rows : index))
  }
}

private func helpLines(_ group: KeyBinding.Group) -> [[Span]] {
  let bindings = KeyMap.bindings.filter { $0.group == group }
  return [[Span(group.rawValue, .heading, attributes: .bold)]]
    + bindings.map { binding in
      let gap = String(repeating: " ", count: max(1, 10 - CellWidth.of(binding.label)))
      return [Span(" \(binding.label)\(gap)", .key), Span(binding.summary, .text)]
    }
}
