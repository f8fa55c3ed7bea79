internal import CNcurses

/// Remembers what styles come to on the terminal.
struct Palette {
  private var paints: [Style: Paint] = [:]
  /// Neighbours mostly share a style.
  private var last: (style: Style, paint: Paint)?

  /// A cell as the terminal takes it.
  ///
  /// A blank takes the style of the cell painted before it where that makes no difference: every
  /// change of style costs some twenty bytes on the line.
  mutating func paintedCell(_ cell: Cell, _ theme: Theme, _ depth: ColorDepth) -> nc_cell {
    let before = last
    var paint = paint(cell.style, theme, depth)
    if cell.isBlank, let before, before.paint.isSameGround(as: paint) {
      paint = before.paint
      last = before
    }
    return nc_cell(
      scalar: cell.scalar, mark: cell.mark, foreground: paint.foreground,
      background: paint.background, attributes: UInt32(paint.attributes.rawValue))
  }

  /// Forgets all, for another theme.
  mutating func forget() { self = Palette() }

  private mutating func paint(_ style: Style, _ theme: Theme, _ depth: ColorDepth) -> Paint {
    if let last, last.style == style { return last.paint }
    if let known = paints[style] {
      last = (style, known)
      return known
    }
    let paint = theme.paint(style, depth: depth)
    paints[style] = paint
    last = (style, paint)
    return paint
  }
}

extension Paint {
  /// Whether a blank looks the same in both: only its ground shows.
  fileprivate func isSameGround(as other: Paint) -> Bool {
    background == other.background && attributes.showsNothing && other.attributes.showsNothing
  }
}

extension TextAttributes {
  /// On a blank.
  fileprivate var showsNothing: Bool { isDisjoint(with: [.reverse, .underline]) }
}
