package import Pipeline
import Quantities

/// How far to either side something is moved to see what rests on it.
package struct Perturbation: Sendable {
  /// Of making a batch, of the GPU's step, and of every nap.
  package var make: Duration
  package var step: Duration
  package var nap: Duration

  package init(make: Duration, step: Duration, nap: Duration) {
    self.make = make
    self.step = step
    self.nap = nap
  }
}

/// An epoch by the rules, and the band that it moves in when make, step or naps move a little, one
/// at a time.
///
/// Polling has knife edges: whether a look comes just before or just after a put decides over a whole
/// nap, and so do tenths of a millisecond that no machine holds.
package struct PerturbedEpoch: Sendable {
  /// A rate that moves this much stands on a knife edge.
  package static let edge = 0.05

  package let batchesPerSecond: Double
  package let seconds: Double
  /// The lowest and the highest rate, in batches a second.
  package let low: Double
  package let high: Double

  package var isSensitive: Bool {
    max(high / batchesPerSecond - 1, 1 - low / batchesPerSecond) >= Self.edge
  }

  /// - Complexity: Seven simulations; nil only where the scenario makes no progress.
  package init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    nudge: Perturbation
  ) {
    func epoch(_ scenario: Scenario, _ costs: StageCosts) -> EpochSimulation? {
      EpochSimulation(scenario, dataset: dataset, costs: costs, machineCores: machineCores)
    }
    guard let best = epoch(scenario, costs) else { return nil }
    let make = costs.make(pictures: min(scenario.batchSize, dataset.count))
    var rates = [best.batchesPerSecond]
    for sign in [-1.0, 1] {
      let moved = max(0, make + sign * nudge.make.seconds * 1e9)
      let compute = max(0, scenario.consumer.compute.mean.seconds + sign * nudge.step.seconds)
      var other = scenario
      other.consumer.compute = scenario.consumer.compute.withMean(.seconds(rounding: compute))
      var late = costs
      late.napLateness += sign * nudge.nap.seconds * 1e9
      let neighbours = [
        make > 0 ? epoch(scenario, costs.scaled(by: moved / make)) : best,
        epoch(other, costs), epoch(scenario, late),
      ]
      for neighbour in neighbours {
        guard let neighbour else { return nil }
        rates.append(neighbour.batchesPerSecond)
      }
    }
    batchesPerSecond = best.batchesPerSecond
    seconds = best.seconds
    low = rates.min() ?? best.batchesPerSecond
    high = rates.max() ?? best.batchesPerSecond
  }
}
