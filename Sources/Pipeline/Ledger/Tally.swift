import Augmentation
import Quantities

/// The time that batches spent in one stage.
struct StageSum: Sendable, BitwiseCopyable {
  /// Without waiting for the lock.
  var wall = Nanoseconds.zero
  /// Of the batches whose stages' CPU time was measured.
  var cpu = Nanoseconds.zero
  /// Of `wall`, waiting for something else than a core.
  var idle = Nanoseconds.zero
}

/// Sums over batches and steps from which shares and means follow; tallies add up.
struct Tally: Sendable {
  var batches = 0
  var images = 0
  var make = Nanoseconds.zero
  var lockWait = Nanoseconds.zero
  var overrun = Nanoseconds.zero
  /// Processor time of batches; their wall time where it wasn't measured.
  var workerCPU = Nanoseconds.zero
  var serialization = Nanoseconds.zero
  /// Part of `make`: for a disk, a network, a sleep.
  var idle = Nanoseconds.zero
  /// Images of the batches whose stages were measured.
  var stageImages = 0
  /// By the stage's place in the session's list; empty before the first measured batch.
  var stages: [StageSum] = []
  /// Images of the batches whose stages' CPU time was measured.
  var cpuImages = 0
  /// Batches taken whose time in the queue is known.
  var taken = 0
  var queueWait = Nanoseconds.zero
  /// Between a put and the next start with nothing to wait for.
  var handling = Nanoseconds.zero
  var handlings = 0
  /// Of `batches` and `make`, those that were their worker's first after a rest.
  var rested = 0
  var restedMake = Nanoseconds.zero
  /// From a put to the moment at which a consumer that waited for it runs.
  var wake = Nanoseconds.zero
  var wakes = 0
  var napped = Nanoseconds.zero
  var waitedForRoom = Nanoseconds.zero

  var steps = 0
  var imagesTrained = 0
  var starved = Nanoseconds.zero
  /// Part of `starved`.
  var stepLockWait = Nanoseconds.zero
  var host = Nanoseconds.zero
  var busy = Nanoseconds.zero
  /// Part of `host`.
  var deserialization = Nanoseconds.zero
  /// The clock's share, summed over steps.
  var clock = 0.0

  mutating func add(_ made: BatchMade) {
    batches += 1
    images += made.pictures
    make += made.finished - made.start - made.lockWait
    lockWait += made.lockWait
    overrun += made.overrun
    workerCPU += made.cpu ?? (made.finished - made.start - made.lockWait)
    serialization += made.serialization
    idle += made.idle
    guard !made.stages.isEmpty else { return }
    stageImages += made.pictures
    makeRoom(for: made.stages.count)
    for index in made.stages.indices {
      stages[index].wall += made.wall(index)
      stages[index].idle += made.stages[index].idle
    }
    guard made.hasStageCPU else { return }
    cpuImages += made.pictures
    for index in made.stages.indices { stages[index].cpu += made.stages[index].cpu }
  }

  /// Counts a batch, which has been added, as one after a rest.
  mutating func addRested(_ made: BatchMade) {
    rested += 1
    restedMake += made.finished - made.start - made.lockWait
  }

  private mutating func makeRoom(for count: Int) {
    while stages.count < count { stages.append(StageSum()) }
  }

  mutating func add(_ wait: WorkerWait) {
    switch wait.reason {
    case .nap: napped += wait.end - wait.start
    case .room, .demand: waitedForRoom += wait.end - wait.start
    }
  }

  mutating func add(_ step: StepDone) {
    steps += 1
    imagesTrained += step.pictures
    // A step that waits for the interpreter lock keeps the GPU waiting, as one without a batch does.
    starved += step.taken - step.wanted + step.lockWait
    stepLockWait += step.lockWait
    host += step.hostEnd - step.taken - step.lockWait
    busy += step.end - step.hostEnd
    deserialization += step.deserialization
    clock += step.clock
  }

  mutating func add(_ other: Tally) {
    batches += other.batches
    images += other.images
    make += other.make
    lockWait += other.lockWait
    overrun += other.overrun
    workerCPU += other.workerCPU
    serialization += other.serialization
    idle += other.idle
    deserialization += other.deserialization
    clock += other.clock
    stageImages += other.stageImages
    makeRoom(for: other.stages.count)
    for index in other.stages.indices {
      stages[index].wall += other.stages[index].wall
      stages[index].cpu += other.stages[index].cpu
      stages[index].idle += other.stages[index].idle
    }
    cpuImages += other.cpuImages
    taken += other.taken
    queueWait += other.queueWait
    handling += other.handling
    handlings += other.handlings
    rested += other.rested
    restedMake += other.restedMake
    wake += other.wake
    wakes += other.wakes
    napped += other.napped
    waitedForRoom += other.waitedForRoom
    steps += other.steps
    imagesTrained += other.imagesTrained
    starved += other.starved
    stepLockWait += other.stepLockWait
    host += other.host
    busy += other.busy
  }

  /// Where the consumer waited less often than once in this many steps, no wake-up latency is given.
  private static let mostStepsAWake = 20

  /// The consumer's time in all events.
  var consumerTime: Nanoseconds { starved + host + busy }
  /// The workers' time in all events.
  var workerTime: Nanoseconds { make + lockWait + napped + waitedForRoom }

  var consumer: ConsumerReading {
    var reading = ConsumerReading()
    let total = consumerTime.seconds
    guard total > 0 else { return reading }
    reading.steps = steps
    reading.busy = busy.seconds / total
    reading.host = host.seconds / total
    reading.starved = starved.seconds / total
    reading.step = Nanoseconds((host + busy).count / Int64(steps))
    reading.lockWait = Nanoseconds(stepLockWait.count / Int64(steps))
    reading.deserialization = Nanoseconds(deserialization.count / Int64(steps))
    reading.clock = clock / Double(steps)
    // A few waits among many steps are accidents, and so is how they ended.
    if wakes * Self.mostStepsAWake >= steps, wakes > 0 {
      reading.wakeLatency = Nanoseconds(wake.count / Int64(wakes))
    }
    reading.batchesPerSecond = Double(steps) / total
    reading.imagesPerSecond = Double(imagesTrained) / total
    return reading
  }

  func workers(count: Int) -> WorkersReading {
    var reading = WorkersReading()
    reading.count = count
    if batches > 0 {
      reading.make = Nanoseconds(make.count / Int64(batches))
      reading.lockWait = Nanoseconds(lockWait.count / Int64(batches))
      reading.overrun = Nanoseconds(overrun.count / Int64(batches))
      reading.serialization = Nanoseconds(serialization.count / Int64(batches))
      reading.cpu = Nanoseconds(workerCPU.count / Int64(batches))
      reading.idle = Nanoseconds(idle.count / Int64(batches))
    }
    readRests(into: &reading)
    if handlings > 0 { reading.handling = Nanoseconds(handling.count / Int64(handlings)) }
    let total = workerTime.seconds
    guard total > 0 else { return reading }
    reading.making = make.seconds / total
    reading.napping = napped.seconds / total
    reading.waitingForRoom = waitedForRoom.seconds / total
    return reading
  }

  /// Fewer batches of a kind than this have no mean that counts.
  private static let fewestOfAKind = 30

  private func readRests(into reading: inout WorkersReading) {
    guard batches > 0 else { return }
    reading.rested = Double(rested) / Double(batches)
    let others = batches - rested
    guard min(rested, others) >= Self.fewestOfAKind else { return }
    let warm = (make - restedMake).count / Int64(others)
    reading.afterRest = Nanoseconds(max(0, restedMake.count / Int64(rested) - warm))
  }

  /// The sums of a stage; zero before the first measured batch.
  func sum(of stage: StageID) -> StageSum {
    stage.index < stages.count ? stages[stage.index] : StageSum()
  }

  /// CPU time, wall time and waiting of one picture in a stage, where there is any.
  func perImage(
    _ stage: StageID
  ) -> (cpu: Nanoseconds?, wall: Nanoseconds?, idle: Nanoseconds?) {
    let sum = sum(of: stage)
    return (
      cpuImages > 0 ? Nanoseconds(sum.cpu.count / Int64(cpuImages)) : nil,
      stageImages > 0 ? Nanoseconds(sum.wall.count / Int64(stageImages)) : nil,
      stageImages > 0 ? Nanoseconds(sum.idle.count / Int64(stageImages)) : nil
    )
  }
}
