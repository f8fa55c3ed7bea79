import Augmentation
import Pipeline
import Quantities

/// Workers: make batches by the loader's rules.
extension Simulation {
  mutating func act(asWorker worker: Int) {
    switch threads[worker].phase {
    case .looking: pursue(.look, worker)
    case .napping:
      noteRest(worker)
      emitWait(worker, .nap)
      pursue(.look, worker)
    case .awaitingDemand:
      noteRest(worker)
      emitWait(worker, .demand)
      pursue(.look, worker)
    case .awaitingRoom, .sending: pursue(.offer, worker)
    case .loading: endLoading(worker)
    case .working: reachTarget(worker)
    case .waking: ask(worker)
    case .awaitingLock: timeOut(worker)
    case .standing: endStanding(worker)
    case .awaitingBatch, .computing, .gone: due[worker] = .infinity
    }
  }

  /// Looks what to do next, with the interpreter lock where there is one.
  mutating func look(_ worker: Int) {
    guard worker <= setup.makers else {
      leaveLock(worker)
      threads[worker].phase = .gone
      due[worker] = .infinity
      return
    }
    let (number, next) = (nextNumber(of: worker), queue.frontier.next)
    let isWanted = threads[0].phase == .awaitingBatch
    switch setup.loader.workerMove(
      depth: queue.depth, limit: setup.limit, lead: number - next,
      ahead: epoch.ahead(
        of: next, isWanted ? setup.aheadWhenWanted : setup.ahead, isWanted: isWanted))
    {
    case .make: begin(number, on: worker)
    case .nap(let length):
      leaveLock(worker)
      threads[worker].phase = .napping
      threads[worker].waitStart = clock
      due[worker] = clock + max(0, Double(length.count) + setup.costs.napLateness)
    case .waitForDemand:
      leaveLock(worker)
      threads[worker].phase = .awaitingDemand
      threads[worker].waitStart = clock
      due[worker] = .infinity
    }
  }

  /// The lowest number not begun yet that is a worker's by the loader's rules.
  @inline(__always) private func nextNumber(of worker: Int) -> Int {
    guard setup.loader == .torch else { return begun.next }
    var number = begun.next
    while number % setup.makers != worker - 1 || begun.contains(number) { number += 1 }
    return number
  }

  private mutating func begin(_ batch: Int, on worker: Int) {
    begun.deliver(batch)
    let isShort = setup.isShort(batch)
    threads[worker].batch = batch
    threads[worker].isShort = isShort
    threads[worker].generation = setup.generation
    threads[worker].start = clock
    threads[worker].lockWait = 0
    threads[worker].total = setup.withProgram(isShort) { $0.total }
    if !setup.costs.spread.isEmpty {
      let index = Int(costStream.unit() * Double(setup.costs.spread.count))
      threads[worker].scale = setup.costs.spread[index]
    } else {
      threads[worker].scale = setup.pace(batch)
    }
    if Listener.listens {
      while stageWaits.count <= worker { stageWaits.append([:]) }
      stageWaits[worker].removeAll(keepingCapacity: true)
      if setup.generation > lastGeneration {
        listener.receive(
          .applied(ChangeApplied(generation: setup.generation, batch: batch, at: now)))
      }
      lastGeneration = max(lastGeneration, setup.generation)
    }
    threads[worker].loading = setup.loadWait(batch, at: threads[worker].scale)
    if threads[worker].isRested {
      threads[worker].isRested = false
      threads[worker].scale += setup.restShare(threads[worker].total)
    }
    let loading = threads[worker].loading
    threads[worker].loadingAfter = loading * Scenario.waitAfterWork(worker: worker - 1)
    threads[worker].hasWorked = false
    guard loading > 0 else { return beginWork(worker) }
    load(worker, loading - threads[worker].loadingAfter)
  }

  private mutating func load(_ worker: Int, _ wait: Double) {
    leaveLock(worker)
    threads[worker].phase = .loading
    due[worker] = clock + wait
  }

  private mutating func endLoading(_ worker: Int) {
    if threads[worker].hasWorked { handOver(worker) } else { beginWork(worker) }
  }

  mutating func finishBatch(_ worker: Int) {
    guard threads[worker].loadingAfter == 0 else {
      threads[worker].hasWorked = true
      return load(worker, threads[worker].loadingAfter)
    }
    handOver(worker)
  }

  private mutating func handOver(_ worker: Int) {
    threads[worker].finished = clock
    if let pool = setup.pool {
      send(worker, threads[worker].isShort ? pool.short : pool.full)
    } else {
      pursue(.offer, worker)
    }
  }

  /// Sends a batch through the pool's pipe once those before it have been received.
  private mutating func send(_ worker: Int, _ times: PoolTimes) {
    let end = max(clock, pipeFree) + times.send
    pipeFree = end + times.receive
    threads[worker].phase = .sending
    due[worker] = end
  }

  mutating func offer(_ worker: Int) {
    switch setup.loader.offerMove(depth: queue.depth, limit: setup.limit) {
    case .waitForRoom:
      leaveLock(worker)
      threads[worker].phase = .awaitingRoom
      if !threads[worker].wantsRoom {
        threads[worker].wantsRoom = true
        threads[worker].waitStart = clock
      }
      due[worker] = .infinity
    case .put: put(worker)
    }
  }

  private mutating func put(_ worker: Int) {
    queue.put(threads[worker].batch)
    if threads[worker].wantsRoom { noteRest(worker) }
    if Listener.listens {
      if threads[worker].wantsRoom { emitWait(worker, .room) }
      listener.receive(.made(finishedBatch(worker)))
    }
    threads[worker].wantsRoom = false
    if threads[0].phase == .awaitingBatch, due[0] == .infinity {
      // The loop's own batch needs no wake-up; what making it takes besides the stages is the loop's time.
      due[0] = clock + (setup.makesInLoop ? setup.costs.handling : setup.costs.latencies.waking)
    }
    threads[worker].phase = .looking
    if setup.costs.handling > 0 {
      due[worker] = clock + setup.costs.handling
    } else {
      pursue(.look, worker)
    }
  }

  /// A wait ends, of which the worker's next batch may be slower.
  private mutating func noteRest(_ worker: Int) {
    if setup.isRest(clock - threads[worker].waitStart) { threads[worker].isRested = true }
  }

  private mutating func emitWait(_ worker: Int, _ reason: WorkerWait.Reason) {
    guard Listener.listens else { return }
    listener.receive(
      .waited(
        WorkerWait(
          worker: worker - 1, reason: reason, start: moment(threads[worker].waitStart), end: now)))
  }

  func finishedBatch(_ worker: Int) -> BatchMade {
    let thread = threads[worker]
    let pictures = setup.pictures(thread.isShort)
    var made = BatchMade(
      batch: thread.batch, worker: worker - 1, pictures: pictures, generation: thread.generation,
      start: moment(thread.start))
    made.finished = moment(thread.finished)
    made.put = now
    made.depth = queue.depth
    made.lockWait = moment(thread.lockWait)
    // Work in its wall time: slower where the clock is low or cores are shared.
    let wall = thread.finished - thread.start - thread.lockWait - thread.loading
    let pace = thread.total > 0 ? wall / thread.total : 0
    let begun = thread.start + thread.loading - thread.loadingAfter
    var waited = 0.0
    setup.withProgram(thread.isShort) { program in
      var last = 0.0
      made.stages.reserveCapacity(program.stageEnds.count)
      for (index, end) in program.stageEnds.enumerated() {
        let wait = stageWaits[worker][index] ?? 0
        waited += wait
        made.stages.append(
          StageTime(
            end: moment(begun + end * pace + waited), wait: moment(wait),
            cpu: moment((end - last) * thread.scale)))
        last = end
      }
      made.serialization = moment(program.serialization)
      made.cpu = moment(thread.total * thread.scale)
    }
    made.hasStageCPU = true
    book(thread.loading, after: thread.loadingAfter, in: &made, at: thread.scale)
    return made
  }

  /// Books what a batch's worker waited, `loading`, on the stages that it waited for.
  ///
  /// - Parameter after: What of it came after the work.
  func book(_ loading: Double, after: Double, in made: inout BatchMade, at pace: Double) {
    guard loading > 0 else { return }
    made.idle = moment(loading)
    let waits = setup.costs.waits.map { moment($0 * Double(made.pictures) * pace) }
    made.book(
      loading: max(.zero, made.idle - waits.reduce(.zero) { $0 + $1 }), waits: waits,
      after: moment(after))
  }
}
