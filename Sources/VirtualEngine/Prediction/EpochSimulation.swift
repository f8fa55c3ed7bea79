package import Pipeline
import Quantities

/// How long an epoch takes by the rules.
package struct EpochSimulation {
  /// Passes before the measurement: the steps fill or empty the queue, the time is as much as a live
  /// session leaves out.
  private static let settling = (steps: 200, time: Nanoseconds.seconds(1))

  /// Seconds of one epoch, phases included, that isn't the first.
  package let seconds: Double
  /// Seconds of it that are phases.
  package let phases: Double
  /// Batches of one epoch.
  package let batches: Int
  /// Moments that the engine acted on, settling included.
  package let events: Int
  /// Batches trained a second, between phases.
  package var batchesPerSecond: Double { Double(batches) / (seconds - phases) }

  /// Simulates one epoch after some settling; the same for the same scenario and costs.
  ///
  /// Workers go on in phases, so training after one finds more batches ready. How many phases an epoch has
  /// is arithmetic: in the mean over epochs where they don't come in each.
  ///
  /// - Parameter batches: Steps measured; nil means the epoch's own number.
  /// - Returns: Nil where the scenario makes no progress.
  /// - Complexity: Some five events a batch.
  package init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    batches: Int? = nil
  ) {
    let samples = scenario.samplesPerEpoch ?? dataset.count
    let epoch = scenario.batchesPerEpoch(samples: samples, of: dataset.count)
    let measured = batches ?? epoch
    var training = scenario
    (training.phases.firstStep, training.phases.workerStart) = (.zero, .zero)
    var simulation = Simulation(
      training, dataset: dataset, costs: costs, machineCores: machineCores, listener: NoListener())
    simulation.run(steps: Self.settling.steps)
    guard simulation.steps == Self.settling.steps else { return nil }
    simulation.run(until: Self.settling.time)
    let (settled, start) = (simulation.steps, simulation.lastStepEnd)
    let paused = simulation.secondsPaused
    simulation.run(steps: settled + measured)
    guard simulation.steps == settled + measured else { return nil }
    self.batches = epoch
    events = simulation.events
    let trained = (simulation.lastStepEnd - start) * 1e-9 - simulation.secondsPaused + paused
    phases = scenario.phaseSeconds(batches: epoch)
    seconds = trained * Double(epoch) / Double(measured) + phases
  }
}
