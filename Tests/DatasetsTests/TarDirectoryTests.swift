import Datasets
import TestSupport
import Testing

@Suite struct TarDirectoryTests {
  /// A tar archive with one file in it.
  private static func tar(size: String, _ content: [UInt8]) -> [UInt8] {
    var head = [UInt8](repeating: 0, count: 512)
    head.replaceSubrange(0..<5, with: "a.bin".utf8)
    head.replaceSubrange(124..<136, with: (size + "            ").utf8.prefix(12))
    head[156] = UInt8(ascii: "0")
    head.replaceSubrange(257..<262, with: "ustar".utf8)
    let rest = [UInt8](repeating: 0, count: 512 - content.count % 512)
    return head + content + rest
  }

  private static func entries(_ bytes: [UInt8]) -> [TarDirectory.Entry]? {
    bytes.withUnsafeBytes { TarDirectory(parsing: $0) }?.entries
  }

  @Test func sizesInATarArchiveAreOctal() {
    let found = Self.entries(Self.tar(size: "00000000012 ", Array(repeating: 7, count: 10)))
    #expect(found?.map(\.range) == [512..<522] && found?.first?.name == "a.bin")
    for size in ["-7", "+2", "8", "1e1", "", "777777777777", "\u{1}2"] {
      #expect(Self.entries(Self.tar(size: size, [7, 8])) == nil, "\(size)")
    }
  }

  /// Any archive is read or refused.
  @Test func mutatedTarsNeverTrap() {
    let good = Self.tar(size: "00000000002 ", [7, 8])
    for seed in 0..<(UInt64(3000) * UInt64(Fuzzing.rounds)) {
      var random = SeededNumbers(seed: seed)
      var bytes = good + good
      // Most bytes of a head are zeros: the numbers and the magic are what counts.
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        bytes[Int.random(in: 120..<140, using: &random)] =
          "01234567-+ \0\u{7f}".utf8.randomElement(using: &random) ?? 0
      }
      if seed % 2 == 0 { bytes = Mutation.of(bytes, with: &random) }
      for entry in Self.entries(bytes) ?? [] {
        #expect(entry.range.upperBound <= bytes.count, "seed \(seed)")
      }
    }
  }
}
