import Pipeline
import Quantities

/// A worker's process: its main thread makes batches, its feeder sends them, its server answers for
/// descriptors.
extension Simulation {
  mutating func goOnAsMain(_ thread: Int) {
    let worker = LoaderProcesses.worker(of: thread)
    let times = processes.times(processes.workers[worker].isShort)
    switch processes.threads[thread].step {
    case .boot: burn(thread, processes.boot, then: .booted)
    case .booted:
      processes.workers[worker].waitStart = clock
      processes.threads[thread].step = .haveIndex
      goOnAsMain(thread)
    case .look:
      // poll and read let go of the lock.
      unlock(thread)
      if processes.workers[worker].indexes.isEmpty {
        processes.workers[worker].isIdle = true
        processes.workers[worker].waitStart = clock
        block(thread, then: .haveIndex)
      } else {
        pause(thread, LoaderProcesses.gap, then: .haveIndex)
      }
    case .haveIndex:
      guard !processes.workers[worker].indexes.isEmpty else {
        processes.workers[worker].isIdle = true
        return block(thread, then: .haveIndex)
      }
      take(thread, then: .get)
    case .get: burn(thread, times.get, then: .begin)
    case .begin: beginBatch(worker)
    case .endWait: take(thread, then: .make)
    case .make: make(worker)
    case .release:
      processes.workers[worker].position += processes.workers[worker].stretch
      unlock(thread)
      burnStretch(worker, freeLeft(worker), then: .freeEnd)
    case .freeEnd:
      processes.workers[worker].position += processes.workers[worker].stretch
      take(thread, then: .make)
    case .collate:
      processes.workers[worker].madeAt = clock
      let wait = processes.workers[worker].loadingAfter
      guard wait > 0 else { return burn(thread, times.collate / 2, then: .copy) }
      unlock(thread)
      pause(thread, wait, then: .endLastWait)
    case .endLastWait: take(thread, then: .stack)
    case .stack: burn(thread, times.collate / 2, then: .copy)
    case .copy:
      // Making shared memory holds the lock, stacking doesn't.
      unlock(thread)
      burn(thread, times.collate / 2, then: .copied)
    case .copied: take(thread, then: .put)
    case .put:
      finishProcessBatch(worker)
      burn(thread, times.put, then: .look)
    default: preconditionFailure("a worker's main thread has no such step")
    }
  }

  mutating func goOnAsFeeder(_ thread: Int) {
    let worker = LoaderProcesses.worker(of: thread)
    switch processes.threads[thread].step {
    case .feed: take(thread, then: .feedNext)
    case .feedNext:
      guard let batch = processes.workers[worker].made.first else {
        unlock(thread)
        return block(thread, then: .feed)
      }
      burn(thread, processes.times(setup.isShort(batch)).pickle, then: .write)
    case .write:
      unlock(thread)
      burn(thread, processes.fullTimes.write, then: .written)
    case .written:
      let batch = processes.workers[worker].made.removeFirst()
      processes.pipe.append((worker, batch))
      if processes.isConsumerWaiting {
        processes.isConsumerWaiting = false
        wakeUp(0)
      }
      take(thread, then: .feedNext)
    default: preconditionFailure("a feeder thread has no such step")
    }
  }

  mutating func goOnAsServer(_ thread: Int) {
    switch processes.threads[thread].step {
    case .accept: take(thread, then: .serve)
    case .serve: burn(thread, processes.fullTimes.serve, then: .served)
    case .served:
      unlock(thread)
      block(thread, then: .accept)
      wakeUp(0)
    default: preconditionFailure("a descriptor server has no such step")
    }
  }

  // MARK: - Pictures

  private mutating func beginBatch(_ worker: Int) {
    let batch = processes.workers[worker].indexes.removeFirst()
    let isShort = setup.isShort(batch)
    begun.deliver(batch)
    processes.workers[worker].batch = batch
    processes.workers[worker].isShort = isShort
    processes.workers[worker].generation = setup.generation
    processes.workers[worker].start = clock
    processes.workers[worker].lockWait = 0
    processes.workers[worker].position = 0
    let count = Double(setup.pictures(isShort))
    processes.workers[worker].total = processes.picture.period * count
    processes.workers[worker].scale = setup.pace(batch)
    processes.workers[worker].total *= processes.workers[worker].scale
    if !setup.costs.spread.isEmpty {
      let index = Int(costStream.unit() * Double(setup.costs.spread.count))
      processes.workers[worker].scale = setup.costs.spread[index]
      processes.workers[worker].total *= setup.costs.spread[index]
    }
    if processes.workers[worker].isRested {
      processes.workers[worker].isRested = false
      let share = setup.restShare(processes.picture.period * count)
      processes.workers[worker].scale += share
      processes.workers[worker].total += share * processes.picture.period * count
    }
    processes.workers[worker].cutAt = nil
    if Listener.listens {
      if setup.generation > lastGeneration {
        listener.receive(
          .applied(ChangeApplied(generation: setup.generation, batch: batch, at: now)))
      }
      lastGeneration = max(lastGeneration, setup.generation)
    }
    let thread = LoaderProcesses.main(worker)
    let wait = setup.loadWait(batch, at: processes.workers[worker].scale)
    let loading = wait > 0 ? wait + processes.picture.waitLate * count : 0
    let after = loading * Scenario.waitAfterWork(worker: worker)
    processes.workers[worker].loading = loading
    processes.workers[worker].loadingAfter = after
    guard wait > 0 else { return make(worker) }
    unlock(thread)
    pause(thread, loading - after, then: .endWait)
  }

  /// Goes on with the pictures, holding the lock: to the end where no thread waits for it, else as far as
  /// the next release.
  private mutating func make(_ worker: Int) {
    let thread = LoaderProcesses.main(worker)
    if let cut = processes.workers[worker].cutAt {
      processes.workers[worker].cutAt = nil
      // A picture that ends at a set time comes nearer to its end without the lock, too.
      if setup.costs.endsByTheClock {
        let left = stretch(processes.picture.period, worker) - offset(worker)
        processes.workers[worker].position += min(clock - cut, left)
      }
    }
    let state = processes.workers[worker]
    let left = state.total - state.position
    if isContended(worker), processes.picture.free > 0, left > heldLeft(worker) {
      burnStretch(worker, heldLeft(worker), then: .release)
    } else {
      burn(thread, left, then: .collate)
    }
  }

  /// Whether a thread's burning is the making of pictures.
  func isMaking(_ thread: Int) -> Bool {
    switch processes.threads[thread].step {
    case .collate, .release, .freeEnd: true
    default: false
    }
  }

  /// A stretch's length with what this batch's work is relative to the mean's.
  private func stretch(_ length: Double, _ worker: Int) -> Double {
    length * processes.workers[worker].scale
  }

  private func offset(_ worker: Int) -> Double {
    let state = processes.workers[worker]
    return processes.picture.offset(at: state.position, scale: state.scale)
  }

  private func heldLeft(_ worker: Int) -> Double {
    max(0, stretch(processes.picture.held, worker) - offset(worker))
  }

  private func freeLeft(_ worker: Int) -> Double {
    max(0, stretch(processes.picture.period, worker) - offset(worker))
  }

  /// Where the main thread goes through its pictures in one go and `thread` asks for the lock: finds out
  /// whether it holds it at this moment, and from now on goes stretch by stretch.
  mutating func settleMain(of worker: Int, for thread: Int) {
    let main = LoaderProcesses.main(worker)
    guard thread != main, processes.locks[worker].holder == main,
      processes.threads[main].phase == .burning, processes.threads[main].step == .collate,
      processes.picture.free > 0
    else { return }
    let left = workLeft(main)
    processes.workers[worker].position = processes.workers[worker].total - left
    endBurn(main)
    if offset(worker) < stretch(processes.picture.held, worker) {
      burnStretch(worker, heldLeft(worker), then: .release)
    } else {
      processes.locks[worker].holder = nil
      burnStretch(worker, freeLeft(worker), then: .freeEnd)
    }
  }

  mutating func burnStretch(_ worker: Int, _ length: Double, then step: ProcessThread.Step) {
    processes.workers[worker].stretch = length
    burn(LoaderProcesses.main(worker), length, then: step)
  }

  /// A waiter has joined: a main thread that burns to its batch's end goes no further than the next
  /// release.
  mutating func contend(_ worker: Int) {
    let main = LoaderProcesses.main(worker)
    guard processes.locks[worker].holder == main else { return }
    settleMain(of: worker, for: -1)
  }

  /// Stops a main thread that burns holding the lock because a waiter has asked it to let go; it stands
  /// still until another thread has had the lock.
  mutating func cutMain(of worker: Int) {
    let main = LoaderProcesses.main(worker)
    guard processes.threads[main].phase == .burning else { return }
    let step = processes.threads[main].step
    // The brief parts let go by themselves.
    guard step == .collate || step == .release else { return }
    let left = workLeft(main)
    if step == .collate {
      processes.workers[worker].position = processes.workers[worker].total - left
    } else {
      processes.workers[worker].position += processes.workers[worker].stretch - left
    }
    endBurn(main)
    block(main, then: .make)
    processes.threads[main].waitStart = clock
    processes.workers[worker].cutAt = clock
    unlock(main)
    processes.locks[worker].stalled = main
  }

  // MARK: - What comes of it

  mutating func finishProcessBatch(_ worker: Int) {
    guard let batch = processes.workers[worker].batch else {
      preconditionFailure("a worker finishes a batch that it has begun")
    }
    processes.workers[worker].batch = nil
    processes.workers[worker].made.append(batch)
    if Listener.listens { listener.receive(.made(madeBatch(batch, worker))) }
    let feeder = LoaderProcesses.feeder(worker)
    if processes.threads[feeder].phase == .blocked, processes.threads[feeder].step == .feed {
      wakeUp(feeder)
    }
  }

  private func madeBatch(_ batch: Int, _ worker: Int) -> BatchMade {
    let state = processes.workers[worker]
    var made = BatchMade(
      batch: batch, worker: worker, pictures: setup.pictures(state.isShort),
      generation: state.generation, start: moment(state.start))
    made.finished = now
    made.put = now
    made.depth =
      queue.depth + processes.pipe.count + processes.workers.reduce(0) { $0 + $1.made.count }
    made.lockWait = moment(state.lockWait)
    let work = setup.withProgram(state.isShort) { $0.total }
    let begun = state.start + state.loading - state.loadingAfter
    // A change of the loader may end the batch before its pictures are made.
    let end = state.madeAt >= begun ? state.madeAt : clock
    let pace = work > 0 ? max(0, end - begun) / work : 0
    setup.withProgram(state.isShort) { program in
      var last = 0.0
      for end in program.stageEnds {
        made.stages.append(
          StageTime(
            end: moment(begun + end * pace), wait: .zero,
            cpu: moment((end - last) * state.scale)))
        last = end
      }
      made.cpu = moment(program.total * state.scale)
    }
    made.hasStageCPU = true
    book(state.loading, after: state.loadingAfter, in: &made, at: state.scale)
    return made
  }
}
