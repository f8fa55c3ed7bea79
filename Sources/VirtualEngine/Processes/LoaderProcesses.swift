import Glibc
import Pipeline
import Quantities

/// The processes of PyTorch's `DataLoader` at a moment of simulated time.
///
/// A batch's way: the worker's main thread makes the pictures, stacks them into shared memory and hands
/// them to a feeder thread of its process; that pickles the batch and writes it to a pipe; the consumer
/// reads, and for each tensor fetches a descriptor from a server thread of the worker's process; it
/// sends the next index and trains. All threads of a worker's process share one interpreter lock.
///
/// - Source: PyTorch 2.13 torch/utils/data/dataloader.py, torch/multiprocessing/reductions.py; CPython
///   3.11 multiprocessing/queues.py, resource_sharer.py.
struct LoaderProcesses {
  /// Four threads of a worker: main, feeder, descriptor server, and its index queue's feeder in the
  /// consumer's process. The consumer comes first.
  static let threadsOfWorker = 4

  var threads: [ProcessThread] = []
  var due: [Double] = []
  var locks: [ProcessLock] = []
  var workers: [WorkerProcess] = []
  /// Batches in the pipe, in the order of their coming.
  var pipe: [(worker: Int, batch: Int)] = []
  var fullTimes = LoaderTimes()
  var shortTimes = LoaderTimes()
  var wake = WakeTimes()
  var picture = PictureWork()
  /// The gap in which a worker that has an index lets go of the lock, in nanoseconds.
  static let gap = 12_000.0

  /// What workers that make pictures always get of a core.
  static let leastShare = 0.1

  /// How long a started worker works before it looks for a batch, in nanoseconds.
  var boot = 0.0
  /// The next number whose index is sent.
  var nextIndex = 0
  /// The batch that the consumer receives, its worker, and what is left to do for it.
  var received = (worker: 0, batch: 0, tensors: 0, hops: 0)
  var isConsumerWaiting = false
  /// Threads that burn, and of these the workers that make pictures.
  var burning = 0
  var making = 0
  /// Work done in a nanosecond by a worker that makes pictures, and by any other burning thread.
  var rates = (making: 1.0, brief: 1.0)
  /// Of wake-ups.
  var random = SplitMix(seed: 0x10ad)

  /// Takes a scenario's costs.
  mutating func adopt(_ setup: SimulationSetup) {
    guard let costs = setup.costs.loader else { return }
    let isPinned = setup.scenario.consumer.isPinned
    fullTimes = LoaderTimes(costs, megabytes: setup.megabytes.full, isPinned: isPinned)
    shortTimes = LoaderTimes(costs, megabytes: setup.megabytes.short, isPinned: isPinned)
    wake = WakeTimes(costs)
    picture = PictureWork(setup.costs, costs)
  }

  static func main(_ worker: Int) -> Int { 1 + threadsOfWorker * worker }
  static func feeder(_ worker: Int) -> Int { 2 + threadsOfWorker * worker }
  static func server(_ worker: Int) -> Int { 3 + threadsOfWorker * worker }
  static func indexFeeder(_ worker: Int) -> Int { 4 + threadsOfWorker * worker }
  /// The worker that a thread belongs to; traps for the consumer.
  static func worker(of thread: Int) -> Int { (thread - 1) / threadsOfWorker }

  /// The times of a batch.
  func times(_ isShort: Bool) -> LoaderTimes { isShort ? shortTimes : fullTimes }
}

/// Running the processes: one moment after the other, as `Simulation.run` has it.
extension Simulation {
  /// Begins with idle workers.
  mutating func startProcesses() {
    let count = setup.makers
    processes.adopt(setup)
    processes.threads = [ProcessThread(.want)]
    processes.due = [clock]
    processes.threads[0].phase = .pausing
    for _ in 0..<count {
      processes.threads += [
        ProcessThread(.look), ProcessThread(.feed), ProcessThread(.accept),
        ProcessThread(.feedIndex),
      ]
      processes.due += [.infinity, .infinity, .infinity, .infinity]
    }
    processes.locks = Array(repeating: ProcessLock(), count: count)
    processes.workers = Array(repeating: WorkerProcess(), count: count)
    processes.pipe.removeAll()
    processes.isConsumerWaiting = false
    processes.burning = 0
    processes.making = 0
    processes.rates = (clockShare, clockShare)
    processes.nextIndex = begun.next
    for worker in 0..<count {
      processes.workers[worker].isIdle = true
      processes.workers[worker].waitStart = clock
      processes.threads[LoaderProcesses.main(worker)].step = .haveIndex
    }
    sendIndexes()
  }

  /// As `run`, for a loader of processes.
  mutating func runProcesses(steps goal: Int, until deadline: Double, events limit: Int) {
    while steps < goal {
      guard events < limit else { return }
      var next = 0
      var moment = processes.due[0]
      for thread in 1..<processes.due.count where processes.due[thread] < moment {
        next = thread
        moment = processes.due[thread]
      }
      guard moment < .infinity else { break }
      if let windowEnd = governor?.windowEnd, Double(windowEnd.count) <= moment {
        guard Double(windowEnd.count) <= deadline else { break }
        clock = Double(windowEnd.count)
        events += 1
        governor?.endWindow()
        updateProcessRate()
        continue
      }
      guard moment <= deadline else { break }
      clock = moment
      events += 1
      actAsProcess(next)
    }
    if steps < goal, deadline < .infinity { clock = max(clock, deadline) }
  }

  private mutating func actAsProcess(_ thread: Int) {
    switch processes.threads[thread].phase {
    case .burning:
      endBurn(thread)
      goOnAsProcess(thread)
    case .pausing: goOnAsProcess(thread)
    case .looking: lookAtLock(thread)
    case .awaitingLock: askForDrop(thread)
    case .blocked: processes.due[thread] = .infinity
    }
  }

  /// Does what comes next; every way through it gives the thread its next moment, or blocks it.
  mutating func goOnAsProcess(_ thread: Int) {
    guard thread > 0 else { return goOnAsReceiver() }
    switch (thread - 1) % LoaderProcesses.threadsOfWorker {
    case 0: goOnAsMain(thread)
    case 1: goOnAsFeeder(thread)
    case 2: goOnAsServer(thread)
    default: goOnAsIndexFeeder(thread)
    }
  }

  // MARK: - Cores

  /// Burns so much work, then does `step`.
  mutating func burn(_ thread: Int, _ work: Double, then step: ProcessThread.Step) {
    processes.threads[thread].step = step
    processes.threads[thread].phase = .burning
    processes.threads[thread].left = max(0, work)
    processes.threads[thread].begun = clock
    processes.threads[thread].since = clock
    processes.threads[thread].speed = 0
    processes.burning += 1
    if isMaking(thread) { processes.making += 1 }
    let moment = now
    governor?.begin(thread, at: moment)
    updateProcessRate()
    setSpeed(thread)
  }

  /// The work that is left of a burning thread.
  func workLeft(_ thread: Int) -> Double {
    let state = processes.threads[thread]
    return max(0, state.left - (clock - state.since) * state.speed)
  }

  mutating func endBurn(_ thread: Int) {
    processes.burning -= 1
    if isMaking(thread) {
      processes.making -= 1
    } else {
      let work = clock - processes.threads[thread].begun
      processes.threads[thread].owed += work
      displace(for: work)
    }
    processes.threads[thread].phase = .blocked
    let moment = now
    governor?.end(thread, at: moment)
    updateProcessRate()
  }

  /// All burning threads share the cores, and all cores the clock.
  ///
  /// A thread that works for less than a slice of the scheduler has a core at once, as it has slept; those that make
  /// pictures share what is left. Where they are owed for it, it is late after a sleep (`coreWait`).
  mutating func updateProcessRate() {
    let brief = processes.burning - processes.making
    let cores = Double(setup.cores)
    var rates = (making: 1.0, brief: 1.0)
    if brief > setup.cores { rates.brief = cores / Double(brief) }
    if processes.making > 0 {
      let left = max(cores - Double(brief), LoaderProcesses.leastShare)
      rates.making = min(1, left / Double(processes.making))
    }
    rates = (rates.making * clockShare, rates.brief * clockShare)
    guard rates != processes.rates || setup.costs.endsByTheClock else { return }
    processes.rates = rates
    for thread in processes.threads.indices where processes.threads[thread].phase == .burning {
      setSpeed(thread)
    }
  }

  /// Brief work of other threads makes what ends at a set time longer by `displace` alone; more makers than cores do
  /// so by their number, for they take turns of milliseconds.
  private mutating func setSpeed(_ thread: Int) {
    let isTimed =
      setup.costs.endsByTheClock && isMaking(thread) && processes.making <= setup.cores
    let speed =
      isTimed ? 1 : isMaking(thread) ? processes.rates.making : processes.rates.brief
    guard speed != processes.threads[thread].speed else { return }
    processes.threads[thread].left = workLeft(thread)
    processes.threads[thread].since = clock
    processes.threads[thread].speed = speed
    processes.due[thread] = clock + processes.threads[thread].left / speed
  }

  /// Brief work has taken a core for so long from one of the workers whose pictures end at a set time, where no core
  /// was idle.
  private mutating func displace(for length: Double) {
    guard setup.costs.endsByTheClock, (1...setup.cores).contains(processes.making),
      processes.burning >= setup.cores
    else { return }
    var place = Int(processes.random.unit() * Double(processes.making))
    guard
      let maker = processes.threads.indices.first(where: { thread in
        guard processes.threads[thread].phase == .burning, isMaking(thread) else { return false }
        place -= 1
        return place < 0
      })
    else { return }
    processes.threads[maker].left = workLeft(maker) + processes.picture.lost(to: length)
    processes.threads[maker].since = clock
    processes.due[maker] =
      clock + processes.threads[maker].left / processes.threads[maker].speed
  }

  mutating func pause(_ thread: Int, _ time: Double, then step: ProcessThread.Step) {
    processes.threads[thread].step = step
    processes.threads[thread].phase = .pausing
    processes.due[thread] = clock + time
  }

  mutating func block(_ thread: Int, then step: ProcessThread.Step) {
    processes.threads[thread].step = step
    processes.threads[thread].phase = .blocked
    processes.threads[thread].blockedAt = clock
    processes.due[thread] = .infinity
  }

  /// Lets a blocked thread go on once it has woken up and has a core.
  mutating func wakeUp(_ thread: Int) {
    let asleep = clock - processes.threads[thread].blockedAt
    processes.threads[thread].phase = .pausing
    processes.due[thread] = clock + wakeLatency() + coreWait(thread, asleep: asleep)
  }

  /// How late a thread runs that another one wakes.
  mutating func wakeLatency() -> Double {
    let wake = processes.wake
    return wake.least + (wake.most - wake.least) * processes.random.unit()
  }

  /// How long a thread that wakes up after so long a sleep waits for a core.
  ///
  /// The longer a thread sleeps, the likelier it is that one which burns has been moved to its core.
  /// Linux keeps a woken thread on its core even where another core is idle, and lets the burning one
  /// go on until a tick. While no core is idle it also lets them go on for what the thread took of them before it
  /// slept, the more of them there are the more, but a tick at a time: not each wake-up is late, and some are by more.
  mutating func coreWait(_ thread: Int, asleep: Double) -> Double {
    let wake = processes.wake
    let owed = processes.threads[thread].owed
    processes.threads[thread].owed = 0
    let isCrowded = processes.burning >= setup.cores
    let after =
      isCrowded ? wake.crowdedAfter : processes.burning == setup.cores - 1 ? wake.takenAfter : 0
    let share = after > 0 ? 1 - exp(-asleep / after) : 0
    // A wait takes three quarters of the longest, in the mean.
    let crowd = Double(processes.burning) / Double(setup.cores)
    let late = isCrowded ? wake.crowdedShare * owed * crowd : 0
    let longest = max(wake.coreWait, late / 0.75)
    let owing = longest > 0 ? late / (0.75 * longest) : 0
    guard share + owing > 0, processes.random.unit() < share + owing else { return 0 }
    return longest * (0.5 + 0.5 * processes.random.unit())
  }
}
