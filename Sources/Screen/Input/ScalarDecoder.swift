/// Turns bytes into Unicode scalars, one byte at a time.
///
/// A byte that isn't UTF-8 keeps its value as far as it is a control character of eight bits
/// (0x80 to 0x9F); any other becomes `broken`.
struct ScalarDecoder: Sendable {
  /// Replaces bytes that are no UTF-8.
  static let broken: UInt32 = 0xFFFD

  private var value: UInt32 = 0
  private var least: UInt32 = 0
  private var missing = 0

  /// Whether a character has begun and isn't whole.
  var isInside: Bool { missing > 0 }

  /// Takes a byte.
  ///
  /// - Returns: `broken` where the byte ended another character before its time, and the scalar that it
  ///   completes.
  mutating func take(_ byte: UInt8) -> (broken: UInt32?, whole: UInt32?) {
    if missing > 0 {
      if byte & 0xC0 == 0x80 {
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        guard missing == 0 else { return (nil, nil) }
        let isScalar = value >= least && Unicode.Scalar(value) != nil
        return (nil, isScalar ? value : ScalarDecoder.broken)
      }
      missing = 0
      return (ScalarDecoder.broken, begin(byte))
    }
    return (nil, begin(byte))
  }

  private mutating func begin(_ byte: UInt8) -> UInt32? {
    switch byte {
    case ..<0xA0: return UInt32(byte)
    case 0xC2...0xDF: expect(1, UInt32(byte & 0x1F), least: 0x80)
    case 0xE0...0xEF: expect(2, UInt32(byte & 0x0F), least: 0x800)
    case 0xF0...0xF4: expect(3, UInt32(byte & 0x07), least: 0x10000)
    default: return ScalarDecoder.broken
    }
    return nil
  }

  private mutating func expect(_ count: Int, _ bits: UInt32, least: UInt32) {
    missing = count
    value = bits
    self.least = least
  }
}
