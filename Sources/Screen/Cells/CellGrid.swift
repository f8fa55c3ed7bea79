/// An area that a click may mean as if a key were pressed.
package struct ClickTarget: Hashable, Sendable {
  /// The area.
  package var area: Rect
  /// The key.
  package var key: Key
}

/// An area along which a knob can be dragged.
package struct SliderTarget: Hashable, Sendable {
  /// The knob's way, from one end to the other.
  package var area: Rect
  /// The drawer's own number for it.
  package var number: Int

  /// The share of the way that a column lies at, 0...1; columns beyond an end count as the end.
  package func share(atColumn x: Int) -> Double {
    guard area.width > 1 else { return 0 }
    return Double(min(max(0, x - area.x), area.width - 1)) / Double(area.width - 1)
  }
}

/// A screenful of cells, row after row, that views draw on.
///
/// All drawing is clipped: no rectangle, position or text can reach beyond the grid, or trap.
package struct CellGrid: Sendable {
  /// Columns and rows, 0 or more.
  package let size: Size
  /// The glyphs that widgets draw with; an ASCII set also restricts the text that `put` draws.
  package let glyphs: Glyphs
  /// Areas that a click may mean, in the order in which they were drawn.
  package private(set) var targets: [ClickTarget] = []
  /// Areas along which a knob can be dragged.
  package private(set) var sliders: [SliderTarget] = []
  /// Row after row, `size.width` cells each.
  package private(set) var cells: [Cell]

  /// A blank grid; a negative extent counts as 0.
  package init(size: Size, glyphs: Glyphs = .unicode) {
    self.size = Size(width: max(0, size.width), height: max(0, size.height))
    self.glyphs = glyphs
    cells = [Cell](repeating: .blank(), count: self.size.width * self.size.height)
  }

  /// Lets a click on an area mean a key; areas drawn later lie above earlier ones.
  package mutating func markTarget(_ area: Rect, as key: Key) {
    guard !area.isEmpty else { return }
    targets.append(ClickTarget(area: area, key: key))
  }

  /// The keys that a click means, from the lowest area to the highest; none where nothing lies.
  ///
  /// - Complexity: O(targets).
  package func keys(at point: Point) -> [Key] {
    targets.filter { $0.area.contains(point) }.map(\.key)
  }

  /// Lets a knob be dragged along an area.
  package mutating func markSlider(_ area: Rect, number: Int) {
    guard !area.isEmpty else { return }
    sliders.append(SliderTarget(area: area, number: number))
  }

  /// The slider at a place; nil where there is none.
  ///
  /// - Complexity: O(sliders).
  package func slider(at point: Point) -> SliderTarget? {
    sliders.last { $0.area.contains(point) }
  }

  /// Takes a row's cells from a grid of the same size; targets stay.
  mutating func copyRow(_ y: Int, of other: CellGrid) {
    let row = y * size.width..<(y + 1) * size.width
    guard other.size == size, cells.indices.contains(row) else { return }
    cells.withUnsafeMutableBufferPointer { mine in
      other.cells.withUnsafeBufferPointer { _ = mine[row].update(fromContentsOf: $0[row]) }
    }
  }

  /// Blanks a rectangle, and forgets the targets that begin in it.
  package mutating func clear(_ area: Rect) {
    fill(area)
    targets.removeAll { area.contains($0.area.origin) }
    sliders.removeAll { area.contains($0.area.origin) }
  }

  /// Forgets all targets: what is drawn from now on covers what was drawn before.
  package mutating func coverTargets() {
    targets.removeAll()
    sliders.removeAll()
  }

  /// The rectangle of the whole grid.
  package var bounds: Rect { Rect(size) }

  /// The cell at a column and row, or nil outside the grid.
  package func cell(_ x: Int, _ y: Int) -> Cell? {
    bounds.contains(Point(x: x, y: y)) ? cells[y * size.width + x] : nil
  }

  /// The rows as text, trailing blanks dropped; what snapshot tests compare.
  package var text: [String] {
    (0..<size.height).map { y in
      var line = ""
      for x in 0..<size.width { line += cells[y * size.width + x].text }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// Sets every cell of a rectangle to one glyph of one column.
  package mutating func fill(
    _ area: Rect, with glyph: Unicode.Scalar = " ", style: Style = .text
  ) {
    let clipped = area.intersection(bounds)
    guard clipped.width > 0 else { return }
    let cell = Cell(scalar: glyph.value, style: style)
    for y in clipped.y..<max(clipped.y, clipped.maxY) {
      // At the ends it may cut a wide character in two.
      set(glyph, clipped.x, y, style)
      set(glyph, clipped.maxX - 1, y, style)
      let row = y * size.width
      cells.withUnsafeMutableBufferPointer {
        $0[row + clipped.x..<row + clipped.maxX].update(repeating: cell)
      }
    }
  }

  /// Lays a colour under what a rectangle holds, keeping the glyphs.
  package mutating func tint(_ area: Rect, ground: Role, attributes: TextAttributes = []) {
    let clipped = area.intersection(bounds)
    for y in clipped.y..<max(clipped.y, clipped.maxY) {
      for x in clipped.x..<max(clipped.x, clipped.maxX) {
        cells[y * size.width + x].style.ground = .role(ground)
        cells[y * size.width + x].style.attributes.formUnion(attributes)
      }
    }
  }

  /// Draws one glyph of one column, or its ASCII twin.
  package mutating func put(_ glyph: Unicode.Scalar, at point: Point, style: Style = .text) {
    guard bounds.contains(point) else { return }
    set(glyphs.isASCII ? AsciiTwin.of(glyph) : glyph, point.x, point.y, style)
  }

  /// Draws text on one row, rightwards, within the grid.
  ///
  /// Control characters show as `?`; a wide character that is cut in half shows as a blank.
  ///
  /// - Parameter maxWidth: Columns it may take; longer text is cut, and ends with an ellipsis.
  /// - Returns: The column after the last one drawn.
  @discardableResult
  package mutating func put(
    _ text: String, at point: Point, style: Style = .text, maxWidth: Int = .max
  ) -> Int {
    guard maxWidth > 0, point.x < size.width else { return point.x }
    let text = glyphs.isASCII ? AsciiTwin.pairs(in: text) : text
    var x = point.x
    let isCut = maxWidth != .max && CellWidth.of(text) > maxWidth
    let textEnd = isCut ? x + maxWidth - 1 : size.width
    for scalar in text.unicodeScalars {
      var glyph = scalar
      guard var width = CellWidth.of(scalar) else {
        if x >= textEnd { break }
        set("?", x, point.y, style)
        x += 1
        continue
      }
      if glyphs.isASCII, !scalar.isASCII {
        glyph = AsciiTwin.of(scalar)
        if width == 0 { continue }
      }
      if width == 0 {
        mark(with: scalar, x - 1, point.y)
        continue
      }
      if x + width > textEnd { break }
      if width == 2, glyphs.isASCII {
        set(glyph, x, point.y, style)
        x += 1
        width = 1
      }
      set(glyph, x, point.y, style, isWide: width == 2)
      x += width
    }
    if isCut {
      // A wide character may have left the last column but one free.
      while x < textEnd {
        set(" ", x, point.y, style)
        x += 1
      }
      set(glyphs.ellipsis, x, point.y, style)
      x += 1
    }
    return x
  }

  private mutating func mark(with scalar: Unicode.Scalar, _ x: Int, _ y: Int) {
    // Invisible scalars that steer how the text around them is written.
    guard scalar.value < 0x2000 || !scalar.properties.isDefaultIgnorableCodePoint else { return }
    guard bounds.contains(Point(x: x, y: y)) else { return }
    var index = y * size.width + x
    if cells[index].isContinuation, x > 0 { index -= 1 }
    if cells[index].mark == 0, !cells[index].isContinuation { cells[index].mark = scalar.value }
  }

  /// Writes one cell, keeping the halves of wide characters together.
  private mutating func set(
    _ glyph: Unicode.Scalar, _ x: Int, _ y: Int, _ style: Style, isWide: Bool = false
  ) {
    guard y >= 0, y < size.height else { return }
    let row = y * size.width
    if isWide, x < 0 || x + 1 >= size.width {
      // Half of it lies outside: a blank stands for the other half.
      if x == -1 { set(" ", 0, y, style) }
      if x + 1 == size.width { set(" ", x, y, style) }
      return
    }
    guard x >= 0, x < size.width else { return }
    let last = isWide ? x + 1 : x
    if cells[row + x].isContinuation, x > 0 {
      cells[row + x - 1] = .blank(cells[row + x - 1].style)
    }
    if last + 1 < size.width, cells[row + last + 1].isContinuation {
      cells[row + last + 1] = .blank(cells[row + last + 1].style)
    }
    cells[row + x] = Cell(scalar: glyph.value, style: style)
    if isWide { cells[row + last] = .continuation(style) }
  }
}
