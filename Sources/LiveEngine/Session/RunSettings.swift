import Augmentation
import Pipeline
import Quantities

/// A scenario as the threads obey it: immutable, one for each generation of changes.
final class RunSettings: Sendable {
  let generation: Int
  let scenario: Scenario
  /// What a profile asks of each stage for one picture; nil with native costs.
  let charges: PerStage<StageCharge>?
  /// More threads burn than there are cores: then time off the processor is contention, and counts.
  let isCrowded: Bool
  /// The stages that draw random numbers.
  let drawingStages: [Stage]
  let cores: Int
  /// What a full batch costs on each side of a pipe, where there is one.
  private let fullSerialization: Nanoseconds
  private let machineCores: Int

  init(generation: Int, scenario: Scenario, shape: PictureShape, machineCores: Int) {
    self.generation = generation
    self.scenario = scenario
    self.machineCores = machineCores
    cores = min(scenario.cores ?? machineCores, machineCores)
    isCrowded = scenario.burningThreads > cores
    drawingStages = Stage.allCases.filter {
      $0.draws && scenario.stages.contains($0) && !scenario.settings.isIdle($0)
    }
    switch scenario.costs {
    case .profile(let profile) where scenario.loader.serializes:
      fullSerialization = profile.serialization(pictures: scenario.batchSize, shape: shape)
    case .native, .profile: fullSerialization = .zero
    }
    switch scenario.costs {
    case .native: charges = nil
    case .profile(let profile):
      var charges = PerStage<StageCharge>(repeating: .nothing)
      for stage in Stage.allCases {
        charges[stage.index] = profile.charge(
          stage, in: scenario.stages, settings: scenario.settings, shape: shape)
      }
      self.charges = charges
    }
  }

  /// What a batch costs on each side of a pipe; nothing where workers and consumer share memory.
  func serialization(pictures: Int) -> Nanoseconds {
    fullSerialization * (Double(pictures) / Double(scenario.batchSize))
  }

  /// Where a thread may run: a core of its own where there are enough, else any of the scenario's. A
  /// consumer that only waits needs none.
  ///
  /// - Parameter thread: Workers from 0 on; the consumer comes after them.
  func processors(ofThread thread: Int) -> Range<Int> {
    isCrowded || thread >= cores ? 0..<cores : thread..<thread + 1
  }

  /// Where the recorder may run: beside the consumer, which mostly waits, so that it takes nothing
  /// from a worker.
  var processorsOfRecorder: Range<Int> {
    isCrowded || scenario.workers >= machineCores
      ? 0..<machineCores : scenario.workers..<machineCores
  }

  /// The interpreter lock's switch interval, where the scenario has the lock.
  static func switchInterval(of scenario: Scenario) -> Duration {
    switch scenario.costs {
    case .native: .milliseconds(5)
    case .profile(let profile): profile.switchInterval
    }
  }
}
