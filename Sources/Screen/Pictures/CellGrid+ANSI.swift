extension CellGrid {
  /// The grid as text with the colours of a theme in 24 bits, as terminals and `cat` show it.
  ///
  /// - Complexity: O(cells).
  package func ansi(theme: Theme) -> String {
    var text = ""
    for y in 0..<size.height {
      var last: Paint?
      for x in 0..<size.width {
        guard let cell = cell(x, y), !cell.isContinuation else { continue }
        let paint = theme.paint(cell.style, depth: .trueColor)
        if paint != last { text += paint.escape }
        last = paint
        text += cell.text
      }
      text += "\u{1B}[0m\n"
    }
    return text
  }
}

extension Paint {
  /// The control sequence that sets it.
  fileprivate var escape: String {
    var codes = ["0"]
    for (attribute, code) in [
      (TextAttributes.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7"),
    ] where attributes.contains(attribute) {
      codes.append(code)
    }
    func color(_ number: Int32, _ plane: String) {
      guard number >= 0 else { return }
      let value = UInt32(number)
      codes.append("\(plane);2;\(value >> 16 & 255);\(value >> 8 & 255);\(value & 255)")
    }
    color(foreground, "38")
    color(background, "48")
    return "\u{1B}[" + codes.joined(separator: ";") + "m"
  }
}
