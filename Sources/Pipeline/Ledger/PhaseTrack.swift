import Quantities

/// The pauses of the training.
struct PhaseTrack: Sendable {
  /// Phases before the last step, in all.
  private(set) var beforeLastStep = Nanoseconds.zero
  private var sum = Nanoseconds.zero
  private var latest: PhaseBegun?

  mutating func record(_ phase: PhaseBegun) {
    sum += phase.length
    latest = phase
  }

  /// A step ended.
  mutating func step() { beforeLastStep = sum }

  /// The pause that holds a moment.
  func current(at now: Nanoseconds) -> PhaseKind? {
    latest.flatMap { now >= $0.start && now < $0.end ? $0.kind : nil }
  }

  /// Seconds left of the present pause; 0 while training goes on.
  func left(at now: Nanoseconds) -> Double {
    current(at: now) == nil ? 0 : latest.map { ($0.end - now).seconds } ?? 0
  }

  /// The time trained so far, which stands still in pauses.
  func trainingTime(at now: Nanoseconds) -> Nanoseconds {
    guard let latest, now < latest.end else { return now - sum }
    return min(now, latest.start) - (sum - latest.length)
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&beforeLastStep)
    archive.value(&sum)
    archive.value(&latest)
  }
}

extension Scenario {
  /// Seconds of phases that are still to come in an epoch: checkpoints by the updates since the session's
  /// start, and validation where the epoch ends with one.
  func phasesLeft(
    samplesSeen: Int, of samples: Int, epoch: Int, batchesTrained: Int, dataset: DatasetFacts
  ) -> Double {
    var seconds = 0.0
    if let validation = phases.validation, epoch.isMultiple(of: validation.every) {
      seconds += validationTime.seconds
    }
    if let checkpoint = phases.checkpoint {
      let left = batchesPerEpoch(samples: max(0, samples - samplesSeen), of: dataset.count)
      let every = checkpoint.every * batchesPerUpdate
      let count = (batchesTrained + left) / every - batchesTrained / every
      seconds += Double(count) * checkpoint.takes.seconds
    }
    return seconds
  }
}
