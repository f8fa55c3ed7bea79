import CLinux
import Host
import Pipeline
import Quantities
import Tracing

/// The consumer: takes batches by the loader's rules and spends a training step's time on each.
struct GPUSimulator {
  private let shared: SharedSession
  private let lane: RecordingLane
  private var burner: Burner
  private var sleeper: PunctualSleeper
  private var placement = Placement()
  private var random: SplitMix

  init(shared: SharedSession, lane: RecordingLane) {
    self.shared = shared
    self.lane = lane
    burner = Burner(
      thread: 0, clock: shared.clock, lock: shared.interpreterLock, governor: shared.governor,
      isStopping: { [shared] in shared.isStopping })
    sleeper = PunctualSleeper(clock: shared.clock, isStopping: { [shared] in shared.isStopping })
    random = SplitMix(seed: UInt64(shared.settings.scenario.seed))
  }

  mutating func run() {
    var wanted = shared.clock.now
    var polls = 0
    while true {
      let (taking, resumed) = shared.queue.take()
      // Nobody starves while the session is paused.
      wanted = max(wanted, resumed)
      switch taking {
      case .stopped: return
      case .nap(let length):
        polls += 1
        burner.begin(chained: true)
        burner.due += length
        sleeper.sleep(until: burner.due)
      case .taken(let batch, let at, let depth, let hasWaited):
        lane.offer(
          .taken(
            BatchTaken(batch: batch.number, wanted: wanted, at: at, depth: depth, polls: polls)))
        shared.pool.giveBack(batch.buffer)
        // What was there is taken where the last step, or the nap, was meant to end; a batch that came
        // since then when it came; and what was waited for, now.
        burner.begin(chained: !hasWaited)
        burner.due = max(burner.due, batch.put)
        step(batch, wanted: wanted, taken: at)
        wanted = shared.clock.now
        polls = 0
      }
    }
  }

  private mutating func step(_ batch: FinishedBatch, wanted: Nanoseconds, taken: Nanoseconds) {
    let settings = shared.settings
    let consumer = settings.scenario.consumer
    placement.follow(settings.processors(ofThread: settings.scenario.workers))
    let cpuStart = Nanoseconds(cl_thread_cpu_ns())
    burner.lockWait = .zero
    burner.isCrowded = settings.isCrowded
    let deserialization = settings.serialization(pictures: batch.pictures)
    let host = Nanoseconds(consumer.host) + deserialization
    if host > .zero {
      burner.beginWork(isLate: true)
      if settings.scenario.hasSharedLock { burner.acquireLock() }
      burner.burn(host)
      burner.releaseLock()
      burner.endWork()
    }
    let hostEnd = shared.clock.now
    burner.due += Nanoseconds(consumer.transfer)
    if consumer.transfer > .zero { sleeper.sleep(until: burner.due) }
    let transferEnd = shared.clock.now
    burner.due += consumer.compute.sample(random.positiveUnit(), random.unit())
    sleeper.sleep(until: burner.due)
    var done = StepDone(
      batch: batch.number, pictures: batch.pictures, wanted: wanted, taken: taken,
      hostEnd: hostEnd, transferEnd: transferEnd, end: shared.clock.now,
      lockWait: burner.lockWait, cpu: Nanoseconds(cl_thread_cpu_ns()) - cpuStart)
    done.deserialization = deserialization
    shared.governor.look(at: done.end)
    done.clock = shared.governor.clock
    lane.offer(.stepped(done))
  }
}
