/// Text of unknown origin (names in files, recordings and folders, another program's words), made fit
/// to be printed.
///
/// A terminal acts on control characters, and characters that turn the direction of writing let a line
/// read otherwise than it is. The rule for which these are stands here alone.
package enum PrintableText {
  /// Whether a terminal or a reader could act on a scalar instead of showing it: C0 and C1 controls,
  /// DEL, line and paragraph separators, marks that turn the direction of writing, the byte order mark,
  /// and what Unicode keeps free for ever.
  ///
  /// - Source: Unicode 16, chapter 23; UAX 9, section 2.
  package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x061B: false
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
      0xFDD0...0xFDEF:
      true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }

  /// Whether the text has no such scalar.
  ///
  /// - Complexity: O(bytes).
  fileprivate static func isPlain(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return true }
    return !text.unicodeScalars.contains(where: isHidden)
  }

  fileprivate static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// One hidden scalar as people write it: `\n`, `\x1b`, `\u{202e}`.
  fileprivate static func name(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case _ where scalar.value < 0x100: "\\x" + hex(scalar.value, digits: 2)
    default: "\\u{" + hex(scalar.value, digits: 4) + "}"
    }
  }
}

extension String {
  /// The text on one line, with `\n`, `\x1b` or `\u{202e}` in place of each hidden scalar.
  ///
  /// - Complexity: O(bytes).
  package var printable: String { escaped(keepingLines: false) }

  /// The same for a text of several lines, whose line feeds stay.
  ///
  /// - Complexity: O(bytes).
  package var printableLines: String { escaped(keepingLines: true) }

  /// A document in JSON or TOML, with `\u009b` in place of each hidden scalar, as its strings may have
  /// it; line feeds and tabs stay, for they lie between the strings.
  ///
  /// Hidden scalars beyond `U+FFFF`, which no terminal acts on, stay as they are.
  ///
  /// - Complexity: O(bytes).
  package var printableDocument: String {
    guard !PrintableText.isPlain(self) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if scalar.value <= 0xFFFF, scalar != "\n", scalar != "\t", PrintableText.isHidden(scalar) {
        text.append(contentsOf: ("\\u" + PrintableText.hex(scalar.value, digits: 4)).unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }

  private func escaped(keepingLines: Bool) -> String {
    guard !PrintableText.isPlain(self) else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if PrintableText.isHidden(scalar), !keepingLines || scalar != "\n" {
        text.append(contentsOf: PrintableText.name(scalar).unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

extension [String] {
  /// The lines of a report as one text: what is hidden is escaped in each, line feeds too, so that no
  /// name makes a line of its own.
  ///
  /// - Complexity: O(bytes).
  package var printableText: String { map(\.printable).joined(separator: "\n") }
}
