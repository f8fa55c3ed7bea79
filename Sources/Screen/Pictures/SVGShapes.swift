extension SVGPicture {
  /// Draws a block, a box line or a braille cell as a shape; false for every other glyph.
  mutating func drawShape(_ scalar: UInt32, _ look: SVGLook, at x: Int, _ y: Int) -> Bool {
    let (left, top) = (x * 8, y * 16)
    switch scalar {
    case 0x2580: draw("M\(left) \(top)h8v8h-8z", .solid, look.ink)
    case 0x2581...0x2588:
      // From below, by eighths.
      let height = Int(scalar - 0x2580) * 2
      draw("M\(left) \(top + 16 - height)h8v\(height)h-8z", .solid, look.ink)
    case 0x2589...0x258F:
      // From the left, by eighths.
      let width = Int(0x2590 - scalar)
      draw("M\(left) \(top)h\(width)v16h-\(width)z", .solid, look.ink)
    case 0x2591...0x2593:
      let kinds: [Brush.Kind] = [.shade25, .shade50, .shade75]
      draw("M\(left) \(top)h8v16h-8z", kinds[Int(scalar - 0x2591)], look.ink)
    case 0x2801...0x28FF:
      draw(Self.dots(UInt8(scalar - 0x2800), left, top), .dot, look.ink)
    default:
      guard let path = Self.lines[scalar] else { return false }
      draw("M\(left) \(top)\(path)", .line, look.ink)
    }
    return true
  }

  /// Box lines, from the cell's upper left corner, through its centre.
  private static let lines: [UInt32: String] = {
    let named: [Unicode.Scalar: String] = [
      "─": "m0 8h8", "│": "m4 0v16",
      "╭": "m8 8q-4 0-4 4v4", "╮": "m0 8q4 0 4 4v4",
      "╰": "m4 0v4q0 4 4 4", "╯": "m4 0v4q0 4-4 4",
      "┌": "m8 8h-4v8", "┐": "m0 8h4v8", "└": "m4 0v8h4", "┘": "m4 0v8h-4",
      "├": "m4 0v16m0-8h4", "┤": "m4 0v16m0-8h-4",
      "┬": "m0 8h8m-4 0v8", "┴": "m0 8h8m-4 0v-8",
    ]
    return Dictionary(uniqueKeysWithValues: named.map { ($0.key.value, $0.value) })
  }()

  /// A cell of 2 by 4 dots, each a line of no length with round ends.
  ///
  /// - Source: The Unicode Standard, "Braille Patterns": bits 1, 2, 4, 64 go down the left column,
  ///   8, 16, 32, 128 down the right one.
  private static func dots(_ bits: UInt8, _ left: Int, _ top: Int) -> String {
    let columns: [[UInt8]] = [[1, 2, 4, 64], [8, 16, 32, 128]]
    var path = ""
    for (column, rows) in columns.enumerated() {
      for (row, bit) in rows.enumerated() where bits & bit != 0 {
        path += "M\(left + 2 + column * 4) \(top + 2 + row * 4)h0"
      }
    }
    return path
  }
}
