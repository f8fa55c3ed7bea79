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
      drawMore(more, in: place.area)
      return inside.inset(horizontally: 1)
    case .rule:
      drawRule(in: place.area.row(0), style: Style(role))
      let edge = place.area.row(0).inset(horizontally: 1)
      draw([Span(" ")] + name + [Span(" ")], in: edge)
      // Without a lower edge the upper one says how much more there is.
      let rest = more > 0 ? [Span("\(more) more", .muted)] : []
      for note in [note + (note.isEmpty || rest.isEmpty ? [] : [Span("  ")]) + rest, rest, note]
      where !note.isEmpty && name.width + note.width + ScreenLayout.Frame.ruleAround < edge.width {
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

extension ScreenLayout.Frame {
  /// Cells of a line with title and note that are neither: blanks around both, and a piece of the line.
  static let ruleAround = 6
}

extension ScreenLayout.Place {
  /// The first of several notes that the frame has room for beside its title and the count of entries
  /// without room; the last one where none fits.
  func note(of notes: [[Span]], title: String, more: Int = 0) -> [Span] {
    // The panel's number stands before the title.
    let name = CellWidth.of(title) + 1
    let room =
      switch frame {
      case .box: area.width - name - 7
      case .rule:
        area.width - 3 - name - ScreenLayout.Frame.ruleAround
          - (more > 0 ? CellWidth.of("  \(more) more") : 0)
      case .none: 0
      }
    return notes.first { $0.width <= room } ?? notes.last ?? []
  }
}
