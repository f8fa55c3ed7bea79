import Quantities

/// The phases of one epoch in particular: which come, when, and which are still to come.
extension Scenario {
  /// Seconds of phases that are still to come in an epoch: checkpoints by the updates since the session's
  /// start, the end of workers, and validation where the epoch ends with one.
  func phasesLeft(
    samplesSeen: Int, of samples: Int, epoch: Int, batchesTrained: Int, dataset: DatasetFacts,
    machineCores: Int
  ) -> Double {
    let left = batchesPerEpoch(samples: max(0, samples - samplesSeen), of: dataset.count)
    let checkpoints = checkpoints(within: left, after: batchesTrained)
    return boundary(machineCores: machineCores).drain.seconds
      + validationSeconds(ofEpoch: epoch)
      + Double(checkpoints) * (phases.checkpoint?.takes.seconds ?? 0)
  }

  /// More checkpoints than these in an epoch have no places of their own.
  private static let mostPlaces = 48

  /// The places of an epoch's phases in its time.
  ///
  /// - Parameters:
  ///   - number: The epoch's, counted from 1: only the first has a first step.
  ///   - seconds: How long it takes in all.
  ///   - batches: How many it has.
  ///   - earlier: Batches trained before it.
  /// - Complexity: O(phases).
  func phasePlaces(
    ofEpoch number: Int, lasting seconds: Double, batches: Int, after earlier: Int,
    machineCores: Int
  ) -> [PhasePlace] {
    let boundary = boundary(machineCores: machineCores)
    let start = (number == 1 ? firstStart : boundary).start.seconds
    let drain = boundary.drain.seconds
    guard phases != EpochPhases() || start > 0 || drain > 0, seconds > 0, batches > 0 else {
      return []
    }
    var places: [PhasePlace] = []
    func add(_ kind: PhaseKind, at start: Double, _ length: Double) {
      guard length > 0 else { return }
      places.append(
        PhasePlace(
          kind: kind, start: min(1, max(0, start / seconds)),
          end: min(1, max(0, (start + length) / seconds))))
    }
    let head = start + (number == 1 ? firstStepExcess.seconds : 0)
    add(.workerStart, at: 0, start)
    add(.firstStep, at: start, head - start)
    let validation = validationSeconds(ofEpoch: number)
    let count = checkpoints(within: batches, after: earlier)
    if let checkpoint = phases.checkpoint, (1...Self.mostPlaces).contains(count) {
      let every = checkpoint.every * batchesPerUpdate
      let takes = checkpoint.takes.seconds
      let training = max(0, seconds - head - drain - validation - Double(count) * takes)
      for index in 0..<count {
        let batch = (earlier / every + 1 + index) * every - earlier
        let trained = training * Double(batch) / Double(batches)
        add(.checkpoint, at: head + trained + Double(index) * takes, takes)
      }
    }
    add(.workerEnd, at: seconds - validation - drain, drain)
    add(.validation, at: seconds - validation, validation)
    return places
  }

  private func validationSeconds(ofEpoch number: Int) -> Double {
    guard let validation = phases.validation, number.isMultiple(of: validation.every) else {
      return 0
    }
    return validationTime.seconds
  }

  private func checkpoints(within batches: Int, after earlier: Int) -> Int {
    guard let checkpoint = phases.checkpoint else { return 0 }
    let every = checkpoint.every * batchesPerUpdate
    return (earlier + batches) / every - earlier / every
  }
}
