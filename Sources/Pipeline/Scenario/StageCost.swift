package import Quantities

/// One stage's cost: `fixed + perKpx × height·width·channels / 3072` per picture.
package struct StageCost: Hashable, Sendable {
  /// The part that doesn't depend on the picture's size.
  package var fixed: Duration
  /// For 3 072 values, a CIFAR-10 picture.
  package var perPicture32: Duration
  /// The share of the `perPicture32` part that runs without the interpreter lock, 0...1.
  package var lockFree: Double
  /// The stretches of a picture's work that `lockFree` is divided into: SciPy lets go of the lock once
  /// a channel.
  package var releases: Int
  /// How often a picture's work lets go of the lock besides, for a stretch so short that it costs
  /// nothing by itself, as NumPy does around every copy and product.
  package var briefReleases: Int
  /// The time for which a picture waits, for a disk or a network: without the lock and without a core.
  package var wait: Duration
  /// The standard deviation of a picture's time from the mean, as a share of it; `wait` isn't part of
  /// it.
  package var spread: Double
  /// The stage's cost when it is on and its range is zero; nil where the profile has none.
  package var identity: Duration?

  /// A cost with a fixed part and one in proportion to the picture's size.
  package init(
    fixed: Duration, perPicture32: Duration = .zero, lockFree: Double = 0, releases: Int = 1,
    briefReleases: Int = 0, wait: Duration = .zero, spread: Double = 0, identity: Duration? = nil
  ) {
    self.fixed = fixed
    self.perPicture32 = perPicture32
    self.lockFree = lockFree
    self.releases = releases
    self.briefReleases = briefReleases
    self.wait = wait
    self.spread = spread
    self.identity = identity
  }
}

extension StageCost {
  /// The times a picture may let go of the lock: no stage runs more calls than that.
  package static let releaseCounts = 0...1_000
  /// The shares that a spread may be: beyond ten times the mean no session shows the mean.
  package static let spreads = 0.0...10

  /// Whether times lie within `times`, and the rest within its limits.
  func isWithin(_ times: ClosedRange<Duration>) -> Bool {
    [fixed, perPicture32, identity ?? .zero].allSatisfy(times.contains)
      && CostProfile.times.contains(wait) && (0...1).contains(lockFree)
      && Self.releaseCounts.contains(releases) && releases > 0
      && Self.releaseCounts.contains(briefReleases) && Self.spreads.contains(spread)
  }

  /// The same work on a slower or faster processor.
  func scaled(by factor: Double) -> StageCost {
    func times(_ time: Duration) -> Duration { .seconds(rounding: time.seconds * factor) }
    var scaled = self
    scaled.fixed = times(fixed)
    scaled.perPicture32 = times(perPicture32)
    scaled.identity = identity.map(times)
    return scaled
  }
}

/// A worker's time in one stage for one picture.
package struct StageCharge: Hashable, Sendable, BitwiseCopyable {
  /// Spent holding the interpreter lock.
  package var held: Nanoseconds
  /// Spent without it, in `releases` equal stretches.
  package var lockFree: Nanoseconds
  /// The stretches of a picture in which `lockFree` is spent.
  package var releases = 1
  /// How often a picture lets go of the lock for no time that counts.
  package var briefReleases = 0
  /// The time for which a picture waits without a core, after the rest.
  package var wait = Nanoseconds.zero
  /// The standard deviation of `total`, as a share of it.
  package var spread = 0.0

  /// No time at all.
  package static let nothing = StageCharge(held: .zero, lockFree: .zero)
  /// Time with and without the lock; the wait comes on top.
  package var total: Nanoseconds { held + lockFree }
}
