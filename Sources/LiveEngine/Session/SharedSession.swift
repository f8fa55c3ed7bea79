import Augmentation
import Host
import Pipeline
import Quantities
import Synchronization

/// The parts of a session that all its threads share.
final class SharedSession: Sendable {
  let clock: SessionClock
  let dataset: any DatasetSource
  /// The dataset's statistics, where the scenario has featurewise settings.
  let statistics: Statistics?
  let batchSize: Int
  let settings: PublishedSettings
  let queue: BatchQueue
  let pool: BatchPool
  let flow: SharedFlow
  let interpreterLock: LiveInterpreterLock
  let governor: LiveGovernor
  let poolPipe = PoolPipe()
  let machineCores: Int
  /// Whether the consumer compares batches with the generator's.
  let checksBatches: Bool
  /// When the session's first workers have started, by the session's clock; nil where they start at once.
  let workersStart: Nanoseconds?
  /// Whether a picture is made at a set time after its beginning.
  private let endsByTheClock: Bool
  private let processes = Monitor(LoaderProcesses())
  private let compared = Atomic<Int>(0)
  /// Written by whoever asks, read by the consumer, which no other state depends on.
  private let restarts = Atomic<Int>(0)
  /// The numbers of workers that run or are about to.
  private let roster = Monitor<Set<Int>>([])
  private let stopping = Atomic<Bool>(false)
  private let failure = Monitor<String?>(nil)

  init(
    scenario: Scenario, dataset: any DatasetSource, statistics: Statistics? = nil,
    clock: SessionClock, machineCores: Int, checksBatches: Bool = false,
    endsByTheClock: Bool = false
  ) {
    self.checksBatches = checksBatches
    self.endsByTheClock = endsByTheClock
    self.statistics = statistics
    self.clock = clock
    self.dataset = dataset
    self.machineCores = machineCores
    batchSize = scenario.batchSize
    let start = Nanoseconds(scenario.firstStart.start)
    workersStart = start > .zero ? start : nil
    let settings = PublishedSettings(
      RunSettings(
        generation: 0, scenario: scenario, shape: dataset.shape, machineCores: machineCores,
        endsByTheClock: endsByTheClock))
    self.settings = settings
    queue = BatchQueue(settings: settings, clock: clock)
    let samples = scenario.samplesPerEpoch ?? dataset.count
    queue.beginEpoch(isNext: false) {
      scenario.batches(from: $0, holding: samples, of: dataset.count)
    }
    governor = LiveGovernor(settings: settings)
    pool = BatchPool(count: scenario.batchSize * dataset.shape.count)
    flow = SharedFlow(settings: settings, dataset: dataset)
    interpreterLock = LiveInterpreterLock(
      interval: { settings.current.switchInterval }, clock: clock)
  }

  /// Whether the session ends: threads finish their present batch or step and return.
  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  /// Publishes a changed scenario, and wakes the threads that wait by an older one's rules.
  func publish(_ scenario: Scenario, generation: Int) {
    settings.publish(
      RunSettings(
        generation: generation, scenario: scenario, shape: dataset.shape,
        machineCores: machineCores, endsByTheClock: endsByTheClock))
    governor.settingsWerePublished(at: clock.now)
    queue.settingsWerePublished()
  }

  /// Enters a worker into the roster; false where it is there already.
  func register(worker: Int) -> Bool {
    roster.withLock { $0.insert(worker).inserted }
  }

  /// Removes a worker that couldn't be started.
  func unregister(worker: Int) {
    roster.withLock { _ = $0.remove(worker) }
  }

  /// Removes a worker that the scenario has no place for; false where it has one.
  ///
  /// Settings are read under the roster's lock: where a later change needs the worker again, the
  /// worker is either still registered, or that change registers it and starts it anew.
  func unregisterIfSurplus(worker: Int) -> Bool {
    roster.withLock { roster in
      guard worker >= settings.current.makers else { return false }
      roster.remove(worker)
      return true
    }
  }

  /// The process of a `DataLoader`'s worker, begun at the first call.
  ///
  /// - Throws: `ThreadFault` where the system gives too few threads.
  func process(ofWorker number: Int) throws(ThreadFault) -> LoaderProcess {
    try processes.withLock { processes throws(ThreadFault) in
      if let process = processes.all[number] { return process }
      let process = LoaderProcess(number: number, shared: self)
      processes.all[number] = process
      if processes.areStopped { process.stop() }
      try process.start(shared: self)
      return process
    }
  }

  /// Waits for the threads of all workers' processes to end; only after `stop` and the end of workers and
  /// consumer.
  func joinProcesses() {
    for process in processes.withLock({ Array($0.all.values) }) { process.join() }
  }

  /// The reason why the session can't go on; nil while it can.
  var fault: String? { failure.withLock { $0 } }

  /// Batches that the consumer has compared with the generator's.
  var batchesCompared: Int { compared.load(ordering: .relaxed) }

  /// How often the user had the epoch begin anew.
  var epochRestarts: Int { restarts.load(ordering: .relaxed) }

  /// The epoch begins anew after the present step.
  func restartEpoch() { restarts.add(1, ordering: .relaxed) }

  /// For the consumer, after each comparison.
  func countCompared(_ batches: Int) { compared.store(batches, ordering: .relaxed) }

  /// Ends the session for a reason that people are shown; the first one stays.
  func fail(_ reason: String) {
    failure.withLock { $0 = $0 ?? reason }
    stop()
  }

  func stop() {
    stopping.store(true, ordering: .relaxed)
    queue.stop()
    processes.withLock { processes in
      processes.areStopped = true
      for process in processes.all.values { process.stop() }
    }
  }

  private struct LoaderProcesses {
    var all: [Int: LoaderProcess] = [:]
    var areStopped = false
  }
}
