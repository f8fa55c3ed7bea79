package import Pipeline
import Quantities

/// How long an epoch takes by the rules.
package struct EpochSimulation {
  /// Passes before the measurement: the steps fill or empty the queue, the time is as much as a live
  /// session leaves out.
  private static let settling = (steps: 200, time: Nanoseconds.seconds(1))
  /// The most moments of settling, and of what is measured: where workers share an interpreter lock that
  /// they release often, an epoch has millions of them, and a part of it shows its pace.
  private static let mostEvents = (settling: 15_000, measured: 80_000)
  /// Steps that are simulated all the same.
  private static let fewest = (settling: 40, measured: 60)

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
  /// is arithmetic: in the mean over epochs where they don't come in each. Where the loader begins each epoch anew,
  /// its beginning is simulated, and the rest is as long as at a steady pace.
  ///
  /// - Parameter batches: Steps measured, or fewer where they take too many moments; nil means the epoch's
  ///   own number.
  /// - Returns: Nil where the scenario makes no progress.
  /// - Complexity: Some five to ten events a batch, and several hundred where workers share a lock; 110 000
  ///   at most, or as many as a hundred batches take.
  package init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int,
    batches: Int? = nil
  ) {
    let samples = scenario.samplesPerEpoch ?? dataset.count
    let epoch = scenario.batchesPerEpoch(samples: samples, of: dataset.count)
    let measured = batches ?? epoch
    var training = scenario
    (training.phases.firstStep, training.phases.workerStart) = (.zero, .zero)
    let beginsAnew = scenario.loader.beginsEpochsAnew
    // Nothing is made in a validation then.
    if beginsAnew { training.phases.validation = nil }
    var simulation = Simulation(
      training, dataset: dataset, costs: costs, machineCores: machineCores, listener: NoListener(),
      course: beginsAnew ? .endless : .session)
    simulation.run(steps: Self.settling.steps, events: Self.mostEvents.settling)
    simulation.run(steps: Self.fewest.settling)
    guard simulation.steps >= Self.fewest.settling else { return nil }
    simulation.run(until: Self.settling.time, events: Self.mostEvents.settling)
    let (settled, start) = (simulation.steps, simulation.lastStepEnd)
    let paused = simulation.secondsPaused
    simulation.run(steps: settled + measured, events: Self.mostEvents.measured)
    let fewest = min(measured, Self.fewest.measured)
    simulation.run(steps: settled + fewest)
    let steps = simulation.steps - settled
    guard steps >= fewest, steps == measured || !simulation.isStuck else { return nil }
    self.batches = epoch
    events = simulation.events
    let trained = (simulation.lastStepEnd - start) * 1e-9 - simulation.secondsPaused + paused
    phases = scenario.phaseSeconds(batches: epoch, machineCores: machineCores)
    let pace = trained / Double(steps)
    let beginning = EpochBeginning(
      scenario, dataset: dataset, costs: costs, machineCores: machineCores, batches: epoch)
    seconds = (beginning?.seconds(of: epoch, pace: pace) ?? pace * Double(epoch)) + phases
  }
}
