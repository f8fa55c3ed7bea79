import Augmentation
import Host
import Pipeline
import Quantities
import Synchronization

/// What all threads of a session share.
final class SharedSession: Sendable {
  let clock: SessionClock
  let dataset: any DatasetSource
  /// Of the dataset, where the settings want them.
  let statistics: Statistics?
  let batchSize: Int
  let queue: BatchQueue
  let pool: BatchPool
  let flow: SharedFlow
  let interpreterLock: LiveInterpreterLock
  let governor: LiveGovernor
  let machineCores: Int
  private let roster: Monitor<Roster>
  private let stopping = Atomic<Bool>(false)
  private let failure = Monitor<String?>(nil)

  private struct Roster {
    var settings: RunSettings
    /// Workers that are here, or on their way.
    var workers: Set<Int> = []
  }

  init(
    scenario: Scenario, dataset: any DatasetSource, statistics: Statistics? = nil,
    clock: SessionClock, machineCores: Int
  ) {
    self.statistics = statistics
    self.clock = clock
    self.dataset = dataset
    self.machineCores = machineCores
    batchSize = scenario.batchSize
    let settings = RunSettings(
      generation: 0, scenario: scenario, shape: dataset.shape, machineCores: machineCores)
    roster = Monitor(Roster(settings: settings))
    queue = BatchQueue(rules: QueueRules(scenario), clock: clock)
    governor = LiveGovernor(
      scenario.governor, threads: scenario.workers + 1, cores: settings.cores)
    pool = BatchPool(count: scenario.batchSize * dataset.shape.count)
    flow = SharedFlow(settings: settings, dataset: dataset)
    interpreterLock = LiveInterpreterLock(
      interval: Nanoseconds(RunSettings.switchInterval(of: scenario)), clock: clock)
  }

  /// Of the newest generation.
  var settings: RunSettings { roster.withLock { $0.settings } }

  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  func adopt(_ settings: RunSettings) {
    roster.withLock { $0.settings = settings }
    flow.adopt(settings)
    interpreterLock.setInterval(
      Nanoseconds(RunSettings.switchInterval(of: settings.scenario)))
    queue.setRules(QueueRules(settings.scenario))
    governor.set(
      settings.scenario.governor, threads: settings.scenario.workers + 1, cores: settings.cores,
      at: clock.now)
  }

  /// Takes a worker in; false where it is here already.
  func register(worker: Int) -> Bool {
    roster.withLock { $0.workers.insert(worker).inserted }
  }

  /// Whether the scenario has no place for a worker any more; it has left then.
  ///
  /// One step with the look at the settings: a change that comes after it takes the worker in anew.
  func unregisterIfSurplus(worker: Int) -> Bool {
    roster.withLock { roster in
      guard worker >= roster.settings.scenario.workers else { return false }
      roster.workers.remove(worker)
      return true
    }
  }

  /// Why the session can't go on, if it can't.
  var fault: String? { failure.withLock { $0 } }

  /// Ends the session because a picture can't be read; the first reason stays.
  func fail(_ reason: String) {
    failure.withLock { $0 = $0 ?? reason }
    stop()
  }

  func stop() {
    stopping.store(true, ordering: .relaxed)
    queue.stop()
  }
}
