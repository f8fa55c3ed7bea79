package import Quantities

/// What a worker waits for each picture that it loads, as for a disk or a network: it burns nothing meanwhile and
/// holds no lock.
extension Scenario {
  /// The wait for all pictures of a batch, which its worker loads one after the other. It depends on the batch's
  /// number and the seed alone, so that it is the same in both engines, whichever worker makes the batch.
  ///
  /// - Complexity: O(pictures) where waits are drawn, else O(1).
  package func loadWait(batch: Int, pictures: Int) -> Nanoseconds {
    switch loadWait {
    case nil: return .zero
    case .constant(let time): return Nanoseconds(time) * pictures
    case .some(let wait):
      var stream = SplitMix(
        seed: SplitMix.mixed(UInt64(seed) ^ Self.loadStream) &+ UInt64(bitPattern: Int64(batch)))
      return (0..<pictures).reduce(.zero) { sum, _ in
        let first = stream.positiveUnit()
        return sum + wait.sample(first, stream.unit())
      }
    }
  }

  /// Apart from the streams of costs and steps.
  private static let loadStream: UInt64 = 0x10ad_5eed
}
