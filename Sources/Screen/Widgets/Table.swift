/// A column of a table: its heading, its room, and which side its text keeps to.
package struct TableColumn: Hashable, Sendable {
  /// The heading; left out where the column is narrower.
  package var heading: String
  /// The width that the column asks for.
  package var length: Length
  /// The side that heading and cells are aligned to.
  package var alignment: Alignment

  /// A column of a table.
  package init(_ heading: String, _ length: Length, _ alignment: Alignment = .left) {
    self.heading = heading
    self.length = length
    self.alignment = alignment
  }
}

extension CellGrid {
  /// Draws a table of spans: headings on the first row, then as many rows as fit.
  ///
  /// - Parameters:
  ///   - gap: Blank columns between two columns.
  ///   - selected: The row to lay the selection under; the table scrolls to keep it in sight.
  /// - Returns: The rectangles of each row drawn, in screen order, with the row's index.
  @discardableResult
  package mutating func drawTable(
    _ columns: [TableColumn], rows: [[[Span]]], in area: Rect, gap: Int = 1, selected: Int? = nil
  ) -> [(index: Int, area: Rect)] {
    let places = area.tableColumns(columns, gap: gap)
    for (column, place) in zip(columns, places) where CellWidth.of(column.heading) <= place.width {
      draw([Span(column.heading, .heading)], in: place.row(0), alignment: column.alignment)
    }
    let visible = max(0, area.height - 1)
    let first = max(0, min((selected ?? 0) - visible + 1, rows.count - visible))
    var drawn: [(index: Int, area: Rect)] = []
    for (line, index) in (first..<max(first, min(rows.count, first + visible))).enumerated() {
      for ((column, place), spans) in zip(zip(columns, places), rows[index]) {
        draw(spans, in: place.row(line + 1), alignment: column.alignment)
      }
      if index == selected { tint(area.row(line + 1), ground: .selection) }
      drawn.append((index, area.row(line + 1)))
    }
    return drawn
  }
}

extension Rect {
  /// The columns of a table side by side, with blank columns between them.
  package func tableColumns(_ columns: [TableColumn], gap: Int = 1) -> [Rect] {
    var lengths: [Length] = []
    for (index, column) in columns.enumerated() {
      if index > 0 { lengths.append(.cells(gap)) }
      lengths.append(column.length)
    }
    return sideBySide(lengths).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  }
}
