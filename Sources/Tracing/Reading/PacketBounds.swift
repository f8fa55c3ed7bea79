/// Finds the bounds of packets in a trace: each is a field 1, preceded by its length.
enum PacketBounds {
  /// The result of looking for a packet at an offset.
  enum Step: Equatable {
    case packet(Range<Int>)
    /// A packet begins here whose end is missing.
    case torn
    /// No packet begins here.
    case foreign
    case end
  }

  /// The packet that begins at `offset`.
  static func step(in bytes: ArraySlice<UInt8>, at offset: Int) -> Step {
    guard offset < bytes.endIndex else { return .end }
    guard bytes[offset] == 0x0A else { return .foreign }
    var length = 0
    var index = offset + 1
    // Five groups of seven bits: no packet has 32 GB.
    for shift in stride(from: 0, to: 35, by: 7) {
      guard index < bytes.endIndex else { return .torn }
      let byte = bytes[index]
      index += 1
      length |= Int(byte & 0x7F) << shift
      guard byte & 0x80 != 0 else {
        return length <= bytes.endIndex - index ? .packet(index..<index + length) : .torn
      }
    }
    return .foreign
  }

  /// The number of bytes that the whole packets at the beginning take.
  ///
  /// - Complexity: O(packets).
  static func whole(in bytes: ArraySlice<UInt8>) -> Int {
    var offset = bytes.startIndex
    while case .packet(let range) = step(in: bytes, at: offset) { offset = range.upperBound }
    return offset - bytes.startIndex
  }
}
