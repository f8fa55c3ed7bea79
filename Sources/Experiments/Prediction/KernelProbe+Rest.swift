package import Augmentation
import Glibc
import Quantities
import VirtualEngine

extension KernelProbe {
  private static let rests = 12
  /// As long as a loop without a batch sleeps before it looks again.
  private static let rest: UInt32 = 10_000
  /// A longer batch than this many nanoseconds hardly feels a rest.
  private static let longest = 4e6

  /// How much longer a batch takes after a rest of 10 ms than right after another one: caches have grown cold. In
  /// nanoseconds, the median of some; 0 where a batch takes more than 4 ms. Takes an eighth of a second.
  ///
  /// - Throws: What the dataset throws.
  package mutating func measureAfterRest(_ stages: StageSet) throws -> Double {
    guard try mean(stages, for: .zero) < Self.longest else { return 0 }
    var differences: [Double] = []
    for _ in 0..<Self.rests {
      let warm = try mean(stages, for: .zero)
      usleep(Self.rest)
      differences.append(try time(stages).sum - warm)
    }
    return max(0, median(differences) ?? 0)
  }
}
