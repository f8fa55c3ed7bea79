import Pipeline
import Quantities

/// The consumer of a `DataLoader`: receives batches, sends indexes, and trains.
extension Simulation {
  mutating func goOnAsReceiver() {
    let times = processes.times(setup.isShort(processes.received.batch))
    switch processes.threads[0].step {
    case .want:
      beginEpochIfOver()
      lookForReceived()
    case .received: nextHop(times)
    case .hop:
      // The server answers once it has its process's lock.
      block(0, then: .answered)
      wakeUp(LoaderProcesses.server(processes.received.worker))
    case .answered:
      processes.received.hops -= 1
      burn(0, times.hop, then: .received)
    case .mapped:
      queue.put(processes.received.batch)
      lookForReceived()
    case .deliver: beginStep(times)
    case .compute: beginProcessComputing(times)
    case .wake:
      // Whether its core is free shows when the step is over.
      pause(0, times.stepLate + coreWait(0, asleep: clock - consumer.hostEnd), then: .stepped)
    case .stepped: endProcessStep(times)
    case .paused:
      beginEpochIfOver()
      burn(0, times.loop, then: .looped)
    case .looped: lookForReceived()
    default: preconditionFailure("the consumer has no such step")
    }
  }

  private mutating func nextHop(_ times: LoaderTimes) {
    if processes.received.hops == 0 {
      processes.received.tensors -= 1
      processes.received.hops = LoaderCosts.hops
      if processes.received.tensors == 0 {
        return burn(0, times.map * Double(times.tensors), then: .mapped)
      }
    }
    processes.threads[0].step = .hop
    goOnAsReceiver()
  }

  private mutating func lookForReceived() {
    if queue.isNextHere(.byNumber) {
      deliver(queue.takeNext(.byNumber))
    } else if let (worker, batch) = processes.pipe.first {
      processes.pipe.removeFirst()
      let times = processes.times(setup.isShort(batch))
      processes.received = (worker, batch, times.tensors, LoaderCosts.hops)
      burn(0, times.receive, then: .received)
    } else {
      processes.isConsumerWaiting = true
      block(0, then: .want)
      if queue.frontier.next >= epoch.end { sendIndexes() }
    }
  }

  private mutating func deliver(_ batch: Int) {
    threads[0].batch = batch
    threads[0].isShort = setup.isShort(batch)
    consumer.taken = clock
    consumer.holdsBatch = true
    if Listener.listens {
      listener.receive(
        .taken(
          BatchTaken(
            batch: threads[0].batch, wanted: moment(consumer.wanted), at: now,
            depth: queue.depth + processes.pipe.count, polls: 0)))
    }
    sendIndexes()
    burn(0, processes.times(threads[0].isShort).putIndex, then: .deliver)
  }

  private mutating func beginStep(_ times: LoaderTimes) {
    let host = consumer.schedule.completesStep(setup.scenario.consumer) ? setup.host : 0
    consumer.work = host
    guard host > 0 else { return beginProcessComputing(times) }
    burn(0, host, then: .compute)
  }

  private mutating func beginProcessComputing(_ times: LoaderTimes) {
    consumer.hostEnd = clock
    let (first, second) = (consumer.stream.positiveUnit(), consumer.stream.unit())
    let compute =
      setup.constantCompute
      ?? Double(setup.scenario.consumer.compute.sample(first, second).count)
    consumer.device = consumer.schedule.device(
      setup.scenario.consumer, transfer: setup.transfer, compute: compute,
      allReduce: setup.allReduce)
    let step = max(consumer.device.transfer + consumer.device.compute, setup.costs.copying)
    guard step > 0 else { return endProcessStep(times) }
    pause(0, step, then: .wake)
  }

  private mutating func endProcessStep(_ times: LoaderTimes) {
    let end = finishStep()
    guard end > clock else {
      beginEpochIfOver()
      return burn(0, times.loop, then: .looped)
    }
    pause(0, end - clock, then: .paused)
  }

  // MARK: - Indexes

  /// Sends as many indexes as may be under way.
  mutating func sendIndexes() {
    let bound =
      queue.frontier.next
      + epoch.ahead(
        of: queue.frontier.next, setup.ahead, isWanted: processes.isConsumerWaiting)
    while processes.nextIndex < bound {
      let batch = processes.nextIndex
      processes.nextIndex += 1
      guard !begun.contains(batch) else { continue }
      let worker = batch % setup.makers
      processes.workers[worker].sent.append(batch)
      let feeder = LoaderProcesses.indexFeeder(worker)
      if processes.threads[feeder].phase == .blocked { wakeUp(feeder) }
    }
  }

  mutating func goOnAsIndexFeeder(_ thread: Int) {
    let worker = LoaderProcesses.worker(of: thread)
    switch processes.threads[thread].step {
    case .feedIndex: burn(thread, processes.fullTimes.feedIndex, then: .indexFed)
    case .indexFed:
      processes.workers[worker].indexes.append(processes.workers[worker].sent.removeFirst())
      if processes.workers[worker].isIdle {
        processes.workers[worker].isIdle = false
        processes.workers[worker].isRested = setup.isRest(
          clock - processes.workers[worker].waitStart)
        let main = LoaderProcesses.main(worker)
        wakeUp(main)
        emitProcessWait(worker)
      }
      if processes.workers[worker].sent.isEmpty {
        block(thread, then: .feedIndex)
      } else {
        burn(thread, processes.fullTimes.feedIndex, then: .indexFed)
      }
    default: preconditionFailure("an index feeder has no such step")
    }
  }

  /// A worker that had no index goes on, or ends.
  mutating func emitProcessWait(_ worker: Int) {
    let start = moment(processes.workers[worker].waitStart)
    guard Listener.listens, start < now else { return }
    listener.receive(.waited(WorkerWait(worker: worker, reason: .demand, start: start, end: now)))
  }
}
