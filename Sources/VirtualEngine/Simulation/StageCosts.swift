package import Augmentation
package import Pipeline
import Quantities

/// The simulated time that the virtual engine spends on making a batch.
package struct StageCosts: Sendable {
  /// Nanoseconds of one picture in each stage of the session's list, waits for the lock left out.
  package var perPicture: [Double]
  /// Of that, without the interpreter lock.
  package var lockFree: [Double]
  /// Nanoseconds that a stage waits for each picture, as for a disk, besides its work: it burns nothing meanwhile
  /// and holds no lock.
  package var waits: [Double]
  /// Threads that burn while the consumer does, that one included.
  package var loopThreads = 1.0
  /// How a picture's time in each stage is cut into stretches with the lock and without it, by shares; a
  /// stage without any is held, and what is lock-free of it comes at its end.
  package var stretches: [[LockStretch]]
  /// How much longer a worker's first batch after a rest takes, in nanoseconds of work.
  package var afterRest = 0.0
  /// A batch's time between the put of one and the start of the next, and what it takes besides the
  /// stages: what the machine needs to go from batch to batch.
  package var handling = 0.0
  /// Nanoseconds a picture on each side of a pipe between processes, where no cost profile has them.
  package var serialization = 0.0
  /// Nanoseconds of copying a batch to the device's side; a step's transfer and compute together are
  /// never shorter. 0 where it isn't known to be longer than they are.
  package var copying = 0.0
  /// How late a thread runs that waited, in nanoseconds.
  package struct Latencies: Equatable, Sendable {
    /// On a condition.
    package var waking = 0.0
    /// For the interpreter lock, in the mean.
    package var lock = 0.0
    /// The same where more threads burn than there are cores; 0 where that isn't known.
    package var handOver = 0.0
  }

  /// How much longer a thread works after it took the interpreter lock over from another, in nanoseconds.
  package var lockCold = 0.0
  /// How late woken threads run, in nanoseconds.
  package var latencies = Latencies()
  /// How late naps end: nothing where deadlines are chained, as augtop's own are; Python's sleeps
  /// are some 0.1 ms late. May be negative.
  package var napLateness = 0.0
  /// What the loader itself costs; nil where that isn't known, and then it costs nothing.
  package var loader: LoaderCosts?
  /// Whether a picture is made at a set time after its beginning, however often other threads have the
  /// lock or the core meanwhile, as a loop that looks at the clock has it.
  package var endsByTheClock = false
  /// Measured batches relative to their mean, drawn with replacement; empty where all are alike.
  package var spread: [Double] = []

  /// The times of a cost profile: exact, and equal for every batch.
  ///
  /// - Parameter stages: The session's; nil means the generator's.
  package init(
    _ scenario: Scenario, profile: CostProfile, shape: PictureShape, stages: StageList? = nil
  ) {
    let stages = stages ?? scenario.generatorStages
    let charges = stages.map { profile.charge($0, in: scenario.stages, shape: shape) }
    perPicture = charges.map { Double($0.total.count) }
    lockFree = charges.map { Double($0.lockFree.count) }
    waits = charges.map { Double($0.waiting.count) }
    stretches = stages.map { LockStretch.shares(of: profile.stages[$0.name]?.releases ?? []) }
    latencies.lock = Double(Nanoseconds(profile.lockWake).count)
    lockCold = Double(Nanoseconds(profile.lockCold).count)
    loader = profile.loader
  }

  /// Measured times, spent without holding the interpreter lock.
  package init(perPicture: [Double]) {
    self.perPicture = perPicture
    lockFree = Array(repeating: 0, count: perPicture.count)
    waits = lockFree
    stretches = Array(repeating: [], count: perPicture.count)
  }

  /// Nanoseconds of all stages for a batch of this many pictures.
  package func make(pictures: Int) -> Double {
    perPicture.sum * Double(pictures)
  }

  /// The costs of these stages alone; all others cost nothing.
  package func limited(to stages: StageSet) -> StageCosts {
    var limited = self
    for index in perPicture.indices where !stages.contains(StageID(index)) {
      limited.perPicture[index] = 0
      limited.lockFree[index] = 0
      limited.waits[index] = 0
    }
    return limited
  }
}

extension StageCosts {
  /// Every stage's work made longer or shorter.
  func scaled(by factor: Double) -> StageCosts {
    var scaled = self
    for index in perPicture.indices {
      scaled.perPicture[index] *= factor
      scaled.lockFree[index] *= factor
    }
    return scaled
  }
}
