import Quantities

/// Pauses of the training in an epoch, during which workers go on.
package struct EpochPhases: Hashable, Sendable {
  /// Validation after epochs; nil where there is none.
  package var validation: Validation?
  /// Checkpoints while training; nil where there are none.
  package var checkpoint: Checkpoint?
  /// How long the session's first step takes in all, with compiling or autotuning; zero where it takes as
  /// long as every step.
  package var firstStep = Duration.zero
  /// How long workers take to start before the session's first batch.
  package var workerStart = Duration.zero

  /// Steps alone.
  package init() {}

  /// Validation: batches that go forward only, from data that is ready.
  package struct Validation: Hashable, Sendable {
    /// Pictures, within `Scenario.sampleCounts`.
    package var samples: Int
    /// The time of one batch; nil means the training step's compute time.
    package var step: Duration?
    /// Epochs from one validation to the next, 1 or more.
    package var every = 1

    /// After every epoch, at the training step's time.
    package init(samples: Int, step: Duration? = nil, every: Int = 1) {
      self.samples = samples
      self.step = step
      self.every = every
    }
  }

  /// A checkpoint, which training waits for.
  package struct Checkpoint: Hashable, Sendable {
    /// Steps of the optimizer from one checkpoint to the next, 1 or more.
    package var every: Int
    /// How long one takes.
    package var takes: Duration

    /// A checkpoint of one length.
    package init(every: Int, takes: Duration) {
      self.every = every
      self.takes = takes
    }
  }
}

/// One pause of the training.
package enum PhaseKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// Workers start, or hear of another epoch; nothing of it is trained yet.
  case workerStart
  /// The extra time of the first step over the others.
  case firstStep
  /// A checkpoint is written.
  case checkpoint
  /// Validation after an epoch.
  case validation
  /// Workers end; the epoch's last batch is trained.
  case workerEnd

  /// Its name on the screen, in reports and recordings.
  package var title: String {
    switch self {
    case .workerStart: "start-up"
    case .firstStep: "first step"
    case .checkpoint: "checkpoint"
    case .validation: "validation"
    case .workerEnd: "drain"
    }
  }
}

extension Scenario {
  /// Batches that go into one update of the optimizer: one a GPU and accumulated step.
  package var batchesPerUpdate: Int { consumer.gpus * consumer.accumulate }

  /// How long a validation takes; zero without one.
  package var validationTime: Duration {
    guard let validation = phases.validation else { return .zero }
    let batches = (validation.samples + batchSize - 1) / batchSize
    let steps = (batches + consumer.gpus - 1) / consumer.gpus
    return (validation.step ?? consumer.compute.mean) * steps
  }

  /// Seconds of one kind of phase in an epoch of `batches` batches that isn't the first, in the mean over
  /// epochs.
  ///
  /// - Parameter machineCores: Where the scenario doesn't set the number of cores.
  package func seconds(of kind: PhaseKind, batches: Int, machineCores: Int) -> Double {
    switch kind {
    case .validation:
      return phases.validation.map { validationTime.seconds / Double($0.every) } ?? 0
    case .checkpoint:
      guard let checkpoint = phases.checkpoint else { return 0 }
      let updates = Double(batches) / Double(batchesPerUpdate)
      return updates / Double(checkpoint.every) * checkpoint.takes.seconds
    case .workerStart: return boundary(machineCores: machineCores).start.seconds
    case .workerEnd: return boundary(machineCores: machineCores).drain.seconds
    case .firstStep: return 0
    }
  }

  /// Seconds of all phases in such an epoch.
  package func phaseSeconds(batches: Int, machineCores: Int) -> Double {
    PhaseKind.allCases.reduce(0) {
      $0 + seconds(of: $1, batches: batches, machineCores: machineCores)
    }
  }

  /// Seconds that the first epoch takes longer than later ones: start-up, and what the first step takes
  /// besides its compute time. Negative where workers start faster at first.
  package func firstEpochSeconds(machineCores: Int) -> Double {
    firstStart.start.seconds - boundary(machineCores: machineCores).start.seconds
      + firstStepExcess.seconds
  }

  /// The extra time of the first step over the others.
  package var firstStepExcess: Duration {
    phases.firstStep == .zero ? .zero : max(.zero, phases.firstStep - consumer.wholeStep)
  }
}
