/// The regular files in a tar archive.
///
/// - Source: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarDirectory {
  /// A file and the place of its bytes.
  struct Entry {
    var name: String
    var range: Range<Int>
  }

  /// In the archive's order.
  let entries: [Entry]

  private static let blockSize = 512

  /// Nil for a file that isn't a tar archive, or in which a size is wrong.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Complexity: O(entries).
  init?(parsing bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.blockSize, bytes[257..<262].elementsEqual("ustar".utf8) else {
      return nil
    }
    var entries: [Entry] = []
    var at = 0
    // Two blocks of zeros end it; some writers leave them out.
    while at <= bytes.count - Self.blockSize, bytes[at] != 0 {
      let head = UnsafeRawBufferPointer(rebasing: bytes[at..<at + Self.blockSize])
      let start = at + Self.blockSize
      guard let size = Self.number(head[124..<136]), size <= bytes.count - start else { return nil }
      // '0', or 0 in old archives: a regular file.
      if head[156] == UInt8(ascii: "0") || head[156] == 0 {
        entries.append(
          Entry(
            name: Self.text(head[345..<500]) + Self.text(head[0..<100]), range: start..<start + size
          ))
      }
      at = start + (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize
    }
    self.entries = entries
  }

  private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits between blanks; nil for anything else.
  private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    let digits = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
