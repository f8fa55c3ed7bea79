import Augmentation
import Host
import Pipeline
import Quantities
import Tracing

/// One worker: makes batches by the loader's rules until the session stops or the scenario has fewer
/// workers.
///
/// It reads the settings once before it decides what to do, and a batch's settings come with its
/// ticket; nothing is read between stages.
struct Worker {
  /// The stages' CPU time is measured on every 16th batch, because reading it is a system call.
  private static let cpuSampling = 16
  /// A batch shorter than this is too short for a system call at either end.
  private static let longBatch = Nanoseconds.microseconds(500)
  /// With the kernels' own costs a batch takes some 20 µs, in which 13 readings of the clock would
  /// show; so of batches shorter than this every 64th is measured stage by stage, the others as a
  /// whole.
  private static let briefBatch = Nanoseconds.microseconds(100)
  private static let briefSampling = 64

  let number: Int
  let shared: SharedSession
  private let lane: RecordingLane
  private let present: PresentActivity
  var burner: Burner
  private var sleeper: PunctualSleeper
  private var pass: BatchPass
  var plan: BatchPlan
  private var placement = Placement()
  /// The `DataLoader`'s process that this worker is the main thread of; nil with other loaders.
  var process: LoaderProcess?
  private var made = 0
  /// Epochs that it has begun to make batches of.
  var epochs = 0
  /// Room for a batch's stage times while no batch uses it.
  private var stageTimes: [StageTime] = []
  private var lastTook = Nanoseconds.zero
  private let cpuClock = ThreadCPUClock()

  init(number: Int, shared: SharedSession, lane: RecordingLane, present: PresentActivity) {
    self.number = number
    self.shared = shared
    self.lane = lane
    self.present = present
    // Thread 0 of the interpreter lock is the consumer.
    burner = Burner(
      thread: number + 1, clock: shared.clock, lock: shared.interpreterLock, place: number + 1,
      governor: shared.governor, present: present,
      isStopping: { [shared] in shared.isStopping })
    sleeper = PunctualSleeper(clock: shared.clock, isStopping: { [shared] in shared.isStopping })
    pass = BatchPass(
      source: shared.dataset, batchSize: shared.batchSize, statistics: shared.statistics)
    plan = BatchPlan(batchSize: shared.batchSize, channels: shared.dataset.shape.channels)
  }

  mutating func run() {
    defer {
      burner.releaseLock()
      present.end()
    }
    if let start = shared.workersStart { sleeper.sleep(until: start) }
    var hasWorked = false
    while goesOn() {
      if shared.unregisterIfSurplus(worker: number) { return }
      let settings = shared.settings.current
      placement.bind(to: settings.processors(ofThread: number))
      burner.follow(settings)
      guard joinProcess(settings) else { return }
      // Whoever looks at a queue of Python's needs the interpreter lock.
      if settings.hasLock { burner.acquireLock() } else { burner.releaseLock() }
      burner.dropLock()
      let rules = settings.queue
      let demand = shared.queue.demand
      let number =
        rules.loader.waitsForDemand ? shared.flow.nextNumber(of: number, under: settings) : 0
      let bound = demand.bound(rules)
      switch rules.loader.workerMove(
        depth: shared.queue.depth, limit: rules.limit, lead: number - demand.next,
        ahead: bound - demand.next)
      {
      case .make:
        // The loop's own maker begins when the loop wants a batch, however late this thread woke up.
        if rules.makesInLoop, let wanted = demand.wanted { burner.deadline = wanted }
        boot(settings, inEpoch: demand.epochs)
        beginInProcess(settings)
        guard make(atDeadline: hasWorked, below: bound) else { return }
      case .nap(let length):
        burner.releaseLock()
        nap(length)
      case .waitForDemand:
        burner.releaseLock()
        waitForDemand(number, under: rules)
        // Its index comes through the pipe of the loop's feeder thread.
        if let times = settings.loaderTimes(pictures: shared.batchSize) {
          burner.burn(Nanoseconds(nearest: times.feedIndex))
        }
      }
      hasWorked = true
    }
  }

  /// Waits for the end of a pause, without the lock; false once the session has stopped.
  private mutating func goesOn() -> Bool {
    if shared.queue.isHalted { burner.releaseLock() }
    return shared.queue.waitWhilePaused()
  }

  private mutating func nap(_ length: Nanoseconds) {
    let start = shared.clock.now
    present.begin(.napping, at: start)
    burner.begin(atDeadline: true)
    burner.deadline += length
    sleeper.sleep(until: burner.deadline)
    lane.offer(
      .waited(WorkerWait(worker: number, reason: .nap, start: start, end: shared.clock.now)))
    present.end()
  }

  private mutating func waitForDemand(_ number: Int, under rules: QueueRules) {
    let start = shared.clock.now
    present.begin(.waitingForDemand, at: start)
    shared.queue.waitForDemand(number, under: rules)
    burner.deadline = shared.clock.now
    lane.offer(
      .waited(
        WorkerWait(worker: self.number, reason: .demand, start: start, end: burner.deadline)))
    present.end()
  }

  /// Makes one batch and puts it; false once the session has stopped.
  ///
  /// - Parameter bound: Another worker may have begun the last batch below it; then there is none to make.
  private mutating func make(atDeadline: Bool, below bound: Int) -> Bool {
    let start = shared.clock.now
    let cpuStart = shared.governor.isOn ? cpuClock.now : nil
    guard let ticket = shared.flow.next(into: &plan, for: number, below: bound) else { return true }
    present.beginBatch(at: start)
    let drawing = shared.clock.now - start
    let settings = ticket.settings
    if ticket.isFirstOfGeneration {
      lane.offer(
        .applied(
          ChangeApplied(generation: settings.generation, batch: ticket.batch, at: start)))
    }
    let buffer = shared.pool.take()
    var record = BatchMade(
      batch: ticket.batch, worker: number, pictures: plan.count, generation: settings.generation,
      start: start)
    burner.begin(atDeadline: atDeadline)
    burner.lockWait = .zero
    burner.follow(settings)
    let pace = settings.scenario.pace(batch: ticket.batch, pictures: plan.count)
    let loading = settings.scenario.loadWait(batch: ticket.batch, pictures: plan.count)
    let loader = process == nil ? nil : settings.loaderTimes(pictures: plan.count)
    record.idle = loading + settings.stageWait * plan.count * pace
    if let loader, record.idle > .zero {
      record.idle += Nanoseconds(nearest: loader.waitLate) * plan.count
    }
    let after = record.idle * Scenario.waitAfterWork(worker: number)
    load(record.idle - after)
    let takesLock = settings.hasLock || process != nil
    if takesLock { burner.acquireLock() }
    burner.beginWork(isLate: true)
    do {
      try perform(settings, at: pace, into: buffer, record: &record)
      record.spread(drawing, over: settings.drawingStages)
    } catch {
      burner.endWork()
      shared.fail("\(error)")
      return false
    }
    if after > .zero {
      burner.endWork()
      load(after)
      if takesLock { burner.acquireLock() }
      burner.beginWork(isLate: true)
    }
    if record.idle > .zero, let charges = settings.charges {
      record.finished = shared.clock.now
      record.book(
        loading: loading,
        waits: Stage.allCases.map { charges[$0.index].waiting * plan.count * pace }, after: after)
    }
    // Time off the processor isn't work, and is no longer at a lower clock.
    if settings.charges == nil, let cpuStart { burner.slowDown(cpuClock.now - cpuStart) }
    record.serialization = settings.serialization(pictures: plan.count)
    if record.serialization > .zero { burner.burn(record.serialization) }
    if let loader { collate(loader) }
    burner.endWork()
    record.lockWait = burner.lockWait
    record.finished = shared.clock.now
    // Without a profile there is no intended end: the next batch begins when the kernels are done.
    if settings.charges == nil { burner.deadline = record.finished }
    // An overrun shortens this batch's own burning and doesn't carry over to the next batch.
    burner.deadline += min(record.overrun, max(.zero, record.finished - burner.deadline))
    let batch = FinishedBatch(
      number: ticket.batch, pictures: plan.count, settings: settings, buffer: buffer,
      process: process)
    guard let process, let loader else {
      if let times = settings.poolTimes(pictures: plan.count) {
        burner.deadline = shared.poolPipe.send(at: record.finished, times)
        sleeper.sleep(until: burner.deadline)
      }
      return put(batch, &record)
    }
    record.put = record.finished
    record.depth = shared.queue.countMade()
    process.send(batch)
    offer(&record)
    burner.burn(Nanoseconds(nearest: loader.put))
    burner.releaseLock()
    return true
  }

  /// Sleeps through a part of a batch's wait for its pictures, without the lock.
  private mutating func load(_ wait: Nanoseconds) {
    guard wait > .zero else { return }
    burner.releaseLock()
    burner.deadline += wait
    sleeper.sleep(until: burner.deadline)
  }

  /// - Parameter pace: The batch's work, relative to the mean batch's.
  private mutating func perform(
    _ settings: RunSettings, at pace: Double, into buffer: BatchBuffer, record: inout BatchMade
  ) throws {
    let isBrief = settings.charges == nil && lastTook < Self.briefBatch
    let samplesCPU = made % (isBrief ? Self.briefSampling : Self.cpuSampling) == 0
    made += 1
    pass.begin(
      plan, stages: settings.scenario.stages, settings: settings.scenario.settings,
      output: buffer.floats)
    if isBrief, !samplesCPU {
      for stage in Stage.allCases { try pass.perform(stage) }
      lastTook = shared.clock.now - record.start
      return
    }
    // The memory is reused from batch to batch, because the lane copies its content.
    swap(&record.stages, &stageTimes)
    record.stages.removeAll(keepingCapacity: true)
    record.hasStageCPU = samplesCPU
    let readsCPU = samplesCPU || lastTook > Self.longBatch
    let cpuStart = readsCPU ? cpuClock.now : .zero
    var cpuLast = cpuStart
    // The lock was taken before the first stage, which the wait for it is booked on.
    var waited = Nanoseconds.zero
    var last = shared.clock.now
    let began = last
    for stage in Stage.allCases {
      if settings.scenario.stages.contains(stage.id) {
        try pass.perform(stage)
        if let charges = settings.charges {
          let charge = charges[stage.index].times(pace)
          let kernel = shared.clock.now - last
          let whole = charge.total * plan.count
          if kernel > whole { record.overrun += kernel - whole }
          burn(charge, settings.stretches[stage.index])
        }
        burner.dropLock()
      }
      last = shared.clock.now
      var time = StageTime(end: last, wait: burner.lockWait - waited)
      waited = burner.lockWait
      if samplesCPU {
        let cpu = cpuClock.now
        time.cpu = max(.zero, cpu - cpuLast - cpuClock.cost)
        cpuLast = cpu
      }
      record.stages.append(time)
    }
    if readsCPU { record.cpu = max(.zero, cpuClock.now - cpuStart - cpuClock.cost) }
    lastTook = last - began
  }

  /// Spends a stage's charge for all pictures: each picture's stretches with the lock and without it, the
  /// lock-free part at its end where the stage has none.
  private mutating func burn(_ charge: StageCharge, _ stretches: [LockStretch]) {
    guard burner.holdsLock, charge.lockFree > .zero || !stretches.isEmpty else {
      burner.burn(charge.total * plan.count)
      return
    }
    for _ in 0..<plan.count {
      if stretches.isEmpty {
        burner.burn(charge.held)
        burner.burnFree(charge.lockFree)
      }
      for stretch in stretches {
        burner.burn(charge.held * stretch.held)
        burner.burnFree(charge.lockFree * stretch.free)
      }
    }
  }

  private mutating func put(_ batch: FinishedBatch, _ record: inout BatchMade) -> Bool {
    present.turn(to: .waitingForRoom, at: record.finished, lockWait: record.lockWait)
    // Nobody waits for room with the lock.
    var putting = shared.queue.put(batch, waits: !burner.holdsLock)
    var hasWaited = false
    if case .wouldWait = putting {
      burner.releaseLock()
      hasWaited = true
      putting = shared.queue.put(batch, waits: true)
    }
    guard case .done(let put) = putting else { return false }
    record.put = put.at
    record.depth = put.depth
    if hasWaited || put.hasWaited {
      // A pause isn't waiting for room.
      let start = max(record.finished, put.resumed)
      // The wait comes before the batch it belongs to.
      lane.offer(.waited(WorkerWait(worker: number, reason: .room, start: start, end: put.at)))
      burner.deadline = put.at
    }
    offer(&record)
    return true
  }

  private mutating func offer(_ record: inout BatchMade) {
    lane.offer(.made(record))
    present.end()
    if !record.stages.isEmpty { swap(&record.stages, &stageTimes) }
  }
}
