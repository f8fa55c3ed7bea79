import Pipeline
import Quantities

/// The consumer: takes batches by the loader's rules and spends a step's time on each.
extension Simulation {
  mutating func actAsConsumer() {
    switch threads[0].phase {
    case .looking:
      beginEpochIfOver()
      pursue(.look, 0)
    case .napping, .awaitingBatch: pursue(.look, 0)
    case .working: reachTarget(0)
    case .waking: ask(0)
    case .awaitingLock: timeOut(0)
    case .standing: endStanding(0)
    case .computing: endStep()
    case .sending, .awaitingRoom, .awaitingDemand, .loading, .gone: due[0] = .infinity
    }
  }

  /// Looks at the queue, with the interpreter lock where there is one.
  mutating func lookForBatch() {
    let delivery = setup.loader.delivers
    switch setup.loader.consumerMove(isNextHere: queue.isNextHere(delivery)) {
    case .take: take(queue.takeNext(delivery))
    case .nap(let length):
      consumer.polls += 1
      leaveLock(0)
      threads[0].phase = .napping
      due[0] = clock + max(0, Double(length.count) + setup.costs.napLateness)
    case .waitForBatch:
      leaveLock(0)
      threads[0].phase = .awaitingBatch
      due[0] = .infinity
      if setup.aheadWhenWanted > setup.ahead { wakeForWant() }
      if queue.frontier.next >= epoch.end { letWorkersGoOn() }
    }
  }

  private mutating func take(_ batch: Int) {
    if Listener.listens {
      listener.receive(
        .taken(
          BatchTaken(
            batch: batch, wanted: moment(consumer.wanted), at: now, depth: queue.depth,
            polls: consumer.polls)))
    }
    consumer.polls = 0
    consumer.taken = clock
    consumer.holdsBatch = true
    threads[0].batch = batch
    threads[0].isShort = setup.isShort(batch)
    threads[0].lockWait = 0
    wakeWorkers()
    let completes = consumer.schedule.completesStep(setup.scenario.consumer)
    consumer.work =
      (completes ? setup.host : 0)
      + (setup.loader.readsInLoop ? setup.serialization(threads[0].isShort) : 0)
    // A look that took the lock over costs a moment of its own.
    guard consumer.work > 0 || threads[0].cold > 0 else { return endHostWork() }
    threads[0].total = consumer.work
    beginWork(0)
  }

  /// The device's part of a step follows, which needs no lock.
  mutating func endHostWork() {
    leaveLock(0)
    beginComputing()
  }

  /// Wakes the workers that waited for a batch to leave the queue.
  private mutating func wakeWorkers() {
    var first: Int?
    for thread in 1..<threads.count {
      switch threads[thread].phase {
      case .awaitingDemand where due[thread] == .infinity && !setup.makesInLoop:
        // Batches that any worker may make wake one, those of a worker's own that worker.
        if setup.loader == .torch {
          due[thread] = clock + setup.costs.latencies.waking
        } else if first.map({ threads[thread].waitStart < threads[$0].waitStart }) ?? true {
          first = thread
        }
      case .awaitingRoom where due[thread] == .infinity:
        // The worker that has waited longest comes first.
        if first.map({ threads[thread].waitStart < threads[$0].waitStart }) ?? true {
          first = thread
        }
      default: break
      }
    }
    if let first { due[first] = clock + setup.costs.latencies.waking }
  }

  /// One more batch may be under way now that the consumer waits. The loop's own maker needs no wake-up.
  private mutating func wakeForWant() {
    let waiting = (1..<threads.count).filter {
      threads[$0].phase == .awaitingDemand && due[$0] == .infinity
    }
    guard let first = waiting.min(by: { threads[$0].waitStart < threads[$1].waitStart }) else {
      return
    }
    due[first] = clock + (setup.makesInLoop ? 0 : setup.costs.latencies.waking)
  }

  mutating func beginComputing() {
    consumer.hostEnd = clock
    // Drawn whether needed or not, as the live engine does: a change finds the stream at one place.
    let (first, second) = (consumer.stream.positiveUnit(), consumer.stream.unit())
    let compute =
      setup.constantCompute
      ?? Double(setup.scenario.consumer.compute.sample(first, second).count)
    threads[0].phase = .computing
    consumer.device = consumer.schedule.device(
      setup.scenario.consumer, transfer: setup.transfer, compute: compute,
      allReduce: setup.allReduce)
    due[0] = clock + max(consumer.device.transfer + consumer.device.compute, setup.costs.copying)
  }

  private mutating func endStep() {
    let end = finishStep()
    threads[0].phase = .looking
    guard end > clock else {
      beginEpochIfOver()
      return pursue(.look, 0)
    }
    due[0] = end
  }

  /// Counts a step that has ended now; the answer is when training goes on.
  mutating func finishStep() -> Double {
    countStep()
    consumer.holdsBatch = false
    consumer.pausedBefore = consumer.schedule.paused
    if Listener.listens { listener.receive(.stepped(finishedStep)) }
    let end = pauseTraining()
    consumer.wanted = end
    return end
  }

  /// Emits the phases after a step; the answer is when training goes on.
  private mutating func pauseTraining() -> Double {
    let start = clock
    var end = start
    var begun: [PhaseBegun] = []
    let hasEnded = consumer.schedule.phases(
      after: setup.pictures(threads[0].isShort), in: setup.scenario,
      samplesPerEpoch: setup.samplesPerEpoch, boundary: setup.boundary
    ) { kind, length in
      begun.append(
        PhaseBegun(
          kind, start: Nanoseconds(nearest: end), end: Nanoseconds(nearest: end + length)))
      end += length
    }
    if Listener.listens { for phase in begun { listener.receive(.phase(phase)) } }
    if hasEnded { finishEpoch(goingOnAt: end) }
    return end
  }

  private var finishedStep: StepDone {
    let isShort = threads[0].isShort
    let deserialization = setup.loader.readsInLoop ? setup.serialization(isShort) : 0
    var step = StepDone(
      batch: threads[0].batch, pictures: setup.pictures(isShort), wanted: moment(consumer.wanted),
      taken: moment(consumer.taken), hostEnd: moment(consumer.hostEnd),
      transferEnd: min(
        now, moment(consumer.hostEnd + max(consumer.device.transfer, setup.costs.copying))),
      end: now, lockWait: moment(threads[0].lockWait), cpu: moment(consumer.work))
    step.deserialization = moment(deserialization)
    step.clock = clockShare
    return step
  }

  func moment(_ nanoseconds: Double) -> Nanoseconds { Nanoseconds(nearest: nanoseconds) }
}
