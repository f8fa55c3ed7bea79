package import Pipeline
import Quantities

/// How far costs and times are moved, to either side, to see how far the epoch depends on them.
package struct Perturbation: Sendable {
  /// Of making a batch.
  package var make: Duration
  /// Of the GPU's step.
  package var step: Duration
  /// Of every nap.
  package var nap: Duration

  /// Three distances; the simulation moves one at a time.
  package init(make: Duration, step: Duration, nap: Duration) {
    self.make = make
    self.step = step
    self.nap = nap
  }
}

/// An epoch by the rules, and the band that it moves in when make, step or naps move a little, one
/// at a time.
///
/// Polling is sensitive: a look that comes just before a put instead of just after it costs a whole
/// nap, and no machine keeps times to the tenth of a millisecond that decides it.
package struct PerturbedEpoch: Sendable {
  /// An epoch that moves by this share or more is sensitive.
  package static let sensitivity = 0.05

  /// The unperturbed rate.
  package let batchesPerSecond: Double
  /// The unperturbed epoch.
  package let seconds: Double
  /// The lowest rate, in batches a second.
  package let low: Double
  /// The highest rate, in batches a second.
  package let high: Double

  /// Whether a perturbation moves the rate by `sensitivity` or more.
  package var isSensitive: Bool {
    max(high / batchesPerSecond - 1, 1 - low / batchesPerSecond) >= Self.sensitivity
  }

  /// - Parameter withPhases: Whether rates are those of the whole epoch, its phases included.
  /// - Returns: Nil where the scenario, or one of its perturbations, makes no progress.
  /// - Complexity: Seven simulations of an epoch.
  package init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    perturbation: Perturbation, withPhases: Bool = false
  ) {
    func rate(_ epoch: EpochSimulation) -> Double {
      withPhases ? Double(epoch.batches) / epoch.seconds : epoch.batchesPerSecond
    }
    func epoch(_ scenario: Scenario, _ costs: StageCosts) -> EpochSimulation? {
      EpochSimulation(scenario, dataset: dataset, costs: costs, machineCores: machineCores)
    }
    guard let best = epoch(scenario, costs) else { return nil }
    let make = costs.make(pictures: min(scenario.batchSize, dataset.count))
    var rates = [rate(best)]
    for sign in [-1.0, 1] {
      let moved = max(0, make + sign * perturbation.make.seconds * 1e9)
      let compute = max(
        0, scenario.consumer.compute.mean.seconds + sign * perturbation.step.seconds)
      var other = scenario
      other.consumer.compute = scenario.consumer.compute.withMean(.seconds(rounding: compute))
      var late = costs
      late.napLateness += sign * perturbation.nap.seconds * 1e9
      let neighbours = [
        make > 0 ? epoch(scenario, costs.scaled(by: moved / make)) : best,
        epoch(other, costs), epoch(scenario, late),
      ]
      for neighbour in neighbours {
        guard let neighbour else { return nil }
        rates.append(rate(neighbour))
      }
    }
    batchesPerSecond = rate(best)
    seconds = best.seconds
    low = rates.min() ?? rate(best)
    high = rates.max() ?? rate(best)
  }
}
