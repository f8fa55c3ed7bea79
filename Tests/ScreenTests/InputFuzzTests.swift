import Screen
import TestSupport
import Testing

/// Mutated input: no crash, the same however it is split, and keys again afterwards.
///
/// `AUGTOP_FUZZ_ROUNDS` times as long as usually; a million inputs with 500.
@Suite struct InputFuzzTests {
  private static let seeds = [
    "\u{1B}[1;2A7q\u{1B}[200~the quick 7\u{1B}[201~\u{1B}[<64;40;12Mw",
    "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{1B}\\\u{1B}[?62;4c\u{1B}[M`q1\u{1B}Oq",
    "\u{9B}15;2~\u{1B}P1$r0 q\u{1B}\\é画\u{1B}_Gi=1;OK\u{1B}\\\u{1B}[[A\u{1B}[3$\u{1B}[27;5;97~",
    "\u{1B}[97;5u\u{1B}[57441;2u\u{1B}[?2004;1$y\u{1}A\r\u{1B}\u{1B}[A\u{1B}[12;7R\u{B}jk",
  ].map { Array($0.utf8) }

  private static let entry: KeySequences = {
    var entry = KeySequences()
    entry.add(Array("\u{1B}OA".utf8), for: .up)
    entry.add(Array("\u{1}A\r".utf8), for: .function(2))
    entry.add(Array("\u{1B}[3$".utf8), for: nil)
    return entry
  }()

  @Test func mutatedInput() {
    var random = SeededNumbers(seed: 12)
    for round in 0..<(2_000 * UInt64(Fuzzing.rounds)) {
      let seed = Self.seeds[Int(round % UInt64(Self.seeds.count))]
      let bytes =
        round % 3 == 0
        ? (0..<Int.random(in: 1..<60, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        } : Mutation.of(seed, with: &random)
      var whole = InputParser(entry: Self.entry)
      var inputs: [TerminalInput] = []
      whole.take(bytes, into: &inputs)
      #expect(inputs.count <= bytes.count + 1)

      var pieces = InputParser(entry: Self.entry)
      var same: [TerminalInput] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...rest.count, using: &random)
        pieces.take(rest.prefix(count), into: &same)
        rest = rest.dropFirst(count)
      }
      guard same == inputs else {
        Issue.record("split, \(bytes) is \(same), not \(inputs)")
        return
      }
      for _ in 0..<3 { whole.expire(into: &inputs) }
      #expect(whole.timeout == nil, "\(bytes)")
      inputs = []
      whole.take([UInt8(ascii: "w")], into: &inputs)
      guard inputs == [.key(.character("w"))] else {
        Issue.record("after \(bytes), w is \(inputs)")
        return
      }
    }
  }

  /// The bytes that are kept are bounded, for any input.
  @Test func nothingGrows() {
    var parser = InputParser(entry: Self.entry)
    var inputs: [TerminalInput] = []
    let endless = [UInt8](repeating: UInt8(ascii: "7"), count: 1 << 16)
    for start in ["\u{1B}[", "\u{1B}]11;", "\u{1B}P", "\u{1B}[200~"] {
      parser.take(Array(start.utf8), into: &inputs)
      for _ in 0..<16 { parser.take(endless, into: &inputs) }
      #expect(inputs.isEmpty)
      #expect(parser.bytesKept <= 4_096)
      parser.expire(into: &inputs)
      inputs = []
    }
  }
}
