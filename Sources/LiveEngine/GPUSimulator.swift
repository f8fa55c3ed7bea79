import CLinux
import Pipeline
import Tracing

/// The consumer: takes batches by the loader's rules and spends a training step's time on each.
struct GPUSimulator {
  private let floor: SessionFloor
  private let lane: RecordingLane
  private var burner: Burner
  private var sleeper: PunctualSleeper
  private var placement = Placement()
  private var random: SplitMix

  init(floor: SessionFloor, lane: RecordingLane) {
    self.floor = floor
    self.lane = lane
    burner = Burner(
      thread: 0, clock: floor.clock, lock: floor.interpreterLock,
      isStopping: { [floor] in floor.isStopping })
    sleeper = PunctualSleeper(clock: floor.clock, isStopping: { [floor] in floor.isStopping })
    random = SplitMix(seed: UInt64(floor.settings.scenario.seed))
  }

  mutating func run() {
    var wanted = floor.clock.now
    var polls = 0
    while true {
      let (taking, resumed) = floor.queue.take()
      // Nobody starves while the session is paused.
      wanted = max(wanted, resumed)
      switch taking {
      case .stopped: return
      case .nap(let length):
        polls += 1
        burner.begin(chained: true)
        burner.due += length
        sleeper.sleep(until: burner.due)
      case .taken(let batch, let at, let depth):
        lane.offer(
          .taken(
            BatchTaken(batch: batch.number, wanted: wanted, at: at, depth: depth, polls: polls)))
        floor.pool.giveBack(batch.buffer)
        step(batch, wanted: wanted, taken: at)
        wanted = floor.clock.now
        polls = 0
      }
    }
  }

  private mutating func step(_ batch: FinishedBatch, wanted: Nanoseconds, taken: Nanoseconds) {
    let settings = floor.settings
    let consumer = settings.scenario.consumer
    placement.follow(settings.processors(ofThread: settings.scenario.workers))
    let cpuStart = Nanoseconds(cl_thread_cpu_ns())
    // A batch that was there at once is taken where the last step was meant to end.
    let wasWaiting = taken - wanted < Self.atOnce
    burner.begin(chained: wasWaiting || settings.scenario.loader == .kerasThreads)
    burner.lockWait = .zero
    burner.isCrowded = settings.isCrowded
    if consumer.host > .zero {
      if settings.scenario.interpreterLock { burner.acquireLock() }
      burner.burn(Nanoseconds(consumer.host))
      burner.releaseLock()
    }
    let hostEnd = floor.clock.now
    burner.due += Nanoseconds(consumer.transfer)
    if consumer.transfer > .zero { sleeper.sleep(until: burner.due) }
    let transferEnd = floor.clock.now
    burner.due += consumer.compute.sample(random.positiveUnit(), random.unit())
    sleeper.sleep(until: burner.due)
    lane.offer(
      .stepped(
        StepDone(
          batch: batch.number, pictures: batch.pictures, wanted: wanted, taken: taken,
          hostEnd: hostEnd, transferEnd: transferEnd, end: floor.clock.now,
          lockWait: burner.lockWait, cpu: Nanoseconds(cl_thread_cpu_ns()) - cpuStart)))
  }

  private static let atOnce = Nanoseconds.microseconds(100)
}

/// A small random stream for the GPU's step times; it must not touch the generator's.
///
/// - Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators".
private struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// In [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// In (0, 1].
  mutating func positiveUnit() -> Double { 1 - unit() }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
