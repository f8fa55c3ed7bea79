import Pipeline
import Screen

/// The menu of values with their sliders, over the middle of the screen; it scrolls on small ones. The last
/// line has the limits of the selected one, or why a text isn't taken.
func drawValuesMenu(_ menu: ValuesMenu, _ model: Model, in screen: Rect, on grid: inout CellGrid) {
  grid.coverTargets()
  let values = ScenarioValue.allCases
  let area = screen.centered(Size(width: min(screen.width - 2, 76), height: values.count + 3))
  let inside = grid.drawBox(
    in: area, title: [Span("Values", .title)],
    note: [
      Span("type, ", .muted), Span("⏎", .key), Span(" sets, ", .muted), Span("← →", .key),
      Span(" a step, ", .muted), Span("esc", .key),
    ]
  ).inset(horizontally: 1)
  let rows = max(1, inside.height - 1)
  grid.drawMore(values.count - rows, in: area)
  let first = min(max(0, menu.row - rows + 1), max(0, values.count - rows))
  for (line, row) in (first..<min(values.count, first + rows)).enumerated() {
    let value = values[row]
    let isSelected = row == menu.row
    let parts = inside.row(line).sideBySide([.cells(2), .cells(20), .cells(15), .share(1)])
    grid.draw([Span(isSelected ? ">" : " ", .accent)], in: parts[0])
    grid.draw([Span(value.title(model.requested), .text)], in: parts[1])
    let typed = isSelected ? menu.typed : nil
    let share = value.share(model.requested)
    // The end of a long text is where one types.
    let shown = typed.map { String($0.suffix(parts[2].width - 2)) + "▏" }
    grid.draw(
      [Span(shown ?? model.text(of: value), typed == nil ? .value : .accent)], in: parts[2])
    grid.markTarget(inside.row(line), as: .function(Model.firstRowKey + row))
    if let share {
      let way = parts[3].inset(horizontally: 1)
      let dragged = typed.flatMap { value.share(model.requested, typed: $0) }
      drawSlider(dragged ?? share, in: way, on: &grid)
      grid.markSlider(way, number: row)
    } else {
      grid.drawWhole([Span(value.limits(model.requested), .muted)], in: parts[3])
    }
    if isSelected { grid.tint(inside.row(line), ground: .selection) }
  }
  let below = inside.row(inside.height - 1)
  if let fault = menu.fault {
    grid.draw([Span(fault, .bad)], in: below)
  } else {
    grid.drawWhole(
      [Span(menu.value.limits(model.requested), .muted)], in: below.inset(horizontally: 2))
  }
}
