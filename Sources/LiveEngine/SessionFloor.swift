import Augmentation
import Pipeline
import Synchronization

/// What all threads of a session share.
final class SessionFloor: Sendable {
  let clock: SessionClock
  let dataset: any DatasetSource
  let batchSize: Int
  let queue: BatchQueue
  let pool: BatchPool
  let flow: SharedFlow
  let interpreterLock: LiveInterpreterLock
  let machineCores: Int
  private let current: Mutex<RunSettings>
  private let stopping = Atomic<Bool>(false)
  private let failure = Mutex<String?>(nil)

  init(scenario: Scenario, dataset: any DatasetSource, clock: SessionClock, machineCores: Int) {
    self.clock = clock
    self.dataset = dataset
    self.machineCores = machineCores
    batchSize = scenario.batchSize
    let settings = RunSettings(
      generation: 0, scenario: scenario, shape: dataset.shape, machineCores: machineCores)
    current = Mutex(settings)
    queue = BatchQueue(loader: scenario.loader, limit: scenario.queueLimit, clock: clock)
    pool = BatchPool(count: scenario.batchSize * dataset.shape.count)
    flow = SharedFlow(settings: settings, dataset: dataset)
    interpreterLock = LiveInterpreterLock(
      interval: Nanoseconds(RunSettings.switchInterval(of: scenario)), clock: clock)
  }

  /// Of the newest generation.
  var settings: RunSettings { current.withLock { $0 } }

  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  func adopt(_ settings: RunSettings) {
    current.withLock { $0 = settings }
    flow.adopt(settings)
    queue.setRules(loader: settings.scenario.loader, limit: settings.scenario.queueLimit)
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
