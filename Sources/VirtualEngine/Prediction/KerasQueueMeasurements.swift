import Augmentation
package import Pipeline
import Quantities

/// Keras 1.1.0's own `generator_queue` with its real polling, as it was measured: one thread, ten
/// batches, a consumer that polls as `fit_generator` does; both only wait.
package enum KerasQueueMeasurements {
  /// One measurement.
  package struct Row: Sendable {
    /// The time to make a batch.
    package let make: Duration
    /// The time of a training step.
    package let step: Duration
    /// Batches a second.
    package let rate: Double

    fileprivate init(_ make: Double, _ step: Double, _ rate: Double) {
      self.make = .seconds(rounding: make * 1e-3)
      self.step = .seconds(rounding: step * 1e-3)
      self.rate = rate
    }
  }

  /// Make and step in milliseconds, batches a second.
  package static let rows = [
    Row(0.05, 0.2, 201), Row(0.2, 1, 203), Row(0.5, 1, 251), Row(1, 1, 847), Row(3, 2, 323),
    Row(3, 3, 324), Row(1, 5, 192), Row(3, 5, 182), Row(5, 3, 197), Row(1, 10, 99),
    Row(5, 20, 50), Row(15, 5, 66),
  ]

  /// Python's sleeps end a tenth of a millisecond late, and its loops take as long.
  private static let perturbation = Perturbation(
    make: .microseconds(100), step: .microseconds(100), nap: .microseconds(100))

  /// Pictures that the simulated data set has: an epoch of a whole number of polling's patterns.
  private static let facts = DatasetFacts(
    count: 4_000, shape: PictureShape(height: 32, width: 32, channels: 3))

  /// A row as a scenario: batches of one picture that cost nothing but their time.
  package static func scenario(_ row: Row) -> Scenario {
    var scenario = Scenario(name: "published-queue")
    scenario.batchSize = 1
    scenario.stages = .fixed
    scenario.apply(.costs(.profile(profile(row))))
    scenario.interpreterLock = false
    scenario.consumer.compute = .constant(row.step)
    return scenario
  }

  /// The epoch that the rules predict for a row.
  package static func simulate(_ row: Row) -> PerturbedEpoch? {
    PerturbedEpoch(
      scenario(row), dataset: facts,
      costs: StageCosts(scenario(row), profile: profile(row), shape: facts.shape),
      machineCores: 2, perturbation: perturbation)
  }

  private static func profile(_ row: Row) -> CostProfile {
    CostProfile(name: "wait", stages: [Stage.load.rawValue: StageCost(fixed: row.make)])
  }
}
