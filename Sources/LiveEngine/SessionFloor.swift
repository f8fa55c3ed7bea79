internal import Augmentation
internal import Pipeline
internal import Synchronization

/// What all threads of a session share.
final class SessionFloor: Sendable {
  let clock: SessionClock
  let dataset: any DatasetSource
  let batchSize: Int
  let queue: BatchQueue
  let pool: BatchPool
  let flow: BatchFlow
  let interpreterLock: LiveInterpreterLock
  let machineCores: Int
  private let current: Mutex<RunSettings>
  private let stopping = Atomic<Bool>(false)

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
    flow = BatchFlow(settings: settings, count: dataset.count)
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

  func stop() {
    stopping.store(true, ordering: .relaxed)
    queue.stop()
  }
}
