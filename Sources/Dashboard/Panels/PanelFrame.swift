import Screen

extension CellGrid {
  /// Draws a panel's frame with its number and name.
  ///
  /// - Parameters:
  ///   - title: In place of the panel's own.
  ///   - note: In the upper edge at the right, where there is room.
  ///   - more: Entries that there is no room for.
  /// - Returns: The room inside.
  mutating func drawFrame(
    _ place: ScreenLayout.Place, isFocused: Bool, title: String? = nil, note: [Span] = [],
    more: Int = 0
  ) -> Rect {
    let role: Role = isFocused ? .accent : .border
    let name = [
      Span(place.panel.superscript, isFocused ? .accent : .muted),
      Span(title ?? place.panel.title, .title),
    ]
    switch place.frame {
    case .box:
      let inside = drawBox(in: place.area, title: name, note: note, style: Style(role))
      if more > 0 {
        draw(
          [Span(" \(more) more ", .muted)],
          in: place.area.row(place.area.height - 1).inset(horizontally: 2), alignment: .right)
      }
      return inside.inset(horizontally: 1)
    case .rule:
      drawRule(in: place.area.row(0), style: Style(role))
      let edge = place.area.row(0).inset(horizontally: 1)
      draw([Span(" ")] + name + [Span(" ")], in: edge)
      // Without a lower edge the upper one says how much more there is.
      let rest = more > 0 ? [Span("\(more) more", .muted)] : []
      for note in [note + (note.isEmpty || rest.isEmpty ? [] : [Span("  ")]) + rest, rest, note]
      where !note.isEmpty && name.width + note.width + 8 < edge.width {
        draw([Span(" ")] + note + [Span(" ")], in: edge, alignment: .right)
        break
      }
      let area = place.area
      return Rect(x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 1)
    case .none:
      return place.area.inset(horizontally: 1)
    }
  }

  /// Draws spans whole, or not at all.
  ///
  /// - Returns: Whether there was room.
  @discardableResult
  mutating func drawWhole(_ spans: [Span], in line: Rect, alignment: Alignment = .left) -> Bool {
    guard spans.width <= line.width else { return false }
    draw(spans, in: line, alignment: alignment)
    return true
  }
}
