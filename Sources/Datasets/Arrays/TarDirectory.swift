/// The regular files in a tar archive.
///
/// - Source: POSIX.1-2017, pax, "ustar Interchange Format".
package struct TarDirectory {
  /// A file and the place of its bytes.
  package struct Entry {
    /// With its folders.
    package var name: String
    /// In the archive.
    package var range: Range<Int>
  }

  /// In the archive's order.
  package let entries: [Entry]

  private static let blockSize = 512

  /// Nil for a file that isn't a tar archive, or in which a size is wrong.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Complexity: O(entries).
  package init?(parsing bytes: UnsafeRawBufferPointer) {
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

  /// Octal digits between blanks; nil for anything else, a sign as well.
  private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
    let digits = bytes.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    // Twelve of them at most, so that the number fits.
    return digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
  }
}
