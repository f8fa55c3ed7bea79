import Screen

/// Lines by which values are read off a large graph; they lie behind it.
extension CellGrid {
  /// A graph lower than this needs no line besides its edges.
  private static let leastRows = 4

  /// Draws a line through the blank cells of a row of a graph; none in ASCII, whose glyphs for lines stand for
  /// values.
  mutating func drawGridline(in row: Rect) {
    guard !glyphs.isASCII, row.height > 0 else { return }
    for x in row.x..<row.maxX { drawGridPoint("┈", at: Point(x: x, y: row.y)) }
  }

  /// Draws a line at half the height of a graph that is high enough.
  ///
  /// - Returns: The row of the line, from the graph's top; nil without one.
  @discardableResult
  mutating func drawMiddleGridline(in graph: Rect) -> Int? {
    guard graph.height >= Self.leastRows else { return nil }
    let row = graph.height / 2
    drawGridline(in: graph.row(row))
    return row
  }

  /// Draws a line through the blank cells of a column of a graph; none in ASCII.
  mutating func drawGridline(column x: Int, of graph: Rect) {
    guard !glyphs.isASCII, x >= graph.x, x < graph.maxX else { return }
    for y in graph.y..<graph.maxY { drawGridPoint("┊", at: Point(x: x, y: y)) }
  }

  private mutating func drawGridPoint(_ glyph: Unicode.Scalar, at point: Point) {
    guard let under = cell(point.x, point.y), under.isBlank, under.style.ground == nil else {
      return
    }
    put(glyph, at: point, style: Style(.border))
  }
}
