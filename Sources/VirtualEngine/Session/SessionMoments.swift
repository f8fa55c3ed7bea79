import Pipeline
import Quantities

/// A session on simulated time at several moments, at each of which a change can be made as a key
/// makes it in a live session: with batches in the queue, and workers in the middle of a batch or nap.
///
/// Polling workers settle into one of several patterns, which depends on their phases at the start.
/// Where several workers nap, one moment therefore isn't enough.
struct SessionMoments: Sendable {
  /// Steps before the first moment, so that the queue has filled or emptied.
  private static let settlingSteps = 200
  /// Between moments; with no common factor with the batches of a burst.
  private static let apart = 17
  /// These steps and this time after a change aren't measured, as in a live trial: polling at its
  /// slowest needs the steps, a governor's clock the time.
  private static let changing = (steps: 100, time: PairedTrial().settling)
  /// The least time measured, however brief the steps: a governor's clock may go up and down.
  private static let measured = PairedTrial().measuring

  /// The most moments of each part, and the steps that are simulated all the same: several workers that
  /// share an interpreter lock have hundreds of moments a step.
  private static let most = (events: 30_000, steps: 40)

  private let moments: [Simulation<NoListener>]
  private let batchesPerEpoch: Int
  private let dataset: DatasetFacts
  private let machineCores: Int

  /// Nil where the scenario makes no progress.
  init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int, count: Int
  ) {
    self.dataset = dataset
    self.machineCores = machineCores
    // Phases are added by arithmetic, and an epoch's beginning is simulated by itself: the training between them is what
    // is simulated here.
    var scenario = scenario
    scenario.phases = EpochPhases()
    var simulation = Simulation(
      scenario, dataset: dataset, costs: costs, machineCores: machineCores, listener: NoListener(),
      course: .endless)
    var moments: [Simulation<NoListener>] = []
    for moment in 0..<count {
      let before = simulation.steps
      let steps = moment == 0 ? Self.settlingSteps : Self.apart
      simulation.run(steps: before + steps, events: Self.most.events)
      let fewest = before + min(steps, Self.most.steps)
      simulation.run(steps: fewest)
      guard simulation.steps >= fewest else { return nil }
      moments.append(simulation)
    }
    self.moments = moments
    let samples = scenario.samplesPerEpoch ?? dataset.count
    batchesPerEpoch = scenario.batchesPerEpoch(samples: samples, of: dataset.count)
  }

  /// Seconds of an epoch of `scenario`, begun at a moment; nil where it makes no progress.
  func epoch(
    of scenario: Scenario, costs: StageCosts, from moment: Int, steps: Int
  ) -> Double? {
    var simulation = moments[moment]
    var training = scenario
    training.phases = EpochPhases()
    simulation.adopt(training, costs: costs, generation: 1)
    let change = simulation.now
    let first = simulation.steps
    simulation.run(steps: first + Self.changing.steps, events: Self.most.events)
    simulation.run(steps: first + Self.most.steps)
    guard simulation.steps >= first + Self.most.steps else { return nil }
    simulation.run(until: change + Self.changing.time, events: Self.most.events)
    let (settled, start) = (simulation.steps, simulation.lastStepEnd)
    simulation.run(steps: settled + steps, events: Self.most.events)
    let fewest = settled + min(steps, Self.most.steps)
    simulation.run(steps: fewest)
    guard simulation.steps >= fewest, !simulation.isStuck else { return nil }
    simulation.run(until: Nanoseconds(Int64(start)) + Self.measured, events: Self.most.events)
    let pace = (simulation.lastStepEnd - start) * 1e-9 / Double(simulation.steps - settled)
    let beginning = EpochBeginning(
      scenario, dataset: dataset, costs: costs, machineCores: machineCores,
      batches: batchesPerEpoch)
    return (beginning?.seconds(of: batchesPerEpoch, pace: pace) ?? pace * Double(batchesPerEpoch))
      + scenario.phaseSeconds(batches: batchesPerEpoch, machineCores: machineCores)
  }
}
