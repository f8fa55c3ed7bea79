import Pipeline
import Quantities

/// The beginning of an epoch under a loader that begins each anew: with nothing made, so that the loop waits for the
/// first batch in full. A short epoch is simulated whole, with its end.
struct EpochBeginning {
  /// Epochs of no more steps, or of no more than several times as many as may be under way, are simulated whole.
  private static let whole = (steps: 64, times: 4)
  /// Steps of whole epochs, in all.
  private static let steps = 256

  /// Steps of one epoch that were simulated.
  private let steps: Int
  /// Their seconds, without the start of workers and the other phases.
  private let seconds: Double

  /// Nil where the loader goes on from epoch to epoch, or makes no progress.
  ///
  /// - Parameter batches: Of an epoch.
  /// - Complexity: O(batches that may be under way), whatever an epoch has.
  init?(
    _ scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, machineCores: Int, batches: Int
  ) {
    guard scenario.loader.beginsEpochsAnew, !scenario.makesInLoop else { return nil }
    var training = scenario
    training.phases = EpochPhases()
    let brief = max(Self.whole.steps, Self.whole.times * scenario.ahead(isWanted: true))
    steps = min(batches, brief)
    let epochs = batches <= brief ? max(1, Self.steps / batches) : 1
    var simulation = Simulation(
      training, dataset: dataset, costs: costs, machineCores: machineCores, listener: NoListener(),
      course: .laterEpoch)
    let start = training.boundary(machineCores: machineCores).start.seconds
    simulation.run(steps: steps * epochs)
    guard simulation.steps >= steps * epochs else { return nil }
    seconds =
      (simulation.lastStepEnd * 1e-9 - start - simulation.secondsPaused) / Double(epochs)
  }

  /// Seconds of an epoch without phases.
  ///
  /// - Parameter pace: Seconds of a step in its middle.
  func seconds(of batches: Int, pace: Double) -> Double {
    seconds + Double(batches - steps) * pace
  }
}
