/// One character cell: up to two Unicode scalars and a style.
///
/// A wide character fills a cell of width 2 and the one right of it, its `continuation`.
package struct Cell: Hashable, Sendable {
  /// The glyph's scalar; 0 in the right half of a wide character.
  package let scalar: UInt32
  /// One combining mark upon it, or 0; further ones are not kept.
  package internal(set) var mark: UInt32
  /// Colours and attributes, as roles of the theme.
  package var style: Style

  init(scalar: UInt32, mark: UInt32 = 0, style: Style) {
    self.scalar = scalar
    self.mark = mark
    self.style = style
  }

  /// A blank in a style.
  package static func blank(_ style: Style = .text) -> Cell { Cell(scalar: 32, style: style) }

  static func continuation(_ style: Style) -> Cell { Cell(scalar: 0, style: style) }

  /// Whether the cell is the right half of a wide character.
  package var isContinuation: Bool { scalar == 0 }

  /// Nothing but its ground shows.
  package var isBlank: Bool { scalar == 32 && mark == 0 }

  /// The glyph as text; empty in the right half of a wide character.
  package var text: String {
    var scalars = String.UnicodeScalarView()
    for value in [scalar, mark] where value != 0 {
      if let known = Unicode.Scalar(value) { scalars.append(known) }
    }
    return String(scalars)
  }
}
