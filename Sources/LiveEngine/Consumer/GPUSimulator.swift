import Augmentation
import CLinux
import Host
import Pipeline
import Quantities
import Tracing

/// The consumer: takes batches by the loader's rules and spends a training step's time on each.
///
/// A step is host work, transfer and compute. The transfer copies the batch into a staging buffer of
/// the consumer's own, as a copy into pinned memory does, so that every value a worker wrote is read
/// by another thread; then the batch's buffer goes back to the pool. The copy takes place within the
/// step's time: a transfer of the scenario's that is shorter is as long as the copy, and the compute
/// that follows ends when it was due all the same, as with copies that overlap the device's work. Only
/// where the copy takes longer than transfer and compute together is the step longer than the
/// scenario's, and ends with the copy. (32 pictures of 32×32×3 are 393 kB: some 30 µs.)
struct GPUSimulator {
  private let shared: SharedSession
  private let lane: RecordingLane
  private let staging: BatchBuffer
  private var burner: Burner
  private var sleeper: PunctualSleeper
  private var placement = Placement()
  private var random: SplitMix
  private var schedule = StepSchedule()
  private var restartsSeen = 0
  /// Compares batches with the generator's; nil in sessions that don't ask for it.
  private var check: BatchCheck?

  init(shared: SharedSession, lane: RecordingLane) {
    self.shared = shared
    self.lane = lane
    let settings = shared.settings.current
    staging = BatchBuffer(count: shared.batchSize * shared.dataset.shape.count)
    burner = Burner(
      thread: 0, clock: shared.clock, lock: shared.interpreterLock, place: 0,
      governor: shared.governor,
      isStopping: { [shared] in shared.isStopping })
    sleeper = PunctualSleeper(clock: shared.clock, isStopping: { [shared] in shared.isStopping })
    random = SplitMix(seed: UInt64(settings.scenario.seed))
    if shared.checksBatches {
      check = BatchCheck(
        settings: settings, dataset: shared.dataset, statistics: shared.statistics)
    }
  }

  mutating func run() {
    defer { burner.releaseLock() }
    awaitWorkers()
    var wanted = shared.clock.now
    var polls = 0
    var hasSlept = false
    while true {
      let settings = shared.settings.current
      follow(settings)
      // Whoever looks at a queue of Python's needs the interpreter lock.
      if settings.hasLock { burner.acquireLock() } else { burner.releaseLock() }
      let (taking, resumed) = shared.queue.take(waits: !settings.hasLock)
      // A pause isn't starvation.
      wanted = max(wanted, resumed)
      switch taking {
      case .stopped: return
      case .wouldWait:
        burner.releaseLock()
        shared.queue.awaitChange(under: settings.queue)
        hasSlept = true
      case .nap(let length):
        polls += 1
        burner.releaseLock()
        burner.begin(atDeadline: true)
        burner.deadline += length
        sleeper.sleep(until: burner.deadline)
      case .arrived(let batch, let hasWaited):
        burner.begin(atDeadline: !hasWaited && !hasSlept)
        hasSlept = false
        receive(batch, settings)
      case .taken(let batch, let at, let depth, let hasWaited):
        lane.offer(
          .taken(
            BatchTaken(batch: batch.number, wanted: wanted, at: at, depth: depth, polls: polls)))
        // A batch that lay in the queue is taken when the last step, or the nap, was meant to end, or
        // when it was put if that was later; one that was waited for is taken now.
        burner.begin(atDeadline: !hasWaited && !hasSlept)
        hasSlept = false
        burner.deadline = max(burner.deadline, batch.put)
        // The loop itself has made it: no thread had to wake up for it.
        if hasWaited, batch.settings.queue.makesInLoop { burner.deadline = batch.put }
        step(batch, wanted: wanted, taken: at)
        pauseTraining(after: batch)
        wanted = shared.clock.now
        if let times = settings.loaderTimes(pictures: batch.pictures) { work(times.loop) }
        polls = 0
      }
    }
  }

  private mutating func follow(_ settings: RunSettings) {
    burner.follow(settings)
    // A loop that receives competes with feeders and servers for processors.
    if settings.queue.receives { burner.isCrowded = true }
  }

  /// Waits as long as the scenario's workers take to start.
  private mutating func awaitWorkers() {
    guard let end = shared.workersStart else { return }
    lane.offer(.phase(PhaseBegun(.workerStart, start: .zero, end: end)))
    sleeper.sleep(until: end)
  }

  /// Sleeps through the phases that follow a batch's step; workers go on meanwhile, unless their loader begins each
  /// epoch anew.
  private mutating func pauseTraining(after batch: FinishedBatch) {
    let settings = shared.settings.current
    let scenario = settings.scenario
    let restarts = shared.epochRestarts
    if restarts != restartsSeen {
      restartsSeen = restarts
      schedule.restartEpoch()
      beginEpoch(isNext: false)
    }
    var next = shared.clock.now
    var begun: [PhaseBegun] = []
    let hasEnded = schedule.phases(
      after: batch.pictures, in: scenario,
      samplesPerEpoch: scenario.samplesPerEpoch ?? shared.dataset.count,
      boundary: settings.boundary
    ) { kind, length in
      let end = next + Nanoseconds(nearest: length)
      begun.append(PhaseBegun(kind, start: next, end: end))
      next = end
    }
    if hasEnded { shared.queue.finishEpoch() }
    for phase in begun {
      lane.offer(.phase(phase))
      burner.deadline = phase.end
      sleeper.sleep(until: phase.end)
    }
    if hasEnded { beginEpoch(isNext: true) }
  }

  /// Lets workers make the batches that are left of the epoch.
  private func beginEpoch(isNext: Bool) {
    let scenario = shared.settings.current.scenario
    let count = shared.dataset.count
    let left = schedule.samplesLeft(of: scenario.samplesPerEpoch ?? count)
    shared.queue.beginEpoch(isNext: isNext) {
      scenario.batches(from: $0, holding: left, of: count)
    }
  }

  /// Reads a batch from a `DataLoader`'s pipe, fetches its tensors' descriptors from the worker's process, and
  /// maps them.
  private mutating func receive(_ batch: FinishedBatch, _ settings: RunSettings) {
    if let times = settings.loaderTimes(pictures: batch.pictures), let process = batch.process {
      work(times.receive)
      for _ in 0..<times.tensors * LoaderCosts.hops {
        process.awaitServer()
        burner.begin(atDeadline: false)
        work(times.hop)
      }
      work(times.map * Double(times.tensors))
    }
    shared.queue.putReceived(batch)
  }

  /// Burns so many nanoseconds of the loop's own work.
  private mutating func work(_ nanoseconds: Double) {
    burner.beginWork()
    burner.burn(Nanoseconds(nearest: nanoseconds))
    burner.endWork()
  }

  private mutating func step(_ batch: FinishedBatch, wanted: Nanoseconds, taken: Nanoseconds) {
    let settings = shared.settings.current
    let consumer = settings.scenario.consumer
    placement.bind(to: settings.processors(ofThread: settings.makers))
    let cpuStart = Nanoseconds(cl_thread_cpu_ns())
    burner.lockWait = .zero
    follow(settings)
    let deserialization =
      settings.queue.loader.readsInLoop
      ? settings.serialization(pictures: batch.pictures) : .zero
    let launching = schedule.completesStep(consumer) ? Nanoseconds(consumer.host) : .zero
    let loader = settings.loaderTimes(pictures: batch.pictures)
    let host = launching + deserialization + Nanoseconds(nearest: loader?.putIndex ?? 0)
    if host > .zero {
      if settings.hasLock { burner.acquireLock() }
      burner.beginWork(isLate: true)
      burner.burn(host)
      burner.endWork()
    }
    burner.releaseLock()
    let hostEnd = shared.clock.now
    receive(batch)
    let compute = consumer.compute.sample(random.positiveUnit(), random.unit())
    let device = schedule.device(
      consumer, transfer: Double(Nanoseconds(consumer.transfer).count),
      compute: Double(compute.count), allReduce: Double(Nanoseconds(consumer.allReduce).count))
    burner.deadline += Nanoseconds(nearest: device.transfer)
    if device.transfer > 0 { sleeper.sleep(until: burner.deadline) }
    let transferEnd = shared.clock.now
    burner.deadline += Nanoseconds(nearest: device.compute + (loader?.stepLate ?? 0))
    sleeper.sleep(until: burner.deadline)
    var done = StepDone(
      batch: batch.number, pictures: batch.pictures, wanted: wanted, taken: taken,
      hostEnd: hostEnd, transferEnd: transferEnd, end: shared.clock.now,
      lockWait: burner.lockWait, cpu: Nanoseconds(cl_thread_cpu_ns()) - cpuStart)
    done.deserialization = deserialization
    shared.governor.advance(to: done.end)
    done.clock = shared.governor.clock
    lane.offer(.stepped(done))
  }

  /// Copies the batch, gives its buffer back, and compares the copy where the session asks for it.
  private mutating func receive(_ batch: FinishedBatch) {
    let count = batch.pictures * shared.dataset.shape.count
    staging.floats.update(from: batch.buffer.floats, count: count)
    shared.pool.giveBack(batch.buffer)
    guard check != nil else { return }
    do {
      let wrong = try check?.receive(
        batch.number, settings: batch.settings,
        values: UnsafeBufferPointer(start: staging.floats, count: count))
      if let wrong { shared.fail("batch \(wrong) isn't the one that the generator makes") }
    } catch {
      shared.fail("\(error)")
    }
    shared.countCompared(check?.compared ?? 0)
  }
}
