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

  /// The share of a batch's wait that comes after its work, the rest before it.
  ///
  /// A worker waits for a picture, works on it, and waits for the next one, so that workers which begin together are
  /// soon apart. Engines wait for all pictures of a batch at once: before the work alone, workers that begin together
  /// would work together batch after batch, on fewer cores than there are workers. Each worker has another share.
  ///
  /// - Parameter worker: From 0 on; the first one waits before its work.
  /// - Source: The fractional parts of multiples of the golden ratio, which are far apart for any number of workers.
  package static func waitAfterWork(worker: Int) -> Double {
    let share = Double(worker) * 0.618_033_988_749_895
    return share - share.rounded(.down)
  }

  /// Apart from the streams of costs and steps.
  private static let loadStream: UInt64 = 0x10ad_5eed
}

/// How much the times of a picture's stages vary from picture to picture.
extension Scenario {
  /// The standard deviations of a picture's time that a scenario may have, relative to the mean.
  package static let spreads = 0.01...5.0

  /// The time of a batch's stages, relative to their mean: that of its pictures, each log-normal. It depends on the
  /// batch's number and the seed alone, as `loadWait` does. Native kernels take what they take.
  ///
  /// - Complexity: O(pictures) where there is a spread, else O(1).
  package func pace(batch: Int, pictures: Int) -> Double {
    guard let spread, case .profile = costs, pictures > 0 else { return 1 }
    let picture = StepTime.logNormal(mean: .seconds(1), deviation: .seconds(rounding: spread))
    var stream = SplitMix(
      seed: SplitMix.mixed(UInt64(seed) ^ Self.spreadStream) &+ UInt64(bitPattern: Int64(batch)))
    let sum = (0..<pictures).reduce(0.0) { sum, _ in
      let first = stream.positiveUnit()
      return sum + picture.sample(first, stream.unit()).seconds
    }
    return sum / Double(pictures)
  }

  /// Apart from the streams of costs, steps and waits for data.
  private static let spreadStream: UInt64 = 0x5b4e_ad5e_ed00
}
