/// An extent in character cells.
package struct Size: Hashable, Sendable {
  /// Columns.
  package var width: Int
  /// Rows.
  package var height: Int

  /// An extent as given; it may be negative until something clips it.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// A place in character cells; (0, 0) is the upper left corner.
package struct Point: Hashable, Sendable {
  /// The column, from 0 on.
  package var x: Int
  /// The row, from 0 on.
  package var y: Int

  /// A place as given; it may lie outside any grid.
  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// A rectangle of character cells; never of negative extent.
package struct Rect: Hashable, Sendable {
  /// The first column.
  package let x: Int
  /// The first row.
  package let y: Int
  /// Columns, 0 or more.
  package let width: Int
  /// Rows, 0 or more.
  package let height: Int

  /// Far beyond any screen, and small enough that sums can't overflow.
  private static let reach = 1 << 40

  /// A rectangle; a negative width or height counts as 0.
  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = min(Rect.reach, max(-Rect.reach, x))
    self.y = min(Rect.reach, max(-Rect.reach, y))
    self.width = min(Rect.reach, max(0, width))
    self.height = min(Rect.reach, max(0, height))
  }

  /// The rectangle of a whole screen.
  package init(_ size: Size) {
    self.init(x: 0, y: 0, width: size.width, height: size.height)
  }

  /// Whether it holds no cell.
  package var isEmpty: Bool { width == 0 || height == 0 }
  /// The upper left corner.
  package var origin: Point { Point(x: x, y: y) }
  /// The first column right of the rectangle.
  package var maxX: Int { x + width }
  /// The first row below the rectangle.
  package var maxY: Int { y + height }

  /// The rectangle without a margin on each side; empty when the margins meet.
  package func inset(horizontally dx: Int = 0, vertically dy: Int = 0) -> Rect {
    Rect(
      x: x + min(dx, width), y: y + min(dy, height), width: width - 2 * dx,
      height: height - 2 * dy)
  }

  /// The rectangle without columns at its right.
  package func inset(right columns: Int) -> Rect {
    Rect(x: x, y: y, width: width - columns, height: height)
  }

  /// The part inside a box's border.
  package var insideBorder: Rect { inset(horizontally: 1, vertically: 1) }

  /// One row of the rectangle, counted from its top; empty outside of it.
  package func row(_ index: Int) -> Rect {
    guard index >= 0, index < height else { return Rect(x: x, y: y, width: 0, height: 0) }
    return Rect(x: x, y: y + index, width: width, height: 1)
  }

  /// The common part of two rectangles, empty when there is none.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }

  /// Whether a place lies inside.
  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
  }
}
