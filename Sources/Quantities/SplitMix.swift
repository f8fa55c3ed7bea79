/// A small random stream, for the GPU's step times and sampled costs; the generator of pictures has
/// its own.
///
/// - Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
package struct SplitMix: Sendable {
  private var state: UInt64

  /// The stream of a seed; any seed is valid.
  package init(seed: UInt64) { state = seed }

  /// The stream's next number in [0, 1), with 53 random bits.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The stream's next number in (0, 1], with 53 random bits.
  package mutating func positiveUnit() -> Double { 1 - unit() }

  /// The stream's next number, uniform over all 64 bits.
  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.finalized(state)
  }

  /// The first number of the stream with this seed: every bit depends on every bit of the seed.
  package static func mixed(_ seed: UInt64) -> UInt64 { finalized(seed &+ increment) }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func finalized(_ state: UInt64) -> UInt64 {
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
