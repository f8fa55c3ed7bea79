/// NumPy's legacy generator: MT19937 and the draws of `numpy.random.RandomState`, to the bit.
///
/// A value: a copy goes on independently with the same numbers. Words are made 624 at a time; no
/// draw allocates (the first draw after a copy does, once).
///
/// - Source: NumPy's `mt19937_seed`, `legacy_double`, `random_interval`.
package struct LegacyRandom: Sendable {
  private static let size = 624
  private static let offset = 397

  private var words: [UInt32]
  private var position: Int

  /// The state after `numpy.random.seed(seed)`.
  package init(seed: UInt32) {
    words = [UInt32](repeating: 0, count: Self.size)
    position = Self.size
    self.seed(seed)
  }

  /// Starts over, as `numpy.random.seed(seed)`.
  package mutating func seed(_ seed: UInt32) {
    words[0] = seed
    for i in 1..<Self.size {
      let previous = words[i - 1]
      words[i] = 1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(i)
    }
    position = Self.size
  }

  /// The next raw word, 0...2³² − 1.
  package mutating func nextWord() -> UInt32 {
    if position == Self.size { makeWords() }
    var word = words[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  /// A number in [0, 1) with 53 random bits; takes two words.
  package mutating func randomSample() -> Double {
    let high = nextWord() >> 5
    let low = nextWord() >> 6
    return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
  }

  /// A number from `low` up to `high`; takes two words.
  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * randomSample()
  }

  /// A whole number in 0..<high, by rejection under a mask: takes at least one word, or none if
  /// `high` is 1.
  package mutating func randint(_ high: Int) -> Int {
    precondition(
      high > 0 && high <= Int(UInt32.max) + 1, "a whole number is drawn from 1 to 2^32 choices")
    return Int(interval(UInt32(high - 1)))
  }

  /// The numbers 0..<count in random order.
  package mutating func permutation(_ count: Int) -> [Int] {
    var order: [Int32] = []
    permute(&order, count: count)
    return order.map(Int.init)
  }

  /// Makes `order` the numbers 0..<count in random order, within its own memory if that is enough.
  package mutating func permute(_ order: inout [Int32], count: Int) {
    precondition(count >= 0 && count <= Int(Int32.max), "a permutation counts in 31 bits")
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: 0..<Int32(count))
    guard count > 1 else { return }
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, Int(interval(UInt32(i))))
    }
  }

  /// A number in 0...highest; draws nothing for 0.
  private mutating func interval(_ highest: UInt32) -> UInt32 {
    guard highest > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(highest.leadingZeroBitCount)
    while true {
      let word = nextWord() & mask
      if word <= highest { return word }
    }
  }

  private mutating func makeWords() {
    words.withUnsafeMutableBufferPointer { words in
      func twisted(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let joined = (first & 0x8000_0000) | (second & 0x7fff_ffff)
        return (joined >> 1) ^ ((0 &- (joined & 1)) & 0x9908_b0df)
      }
      let shared = Self.size - Self.offset
      for i in 0..<shared {
        words[i] = words[i + Self.offset] ^ twisted(words[i], words[i + 1])
      }
      for i in shared..<(Self.size - 1) {
        words[i] = words[i - shared] ^ twisted(words[i], words[i + 1])
      }
      words[Self.size - 1] = words[Self.offset - 1] ^ twisted(words[Self.size - 1], words[0])
    }
    position = 0
  }
}
