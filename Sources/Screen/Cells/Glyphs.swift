/// The shape of box lines.
package enum BorderSet: String, CaseIterable, Sendable {
  case rounded
  case square
  /// Blanks where lines would be; the layout stays the same.
  case none
}

/// The characters that the screen is drawn with; each takes one column.
///
/// Two sets exist, `unicode` and `ascii`; a grid carries the one its terminal can show.
package struct Glyphs: Hashable, Sendable {
  /// Whether all glyphs are ASCII.
  package let isASCII: Bool
  /// The kind of lines that boxes have.
  package let borders: BorderSet
  /// Whether shades are drawn as glyphs, since the terminal or the theme has too few colours for them.
  package var tellsByShape = false

  /// The upper left corner of a box.
  package let topLeft: Unicode.Scalar
  /// The upper right corner of a box.
  package let topRight: Unicode.Scalar
  /// The lower left corner of a box.
  package let bottomLeft: Unicode.Scalar
  /// The lower right corner of a box.
  package let bottomRight: Unicode.Scalar
  /// A horizontal line.
  package let horizontal: Unicode.Scalar
  /// A vertical line.
  package let vertical: Unicode.Scalar
  /// A vertical line that branches to the right: on a box's left side.
  package let teeLeft: Unicode.Scalar
  /// A vertical line that branches to the left: on a box's right side.
  package let teeRight: Unicode.Scalar
  /// A horizontal line that branches down: on a box's top.
  package let teeDown: Unicode.Scalar
  /// A horizontal line that branches up: on a box's bottom.
  package let teeUp: Unicode.Scalar

  /// A cell filled from the left by 1...8 eighths.
  package let leftEighths: [Unicode.Scalar]
  /// A cell filled from below by 1...8 eighths.
  package let lowerEighths: [Unicode.Scalar]
  /// The part of a bar that isn't filled.
  package var track: Unicode.Scalar { tellsByShape ? (isASCII ? "_" : "·") : " " }
  /// The end of a text that `CellGrid.put` has cut.
  package let ellipsis: Unicode.Scalar

  /// Unicode glyphs with rounded boxes.
  package static let unicode = Glyphs.unicode(borders: .rounded)
  /// ASCII glyphs with boxes.
  package static let ascii = Glyphs.ascii(borders: .rounded)

  /// Box drawing, block elements and braille.
  package static func unicode(borders: BorderSet) -> Glyphs {
    let lines: [Unicode.Scalar] =
      switch borders {
      case .rounded: ["╭", "╮", "╰", "╯", "─", "│", "├", "┤", "┬", "┴"]
      case .square: ["┌", "┐", "└", "┘", "─", "│", "├", "┤", "┬", "┴"]
      case .none: [Unicode.Scalar](repeating: " ", count: 10)
      }
    return Glyphs(
      isASCII: false, borders: borders, lines: lines,
      leftEighths: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
      lowerEighths: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], ellipsis: "…")
  }

  /// The same in ASCII, for locales that can't show more.
  package static func ascii(borders: BorderSet) -> Glyphs {
    Glyphs(
      isASCII: true, borders: borders,
      lines: borders == .none
        ? [Unicode.Scalar](repeating: " ", count: 10)
        : ["+", "+", "+", "+", "-", "|", "+", "+", "+", "+"],
      leftEighths: [".", ".", ".", "-", "-", "-", "-", "#"],
      lowerEighths: [".", "_", "-", "~", "=", "+", "*", "#"], ellipsis: "~")
  }

  private init(
    isASCII: Bool, borders: BorderSet, lines: [Unicode.Scalar], leftEighths: [Unicode.Scalar],
    lowerEighths: [Unicode.Scalar], ellipsis: Unicode.Scalar
  ) {
    self.isASCII = isASCII
    self.borders = borders
    tellsByShape = isASCII
    topLeft = lines[0]
    topRight = lines[1]
    bottomLeft = lines[2]
    bottomRight = lines[3]
    horizontal = lines[4]
    vertical = lines[5]
    teeLeft = lines[6]
    teeRight = lines[7]
    teeDown = lines[8]
    teeUp = lines[9]
    self.leftEighths = leftEighths
    self.lowerEighths = lowerEighths
    self.ellipsis = ellipsis
  }

  /// A cell of 2×4 dots.
  ///
  /// - Parameter dots: Unicode's braille bits: 1, 2, 4, 64 down the left column, 8, 16, 32, 128
  ///   down the right one.
  package func braille(_ dots: UInt8) -> Unicode.Scalar {
    guard isASCII else {
      // All of U+2800...U+28FF are scalars.
      return dots == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(dots)) ?? " "
    }
    return AsciiTwin.braille(dots)
  }

  /// A cell filled by a part of 0...1, in five levels.
  package func shade(_ part: Double) -> Unicode.Scalar {
    let levels: [Unicode.Scalar] = isASCII ? [" ", ".", ":", "+", "#"] : [" ", "░", "▒", "▓", "█"]
    return levels[part > 0 ? max(1, min(4, Int((min(part, 1) * 4).rounded()))) : 0]
  }

  /// A text as this set can show it; ASCII twins keep the number of columns.
  package func shown(_ text: String) -> String { isASCII ? asciiTwin(of: text) : text }
}
