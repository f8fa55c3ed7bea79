/// Counts pasted bytes until the mark that ends them.
struct PasteEnd: Sendable {
  private static let marks: [[UInt8]] = [
    Array("\u{1B}[201~".utf8),
    // The same with CSI as one control character, and that in UTF-8.
    [0x9B] + Array("201~".utf8), Array("\u{9B}201~".utf8),
  ]
  private static let longest = 6

  /// Bytes of the text.
  private(set) var count = 0
  private var last: [UInt8] = []

  /// The bytes of what is kept.
  var bytesKept: Int { last.capacity }

  /// Takes a byte; true where it ends the paste.
  mutating func take(_ byte: UInt8) -> Bool {
    count += 1
    if last.count == PasteEnd.longest { last.removeFirst() }
    last.append(byte)
    // The longest first: one mark ends like another.
    guard byte == UInt8(ascii: "~"),
      let mark = PasteEnd.marks.filter({ last.reversed().starts(with: $0.reversed()) })
        .max(by: { $0.count < $1.count })
    else { return false }
    count -= mark.count
    return true
  }
}
