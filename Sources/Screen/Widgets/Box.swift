extension CellGrid {
  /// Draws a box along the edges of an area and blanks its inside.
  ///
  /// A box lower than 2 rows or narrower than 2 columns is just blanked.
  ///
  /// - Parameters:
  ///   - title: In the upper edge, at the left.
  ///   - note: In the upper edge, at the right, when there is room for both.
  /// - Returns: The inside.
  @discardableResult
  package mutating func drawBox(
    in area: Rect, title: [Span] = [], note: [Span] = [], style: Style = Style(.border)
  ) -> Rect {
    fill(area)
    guard area.width >= 2, area.height >= 2 else { return area.insideBorder }
    let right = area.maxX - 1
    let bottom = area.maxY - 1
    drawRule(in: area.row(0), style: style)
    drawRule(in: area.row(area.height - 1), style: style)
    for y in area.y...bottom {
      put(glyphs.vertical, at: Point(x: area.x, y: y), style: style)
      put(glyphs.vertical, at: Point(x: right, y: y), style: style)
    }
    put(glyphs.topLeft, at: area.origin, style: style)
    put(glyphs.topRight, at: Point(x: right, y: area.y), style: style)
    put(glyphs.bottomLeft, at: Point(x: area.x, y: bottom), style: style)
    put(glyphs.bottomRight, at: Point(x: right, y: bottom), style: style)
    drawTitle(title, note, in: area.row(0).inset(horizontally: 1))
    return area.insideBorder
  }

  /// Draws a line through a box from edge to edge, with a title: the border between two panels.
  ///
  /// - Parameter area: The box's whole width; the first row is used.
  package mutating func drawDivider(
    in area: Rect, title: [Span] = [], note: [Span] = [], style: Style = Style(.border)
  ) {
    guard area.width >= 2, area.height >= 1 else { return }
    drawRule(in: area.row(0), style: style)
    put(glyphs.teeLeft, at: area.origin, style: style)
    put(glyphs.teeRight, at: Point(x: area.maxX - 1, y: area.y), style: style)
    drawTitle(title, note, in: area.row(0).inset(horizontally: 1))
  }

  /// Draws a horizontal line over the first row of an area.
  package mutating func drawRule(in area: Rect, style: Style = Style(.border)) {
    fill(area.row(0), with: glyphs.horizontal, style: style)
  }

  /// Says in a box's lower edge how many of its rows there is no room for; nothing where there are none.
  package mutating func drawMore(_ count: Int, in box: Rect) {
    guard count > 0, box.height >= 2 else { return }
    draw(
      [Span(" \(count) more ", .muted)],
      in: box.row(box.height - 1).inset(horizontally: 2), alignment: .right)
  }

  private mutating func drawTitle(_ title: [Span], _ note: [Span], in edge: Rect) {
    guard edge.width >= 3 else { return }
    let titleRoom = Rect(x: edge.x, y: edge.y, width: edge.width, height: 1)
    var end = edge.x
    if !title.isEmpty {
      end = draw([Span(" ", .title)] + title + [Span(" ", .title)], in: titleRoom)
    }
    let noteWidth = note.width + 2
    guard !note.isEmpty, end + 1 + noteWidth <= edge.maxX else { return }
    draw(
      [Span(" ", .muted)] + note + [Span(" ", .muted)],
      in: Rect(x: edge.maxX - noteWidth, y: edge.y, width: noteWidth, height: 1))
  }
}
