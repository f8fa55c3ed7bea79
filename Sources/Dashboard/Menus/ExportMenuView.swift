import Pipeline
import Screen

/// The export menu, over the middle of the screen.
func drawExportMenu(_ menu: ExportMenu, in screen: Rect, on grid: inout CellGrid) {
  grid.coverTargets()
  let rows = KeyMap.exports.count
  let area = screen.centered(Size(width: min(screen.width - 2, 60), height: rows + 3))
  let inside = grid.drawBox(
    in: area, title: [Span("Export", .title)], note: [Span("esc closes", .muted)]
  ).inset(horizontally: 1)
  grid.draw([Span("next to \(fileName(menu.path))", .muted)], in: inside.row(0))
  for (index, entry) in KeyMap.exports.enumerated() {
    let row = inside.row(index + 1)
    let isSelected = entry.choice == menu.selection
    let gap = String(repeating: " ", count: max(1, 13 - entry.choice.rawValue.count))
    let end = grid.draw(
      [
        Span(isSelected ? "> " : "  ", .accent), Span("\(entry.key)  ", .key),
        Span(entry.choice.rawValue + gap, .text),
      ], in: row)
    grid.drawWhole(
      [Span(entry.summary, .muted)],
      in: Rect(x: end, y: row.y, width: max(0, row.maxX - end), height: 1))
    grid.markTarget(row, as: .character(entry.key))
    if isSelected { grid.tint(row, ground: .selection) }
  }
}
