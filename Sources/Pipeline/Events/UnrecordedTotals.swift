package import Quantities

/// Batches and steps kept as sums, since very fast sessions don't record every one.
package struct UnrecordedTotals: Sendable, Equatable, BitwiseCopyable {
  /// When the first of the batches and steps began.
  package var from = Nanoseconds.never
  /// When the last of the batches and steps ended.
  package var to = Nanoseconds.zero

  /// Batches made.
  package var batches = 0
  /// Pictures in the batches made.
  package var pictures = 0
  /// Without waiting for the lock.
  package var make = Nanoseconds.zero
  /// Time that workers waited for the interpreter lock.
  package var lockWait = Nanoseconds.zero
  /// How much longer kernels took than their profile.
  package var overrun = Nanoseconds.zero

  /// Training steps finished.
  package var steps = 0
  /// Pictures in those steps.
  package var picturesTrained = 0
  /// Waiting for the lock included.
  package var starved = Nanoseconds.zero
  /// Time that the consumer waited for the interpreter lock.
  package var stepLockWait = Nanoseconds.zero
  /// The consumer's host work, without waiting for the lock.
  package var host = Nanoseconds.zero
  /// Time from the end of the host work to the end of the step.
  package var busy = Nanoseconds.zero
  /// The clock's share, mean over the steps.
  package var clock: Double { steps > 0 ? clockSum / Double(steps) : 1 }
  private var clockSum = 0.0

  /// Totals of no batch and no step.
  package init() {}

  /// Whether neither a batch nor a step was added.
  package var isEmpty: Bool { batches == 0 && steps == 0 }

  /// Adds a batch's making or a step; ignores other events.
  package mutating func add(_ event: Event) {
    switch event {
    case .made(let made): add(made)
    case .stepped(let step): add(step)
    case .taken, .waited, .applied, .phase: break
    }
  }

  /// Sets the steps' mean clock share.
  package mutating func setClock(_ share: Double) { clockSum = share * Double(steps) }

  private mutating func add(_ made: BatchMade) {
    from = min(from, made.start)
    to = max(to, made.put)
    batches += 1
    pictures += made.pictures
    make += made.finished - made.start - made.lockWait
    lockWait += made.lockWait
    overrun += made.overrun
  }

  private mutating func add(_ step: StepDone) {
    from = min(from, step.wanted)
    to = max(to, step.end)
    steps += 1
    picturesTrained += step.pictures
    starved += step.taken - step.wanted + step.lockWait
    stepLockWait += step.lockWait
    host += step.hostEnd - step.taken - step.lockWait
    busy += step.end - step.hostEnd
    clockSum += step.clock
  }
}

extension SessionLedger {
  /// Counts unrecorded batches and steps as if each had been recorded. The sums hold no queue depths
  /// and no stage times, so the readings of queue and stages stay as they are.
  package mutating func record(_ unrecorded: UnrecordedTotals) {
    batchesMade += unrecorded.batches
    batchesTrained += unrecorded.steps
    imagesTrained += unrecorded.picturesTrained
    if unrecorded.to > settlingFrom {
      recent.update(at: unrecorded.to) { $0.add(unrecorded) }
      frame.add(unrecorded)
      let span = (unrecorded.to - unrecorded.from).count
      if unrecorded.batches > 0 {
        makeTimes.add(
          Nanoseconds(unrecorded.make.count / Int64(unrecorded.batches)), count: unrecorded.batches)
      }
      if unrecorded.steps > 0 {
        stepTimes.add(Nanoseconds(span / Int64(unrecorded.steps)), count: unrecorded.steps)
      }
      sinceChange.add(unrecorded)
      if settledBlocks != nil { settled.add(unrecorded) }
    }
    guard unrecorded.steps > 0 else { return }
    lastStepEnd = max(lastStepEnd, unrecorded.to)
    blocks.steps(unrecorded.steps, endingAt: unrecorded.to)
    settledBlocks?.steps(unrecorded.steps, endingAt: unrecorded.to)
    settle(unrecorded.steps, at: unrecorded.to)
    // One by one, evenly: an epoch ends in between.
    let (each, rest) = unrecorded.picturesTrained.quotientAndRemainder(dividingBy: unrecorded.steps)
    let length = Double((unrecorded.to - unrecorded.from).count) / Double(unrecorded.steps)
    func end(_ step: Int) -> Nanoseconds {
      unrecorded.from + Nanoseconds(nearest: (length * Double(step)).rounded(.down))
    }
    if rest > 0 { epoch.steps(1...rest, pictures: each + 1, endingAt: end) }
    if rest < unrecorded.steps {
      epoch.steps(rest + 1...unrecorded.steps, pictures: each, endingAt: end)
    }
  }
}

extension Tally {
  mutating func add(_ unrecorded: UnrecordedTotals) {
    batches += unrecorded.batches
    images += unrecorded.pictures
    make += unrecorded.make
    lockWait += unrecorded.lockWait
    overrun += unrecorded.overrun
    workerCPU += unrecorded.make
    steps += unrecorded.steps
    imagesTrained += unrecorded.picturesTrained
    starved += unrecorded.starved
    stepLockWait += unrecorded.stepLockWait
    host += unrecorded.host
    busy += unrecorded.busy
    clock += unrecorded.clock * Double(unrecorded.steps)
  }
}
