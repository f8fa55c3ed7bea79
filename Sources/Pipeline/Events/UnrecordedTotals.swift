package import Quantities

/// Batches and steps told of as sums: of very fast sessions not every one is recorded.
package struct UnrecordedTotals: Sendable, Equatable, BitwiseCopyable {
  /// When the first of them began, and the last was over.
  package var from = Nanoseconds.never
  package var to = Nanoseconds.zero

  package var batches = 0
  package var pictures = 0
  /// Without waiting for the lock.
  package var make = Nanoseconds.zero
  package var lockWait = Nanoseconds.zero
  package var overrun = Nanoseconds.zero

  package var steps = 0
  package var picturesTrained = 0
  /// Waiting for the lock included.
  package var starved = Nanoseconds.zero
  package var stepLockWait = Nanoseconds.zero
  package var host = Nanoseconds.zero
  package var busy = Nanoseconds.zero
  /// The clock's share, mean over the steps.
  package var clock: Double { steps > 0 ? clockSum / Double(steps) : 1 }
  private var clockSum = 0.0

  package init() {}

  package var isEmpty: Bool { batches == 0 && steps == 0 }

  /// Adds a batch's making or a step; other events are none of its business.
  package mutating func add(_ event: Event) {
    switch event {
    case .made(let made): add(made)
    case .stepped(let step): add(step)
    case .taken, .waited, .applied: break
    }
  }

  /// Says what the steps' mean clock was.
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
  /// Counts what was left out as if each had been told of; of the queue and the stages it says
  /// nothing.
  package mutating func record(_ unrecorded: UnrecordedTotals) {
    batchesMade += unrecorded.batches
    batchesTrained += unrecorded.steps
    imagesTrained += unrecorded.picturesTrained
    if unrecorded.to > settlingFrom {
      recent.update(at: unrecorded.to) { $0.add(unrecorded) }
      frame.add(unrecorded)
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
    steps += unrecorded.steps
    imagesTrained += unrecorded.picturesTrained
    starved += unrecorded.starved
    stepLockWait += unrecorded.stepLockWait
    host += unrecorded.host
    busy += unrecorded.busy
    clock += unrecorded.clock * Double(unrecorded.steps)
  }
}
