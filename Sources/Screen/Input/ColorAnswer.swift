/// A terminal's answer about one of its colours.
enum ColorAnswer {
  /// Reads `11;rgb:1e1e/1e1e/2e2e`; nil for anything else.
  ///
  /// - Source: `XParseColor`: one to four hexadecimal digits a channel; `rgba:` and `#` too.
  static func read(_ text: String) -> (of: TerminalColor, color: Color)? {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard let last = parts.last, let color = color(last) else { return nil }
    switch (parts.first, parts.count) {
    case ("10", 2): return (.foreground, color)
    case ("11", 2): return (.background, color)
    case ("4", 3): return Int(parts[1]).map { (.indexed($0), color) }
    default: return nil
    }
  }

  private static func color(_ text: Substring) -> Color? {
    if text.hasPrefix("#") {
      let digits = text.dropFirst()
      guard !digits.isEmpty, digits.count % 3 == 0, digits.count <= 12 else { return nil }
      let width = digits.count / 3
      return color(
        channels: (0..<3).map { digits.dropFirst($0 * width).prefix(width) })
    }
    for prefix in ["rgb:", "rgba:"] where text.hasPrefix(prefix) {
      let channels = text.dropFirst(prefix.count).split(
        separator: "/", omittingEmptySubsequences: false)
      guard channels.count == prefix.count - 1 else { return nil }
      return color(channels: channels.prefix(3).map { $0 })
    }
    return nil
  }

  private static func color(channels: [Substring]) -> Color? {
    let values = channels.map { digits -> UInt32? in
      guard (1...4).contains(digits.count), let value = UInt32(digits, radix: 16) else {
        return nil
      }
      return value * 255 / ((1 << UInt32(digits.count * 4)) - 1)
    }
    guard values.count == 3, let red = values[0], let green = values[1], let blue = values[2] else {
      return nil
    }
    return Color(rgb: red << 16 | green << 8 | blue)
  }
}
