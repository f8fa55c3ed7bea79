/// What tells one state of a file from another: its size, when it was changed, and its ends.
package struct FileStamp: Sendable, Hashable, BitwiseCopyable {
  package var size: Int
  /// In nanoseconds, on the real-time clock.
  package var changed: Int64
  /// Of its first and last bytes.
  package var edges: UInt64

  /// Bytes at either end that are looked at.
  package static let edgeLength = 1 << 16

  package init(size: Int, changed: Int64, edges: UInt64) {
    self.size = size
    self.changed = changed
    self.edges = edges
  }
}

/// A number by which changed bytes are known; against accidents, not against people.
package enum Checksum {
  package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  /// - Complexity: O(bytes), eight at a time.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sum = UInt64(bytes.count)
    var place = 0
    while place < bytes.count {
      var word: UInt64 = 0
      if place + 8 <= bytes.count {
        word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      } else {
        for byte in bytes[place...] { word = word << 8 | UInt64(byte) }
      }
      // For one word less or more, or another one, the sum is another: every step can be undone.
      sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 32
      place += 8
    }
    return sum
  }
}
