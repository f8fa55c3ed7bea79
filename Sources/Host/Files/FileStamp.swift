/// Distinguishes the states of a file by its size, the time of its last change, and its ends.
package struct FileStamp: Sendable, Hashable, BitwiseCopyable {
  /// The file's size in bytes.
  package var size: Int
  /// The time of the last change, in nanoseconds on the real-time clock.
  package var changed: Int64
  /// The checksum of the first and the last `edgeLength` bytes.
  package var edges: UInt64

  /// The bytes at either end that `edges` covers.
  package static let edgeLength = 1 << 16

  /// The stamp of a file with these properties.
  package init(size: Int, changed: Int64, edges: UInt64) {
    self.size = size
    self.changed = changed
    self.edges = edges
  }
}

/// A 64-bit checksum that detects accidental changes; it doesn't protect against deliberate ones.
package enum Checksum {
  /// The checksum of an array's bytes.
  ///
  /// - Complexity: O(bytes), eight at a time.
  package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  /// The checksum of a buffer's bytes.
  ///
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
      // Every step is invertible, so that changing one word always changes the sum.
      sum = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 32
      place += 8
    }
    return sum
  }
}
