import Screen
import Testing

/// Bytes of a terminal become keys, reports and pastes.
@Suite struct InputParserTests {
  private func parse(_ text: String, entry: KeySequences = KeySequences()) -> [TerminalInput] {
    parse(Array(text.utf8), entry: entry)
  }

  private func parse(_ bytes: [UInt8], entry: KeySequences = KeySequences()) -> [TerminalInput] {
    var parser = InputParser(entry: entry)
    var inputs: [TerminalInput] = []
    parser.take(bytes, into: &inputs)
    while parser.timeout != nil { parser.expire(into: &inputs) }
    return inputs
  }

  @Test(arguments: [
    ("q", Key.character("q")), ("é", .character("é")), ("画", .character("画")), ("\r", .enter),
    ("\t", .tab), ("\u{7F}", .backspace), ("\u{17}", .control("w")), ("\u{1B}", .escape),
    ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;1C", .right), ("\u{1B}[D", .left),
    ("\u{1B}[H", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}OF", .end),
    ("\u{1B}[4~", .end), ("\u{1B}[8~", .end), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
    ("\u{1B}[2~", .insert), ("\u{1B}[3~", .delete), ("\u{1B}[Z", .backtab), ("\u{1B}OM", .enter),
    ("\u{1B}OP", .function(1)), ("\u{1B}[11~", .function(1)), ("\u{1B}[[A", .function(1)),
    ("\u{1B}[15~", .function(5)), ("\u{1B}[[E", .function(5)), ("\u{1B}[24~", .function(12)),
    ("\u{1B}[34~", .function(20)), ("\u{9B}A", .up), ("\u{8F}P", .function(1)),
    // kitty's protocol and xterm's modifyOtherKeys, where the key has a name here.
    ("\u{1B}[113u", .character("q")), ("\u{1B}[113;1:1u", .character("q")),
    ("\u{1B}[119;2u", .character("W")), ("\u{1B}[61:43;2u", .character("+")),
    ("\u{1B}[99;5u", .control("c")), ("\u{1B}[27u", .escape), ("\u{1B}[13;1u", .enter),
    ("\u{1B}[9;2u", .backtab), ("\u{1B}[113;65u", .character("q")),
    ("\u{1B}[27;2;43~", .character("+")), ("\u{1B}[27;5;99~", .control("c")),
  ])
  func keys(bytes: String, key: Key) { #expect(parse(bytes) == [.key(key)]) }

  private static let withModifiers: [(String, Key, KeyModifiers)] = [
    ("\u{1B}[1;2A", .up, .shift), ("\u{1B}[1;5D", .left, .control),
    ("\u{1B}[1;3B", .down, .alt), ("\u{1B}[15;2~", .function(5), .shift),
    ("\u{1B}[3;5~", .delete, .control), ("\u{1B}[5;5~", .pageUp, .control),
    ("\u{1B}[1;2P", .function(1), .shift), ("\u{1B}O2P", .function(1), .shift),
    ("\u{1B}[3^", .delete, .control), ("\u{1B}[3$", .delete, .shift),
    ("\u{1B}[3@", .delete, [.control, .shift]), ("\u{1B}q", .character("q"), .alt),
    ("\u{1B}7", .character("7"), .alt), ("\u{1B}\r", .enter, .alt),
    ("\u{1B}é", .character("é"), .alt),
    ("\u{1B}\u{1B}[A", .up, .alt), ("\u{1B}[113;9u", .character("q"), .other),
    ("\u{1B}[113;3u", .character("q"), .alt), ("\u{1B}[13;2u", .enter, .shift),
    ("\u{1B}[49;2u", .character("1"), .shift),
    ("\u{1B}[27;6;113~", .character("q"), [.control, .shift]),
    ("\u{1B}[1;9A", .up, .other),
  ]

  @Test(arguments: withModifiers)
  func modifiedKeys(bytes: String, key: Key, modifiers: KeyModifiers) {
    #expect(parse(bytes) == [.modifiedKey(key, modifiers)])
  }

  @Test(arguments: [
    "\u{1B}[57441;2u", "\u{1B}[57399u", "\u{1B}[113;1:3u", "\u{1B}[1;1:3A", "\u{1B}[a", "\u{1B}Oa",
    "\u{1B}Oq", "\u{1B}Oj", "\u{1B}OX", "\u{1B}[E", "\u{1B}[199~",
  ])
  func keysWithoutAName(bytes: String) { #expect(parse(bytes) == [.unnamedKey]) }

  @Test func mouse() {
    func report(
      _ action: MouseReport.Action, _ button: Int = 0, _ modifiers: KeyModifiers = []
    ) -> (MouseReport) -> Bool {
      {
        $0.action == action && $0.button == button && $0.modifiers == modifiers
          && $0.place == Point(x: 39, y: 11)
      }
    }
    let cases: [(String, (MouseReport) -> Bool)] = [
      ("\u{1B}[<0;40;12M", report(.press, 1)), ("\u{1B}[<0;40;12m", report(.release, 1)),
      ("\u{1B}[<2;40;12M", report(.press, 3)), ("\u{1B}[<64;40;12M", report(.wheelUp)),
      ("\u{1B}[<65;40;12M", report(.wheelDown)), ("\u{1B}[<67;40;12M", report(.wheelRight)),
      ("\u{1B}[<80;40;12M", report(.wheelUp, 0, .control)), ("\u{1B}[<35;40;12M", report(.move)),
      ("\u{1B}[<32;40;12M", report(.move, 1)), ("\u{1B}[<128;40;12M", report(.press, 8)),
      ("\u{1B}[32;40;12M", report(.press, 1)), ("\u{1B}[96;40;12M", report(.wheelUp)),
      ("\u{1B}[35;40;12M", report(.release)), ("\u{1B}[M H,", report(.press, 1)),
      ("\u{1B}[M`H,", report(.wheelUp)), ("\u{1B}[M#H,", report(.release)),
      ("\u{9B}<64;40;12M", report(.wheelUp)),
    ]
    for (bytes, isRight) in cases {
      guard case .mouse(let found)? = parse(bytes).first, parse(bytes).count == 1 else {
        Issue.record("\(bytes.debugDescription): \(parse(bytes))")
        continue
      }
      #expect(isRight(found), "\(bytes.debugDescription): \(found)")
    }
    // Beyond column 95: one byte in the oldest encoding, two in the one of UTF-8.
    for bytes in [[0x20, 0xF0, 0x2C], [0x20, 0xC3, 0xB0, 0x2C]] as [[UInt8]] {
      let inputs = parse([0x1B, 0x5B, 0x4D] + bytes)
      #expect(inputs.count == 1, "\(inputs)")
      if case .mouse? = inputs.first {} else { Issue.record("\(inputs)") }
    }
  }

  @Test func reports() {
    let dark = Color(rgb: 0x1E1E2E)
    let cases: [(String, TerminalInput)] = [
      ("\u{1B}[I", .focus(isGained: true)), ("\u{1B}[O", .focus(isGained: false)),
      ("\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{7}", .color(.background, dark)),
      ("\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\", .color(.background, dark)),
      ("\u{9D}11;rgb:1e/1e/2e\u{9C}", .color(.background, dark)),
      ("\u{1B}]11;rgba:1e1e/1e1e/2e2e/ffff\u{7}", .color(.background, dark)),
      ("\u{1B}]11;#1e1e2e\u{7}", .color(.background, dark)),
      ("\u{1B}]10;rgb:f/f/f\u{7}", .color(.foreground, Color(rgb: 0xFFFFFF))),
      ("\u{1B}]4;7;rgb:1e1e/1e1e/2e2e\u{7}", .color(.indexed(7), dark)),
      ("\u{1B}]52;c;cXdlcnR5\u{7}", .report(.string)),
      ("\u{1B}]11;rgb:1e1e/1e1e\u{7}", .report(.string)),
      ("\u{1B}[12;7R", .report(.cursor(row: 12, column: 7))),
      ("\u{1B}[?12;7R", .report(.cursor(row: 12, column: 7))),
      ("\u{1B}[?62;1;2;4c", .report(.attributes)), ("\u{1B}[>41;354;0c", .report(.attributes)),
      ("\u{1B}[?2004;1$y", .report(.mode(2004, state: 1))),
      ("\u{1B}[4;2$y", .report(.mode(4, state: 2))), ("\u{1B}[?1u", .report(.keyboard)),
      ("\u{1B}[8;36;120t", .report(.window)), ("\u{1B}[0n", .report(.status)),
      ("\u{1B}[?997;1n", .report(.status)), ("\u{1B}P1$r0 q\u{1B}\\", .report(.string)),
      ("\u{1B}P>|term q7\u{1B}\\", .report(.string)), ("\u{1B}_Gi=31;OK\u{1B}\\", .report(.string)),
      ("\u{1B}^a secret 7\u{1B}\\", .report(.string)), ("\u{1B}X7777\u{1B}\\", .report(.string)),
      ("\u{90}1$r0 q\u{9C}", .report(.string)),
      // The last byte of ✜ is that of the string's end.
      ("\u{1B}]l✜ 7 q\u{1B}\\", .report(.string)),
      ("\u{1B}[224z", .unknown), ("\u{1B}[?1;2;3$w", .unknown), ("\u{1B}[12\u{18}", .unknown),
    ]
    for (bytes, input) in cases { #expect(parse(bytes) == [input], "\(bytes.debugDescription)") }
    let eightBits: [UInt8] = [0x9B] + Array("1;2A".utf8)
    #expect(parse(eightBits) == [.modifiedKey(.up, .shift)])
    #expect(parse([0x9D] + Array("11;rgb:1e/1e/2e".utf8) + [0x9C]) == [.color(.background, dark)])
  }

  @Test func pastesAreCounted() {
    let text = "the quick brown fox\n7 q [[ \u{1B}[A \u{1B}[200~ \u{1B}[20"
    for (first, last) in [("\u{1B}[", "\u{1B}["), ("\u{9B}", "\u{9B}"), ("\u{1B}[", "\u{9B}")] {
      let inputs = parse("w\(first)200~\(text)\(last)201~x")
      #expect(
        inputs == [
          .key(.character("w")), .paste(bytes: text.utf8.count), .key(.character("x")),
        ])
    }
    let eightBits = [0x9B] + Array("200~7".utf8) + [0x9B] + Array("201~".utf8)
    #expect(parse(eightBits) == [.paste(bytes: 1)])
    // A paste whose end is lost.
    #expect(parse("\u{1B}[200~777") == [.paste(bytes: 3)])
  }

  @Test func damage() {
    // Bytes that aren't UTF-8 are no key, and only they are dropped.
    #expect(parse([0xFF, 0x71]) == [.unknown, .key(.character("q"))])
    #expect(parse([0xE2, 0x9B, 0x71]) == [.unknown, .key(.character("q"))])
    #expect(parse([0xED, 0xA0, 0x80, 0x71]) == [.unknown, .key(.character("q"))])
    #expect(parse("\u{1B}[12\u{1B}[A") == [.unknown, .key(.up)])
    #expect(parse("\u{1B}]11;x\u{1B}[A") == [.unknown, .key(.up)])
    let long = String(repeating: "7", count: 100_000)
    #expect(parse("\u{1B}[\(long)Aq") == [.unknown, .key(.character("q"))])
    #expect(parse("\u{1B}]11;\(long)\u{7}q") == [.report(.string), .key(.character("q"))])
    #expect(parse("\u{1B}[99999999999999999999;5A") == [.unknown])
  }

  /// A lone ESC is a key, and what comes later may still be the rest of a sequence.
  @Test func escapeAlone() {
    var parser = InputParser()
    var inputs: [TerminalInput] = []
    parser.take([0x1B], into: &inputs)
    #expect(inputs == [] && parser.timeout == .milliseconds(50))
    parser.expire(into: &inputs)
    #expect(inputs == [.key(.escape)] && parser.timeout == .seconds(1))
    parser.take(Array("[1;5D".utf8), into: &inputs)
    #expect(inputs == [.key(.escape), .modifiedKey(.left, .control)] && parser.timeout == nil)
    inputs = []
    parser.take([0x1B], into: &inputs)
    parser.expire(into: &inputs)
    parser.expire(into: &inputs)
    #expect(parser.timeout == nil)
    parser.take(Array("[".utf8), into: &inputs)
    #expect(inputs == [.key(.escape), .key(.character("["))])
  }

  /// The terminal's entry comes first, the longest sequence of it.
  @Test func entries() {
    var entry = KeySequences()
    entry.add(Array("\u{1B}[M".utf8), for: .function(1))
    entry.add(Array("\u{1}A\r".utf8), for: .function(2))
    entry.add(Array("\u{B}".utf8), for: .up)
    entry.add(Array("\u{1B}A".utf8), for: .down)
    entry.add(Array("\u{1B}AB".utf8), for: nil)
    entry.add(Array("q".utf8), for: .home)
    entry.add([], for: .home)
    #expect(parse("\u{1B}[M", entry: entry) == [.key(.function(1))])
    #expect(parse("\u{1}A\r", entry: entry) == [.key(.function(2))])
    #expect(parse("\u{B}", entry: entry) == [.key(.up)])
    #expect(parse("\u{1B}Aq", entry: entry) == [.key(.down), .key(.character("q"))])
    #expect(parse("\u{1B}AB", entry: entry) == [.unnamedKey])
    #expect(
      parse("\u{1}Ax", entry: entry) == [
        .key(.control("a")), .key(.character("A")), .key(.character("x")),
      ])
    #expect(parse("\u{1B}[1;2A", entry: entry) == [.modifiedKey(.up, .shift)])
    #expect(parse("q", entry: entry) == [.key(.character("q"))])
  }
}
