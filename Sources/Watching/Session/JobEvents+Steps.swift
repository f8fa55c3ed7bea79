import Pipeline
import Quantities

/// Steps of the training loop, and the time of other loaders' batches between them.
extension JobEvents {
  mutating func take(_ taken: RingRecord.Taken, from process: Int32) {
    let key = JobLoader.Key(process: process, number: taken.loader)
    guard var loader = loaders[key] else { return }
    loader.taken += 1
    loader.takenTraining += taken.isTraining ? 1 : 0
    if let before = loader.lastSteps, taken.steps > before { loader.optimizerSteps += 1 }
    loader.lastSteps = taken.steps
    loader.waited += taken.at - taken.wanted
    loader.since = loader.since ?? taken.wanted
    loader.last = max(loader.last, taken.at)
    if loader.epochStart == nil {
      loader.epochStart = taken.wanted
      loader.begin(at: taken.wanted, waiting: taken.at - taken.wanted)
    }
    loader.mark()
    let number = loader.number(of: taken.batch, epoch: taken.epoch)
    loaders[key] = loader
    guard chosen == nil || key == chosen else {
      // A step that another loader's batches interrupt ends there: what follows is validation. Where the
      // optimizer steps between those batches, too, a step takes a batch of each, and goes on.
      if process == chosen?.process, !loader.takesSteps {
        endStep(at: taken.wanted)
        otherSince = otherSince ?? taken.wanted
        if loader.taken > 1 { isValidating = true }
      }
      return
    }
    endOther(at: taken.wanted, of: process)
    endStep(at: taken.wanted)
    if takenAt.count >= Self.most { takenAt.removeAll() }
    takenAt[number] = taken.at
    add(
      .taken(
        BatchTaken(batch: number, wanted: taken.wanted, at: taken.at, depth: 0, polls: 0)))
    open = OpenStep(batch: number, wanted: taken.wanted, taken: taken.at)
  }

  mutating func endOther(at moment: Nanoseconds, of process: Int32) {
    guard process == chosen?.process, let since = otherSince else { return }
    tally.otherTime += max(.zero, moment - since)
    otherSince = nil
    if isValidating, moment > since {
      add(.phase(PhaseBegun(.validation, start: since, end: moment)))
    }
    isValidating = false
  }

  mutating func endStep(at end: Nanoseconds) {
    guard let step = open.take(), end >= step.taken else { return }
    if firstSteps.count < Self.mostFirstSteps { firstSteps.append(end - step.taken) }
    // All of it is the host's time, so none of it counts as a device's.
    add(
      .stepped(
        StepDone(
          batch: step.batch, pictures: 0, wanted: step.wanted, taken: step.taken,
          hostEnd: step.taken, transferEnd: step.taken, end: end, lockWait: .zero, cpu: .zero)))
  }
}
