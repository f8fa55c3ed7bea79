import Quantities
import Testing

@Suite struct PrintableTextTests {
  /// Everything that a terminal could act on, and what looks like it.
  private static let cases: [(text: String, printable: String)] = [
    ("plain: µ × 批次 é", "plain: µ × 批次 é"),
    ("\u{1B}]0;title\u{7}\u{1B}[31m", "\\x1b]0;title\\x07\\x1b[31m"),
    ("a\nb\rc\td\0", "a\\nb\\rc\\td\\x00"),
    ("\u{9B}31m\u{7F}\u{85}", "\\x9b31m\\x7f\\x85"),
    ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"),
    ("file\u{202E}gpj.exe\u{2066}\u{61C}", "file\\u{202e}gpj.exe\\u{2066}\\u{061c}"),
    ("\u{FEFF}\u{FFFE}\u{1FFFF}", "\\u{feff}\\u{fffe}\\u{1ffff}"),
    ("👩‍💻\u{E000}", "👩‍💻\u{E000}"),
  ]

  @Test(arguments: cases)
  func isOnOneLineAndHarmless(text: String, printable: String) {
    #expect(text.printable == printable)
    #expect(printable.printable == printable)
    #expect(!text.printable.unicodeScalars.contains(where: PrintableText.isHidden))
  }

  @Test func linesStayAndNamesMakeNone() {
    #expect("a\nb\u{1B}".printableLines == "a\nb\\x1b")
    #expect(["a\nb", "c"].printableText == "a\\nb\nc")
  }

  @Test func everyControlCharacterIsHidden() {
    for value in UInt32(0)...0x9F {
      guard let scalar = Unicode.Scalar(value) else { continue }
      #expect(PrintableText.isHidden(scalar) == (scalar.properties.generalCategory == .control))
    }
  }

  @Test func documentsKeepTheirMeaning() {
    #expect(
      "{\n\t\"a\": \"\u{9B}\u{202E}µ\"}".printableDocument == "{\n\t\"a\": \"\\u009b\\u202eµ\"}")
  }
}
