import Augmentation
import Pipeline
import Testing
import VirtualEngine

/// The published Keras queue with its real polling, against the rules on simulated time.
@Suite struct PublishedQueueTests {
  /// Make and step in milliseconds, batches a second as measured with Keras 1.1.0's own
  /// `generator_queue`.
  static let measured: [(make: Double, step: Double, rate: Double)] = [
    (0.05, 0.2, 201), (0.2, 1, 203), (0.5, 1, 251), (1, 1, 847), (3, 2, 323), (3, 3, 324),
    (1, 5, 192), (3, 5, 182), (5, 3, 197), (1, 10, 99), (5, 20, 50), (15, 5, 66),
  ]

  /// Within 10 %, but for knife edges: rows whose own result moves by 5 % or more when make, step
  /// and waits move by 0.1 ms.
  @Test func ratesAreTheMeasuredOnes() {
    var edges = 0
    for row in Self.measured {
      let rate = simulatedRate(make: row.make, step: row.step)
      var band = [rate]
      for shift in [-0.1, 0.1] {
        band.append(simulatedRate(make: max(0, row.make + shift), step: row.step))
        band.append(simulatedRate(make: row.make, step: row.step + shift))
        band.append(simulatedRate(make: row.make, step: row.step, lateness: shift))
      }
      if band.contains(where: { abs($0 / rate - 1) >= 0.05 }) {
        edges += 1
      } else {
        #expect(abs(rate / row.rate - 1) < 0.1, "\(row): \(rate)")
      }
    }
    #expect(edges <= 6)
  }

  private func simulatedRate(make: Double, step: Double, lateness: Double = 0) -> Double {
    var scenario = Scenario(name: "wait")
    scenario.batchSize = 1
    let load = StageCost(fixed: .seconds(rounding: make * 1e-3))
    let profile = CostProfile(name: "wait", stages: [.load: load])
    scenario.apply(.costs(.profile(profile)))
    scenario.interpreterLock = false
    scenario.consumer.compute = .constant(.seconds(rounding: step * 1e-3))
    let facts = DatasetFacts(
      count: 4_000, shape: PictureShape(height: 32, width: 32, channels: 3))
    var costs = StageCosts(scenario, profile: profile, shape: facts.shape)
    costs.napLateness = lateness * 1e6
    return EpochSimulation(scenario, dataset: facts, costs: costs, machineCores: 2)?
      .batchesPerSecond ?? 0
  }
}
