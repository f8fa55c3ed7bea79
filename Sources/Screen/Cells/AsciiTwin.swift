/// The ASCII twin of a text, of the same number of columns.
///
/// Scalars without a twin become `?`, once per column; combining marks vanish.
package func asciiTwin(of text: String) -> String {
  var twin = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar.isASCII {
      twin.append(scalar)
      continue
    }
    for _ in 0..<(CellWidth.of(scalar) ?? 1) { twin.append(AsciiTwin.of(scalar)) }
  }
  return String(twin)
}

enum AsciiTwin {
  /// A text in which an arrow takes the blank after it, and a plus-minus the one before it: `->` and `+-`
  /// say more than `>` and `~`. It keeps the number of columns.
  static func pairs(in text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "→" || $0 == "±" }) else { return text }
    var scalars = Array(text.unicodeScalars)
    for place in scalars.indices {
      if scalars[place] == "→", place + 1 < scalars.count, scalars[place + 1] == " " {
        scalars[place] = "-"
        scalars[place + 1] = ">"
      } else if scalars[place] == "±", place > 0, scalars[place - 1] == " " {
        scalars[place - 1] = "+"
        scalars[place] = "-"
      }
    }
    var paired = String.UnicodeScalarView()
    paired.append(contentsOf: scalars)
    return String(paired)
  }

  /// The twin of one scalar of one column.
  static func of(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let value = scalar.value
    if value < 0x80 { return scalar }
    if let known = twins[scalar] { return known }
    switch value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550, 0x2574, 0x2576:
      return "-"
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577:
      return "|"
    case 0x250C...0x254B, 0x2552...0x2570: return "+"
    case 0x2581...0x2588: return Glyphs.ascii.lowerEighths[Int(value - 0x2581)]
    case 0x2589...0x258F: return Glyphs.ascii.leftEighths[Int(0x258F - value)]
    case 0x2800...0x28FF: return braille(UInt8(value - 0x2800))
    default: return "?"
    }
  }

  /// Tells apart dots above, below and on both sides of the middle, and a nearly full cell.
  static func braille(_ dots: UInt8) -> Unicode.Scalar {
    // Upper two rows: bits 1, 2, 8, 16; lower two: 4, 64, 32, 128.
    let upper = dots & 0b0001_1011
    let lower = dots & 0b1110_0100
    if dots.nonzeroBitCount >= 6 { return "#" }
    if upper != 0 { return lower != 0 ? ":" : "'" }
    return lower != 0 ? "." : " "
  }

  private static let twins: [Unicode.Scalar: Unicode.Scalar] = [
    "µ": "u", "μ": "u", "±": "~", "×": "x", "÷": "/", "−": "-", "–": "-", "—": "-", "‐": "-",
    "·": ".", "•": "*", "…": "~", "→": ">", "←": "<", "↑": "^", "↓": "v", "↔": "-", "↵": "<",
    "⏎": "<",
    "⇒": ">", "▲": "^", "▼": "v", "▶": ">", "◀": "<", "►": ">", "◄": "<", "△": "^", "▽": "v",
    "▸": ">", "◂": "<", "▴": "^", "▾": "v",
    "●": "*", "○": "o", "◉": "*", "◆": "*", "◇": "o", "■": "#", "□": "o", "✓": "v", "✔": "v",
    "✗": "x", "✘": "x", "░": ".", "▒": ":", "▓": "=", "▐": "|", "▔": "-", "▕": "|", "▀": "'",
    "¹": "1", "⁰": "0", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "▌": "#",
    "▄": "_", "╌": "-", "┊": "|", "═": "=", "≡": "%",
    "²": "2", "³": "3", "°": "o", "≈": "~", "≥": ">", "≤": "<", "≠": "!", "∞": "8", "√": "v",
    "σ": "s", "θ": "t", "Δ": "d", "“": "\"", "”": "\"", "‘": "'", "’": "'", "«": "<", "»": ">",
    "⏸": "=", "⏺": "*", "\u{A0}": " ", "ä": "a", "ö": "o", "ü": "u", "ß": "s", "é": "e",
    "è": "e", "à": "a", "ç": "c", "ñ": "n",
  ]
}
