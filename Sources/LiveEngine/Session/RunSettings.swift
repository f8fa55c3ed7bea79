import Augmentation
import Pipeline
import Quantities

/// One generation of a session's settings, with all derived values that threads read. It is immutable,
/// so that one reference is a consistent view.
final class RunSettings: Sendable {
  /// 0 at the session's start, 1 more with each change.
  let generation: Int
  let scenario: Scenario
  /// The loader's rules at the queue.
  let queue: QueueRules
  /// How long a waiter waits before it asks the interpreter lock's holder to let go.
  let switchInterval: Nanoseconds
  /// Whether threads share an interpreter lock; a loop that makes its batches is one thread.
  let hasLock: Bool
  /// How much longer work takes after another thread had the lock; zero on one core, whose cache stays.
  let lockCold: Nanoseconds
  /// How each stage's charge is cut into stretches with the lock and without it, by shares.
  let stretches: PerStage<[LockStretch]>
  /// A profile's charge for each stage and picture; nil with native costs.
  let charges: PerStage<StageCharge>?
  /// What the stages wait for a picture; zero with native costs.
  let stageWait: Nanoseconds
  /// More threads burn than there are cores: then time off the processor is contention, and counts.
  let isCrowded: Bool
  /// A full batch's costs of a `DataLoader`; nil where the scenario has none, or no worker processes.
  private let loaderTimes: LoaderTimes?
  /// A full batch's way through a pool of processes; nil where the scenario has no such costs.
  private let fullPool: PoolTimes?
  /// The stages that draw random numbers.
  let drawingStages: [Stage]
  /// Cores of the scenario, at most those of the machine.
  let cores: Int
  /// Threads that make batches.
  let makers: Int
  /// What lies between two epochs, and before a session's first.
  let boundary: EpochBoundary
  private let firstStart: EpochBoundary
  /// A full batch's time on each side of a pipe; zero without a pipe.
  private let fullSerialization: Nanoseconds
  private let shape: PictureShape
  private let machineCores: Int

  /// - Parameter endsByTheClock: A picture is made at a set time after its beginning, however often other
  ///   threads have its processor meanwhile; only more makers than cores make it longer.
  init(
    generation: Int, scenario: Scenario, shape: PictureShape, machineCores: Int,
    endsByTheClock: Bool = false
  ) {
    self.generation = generation
    self.shape = shape
    self.scenario = scenario
    self.machineCores = machineCores
    let queue = QueueRules(scenario)
    self.queue = queue
    loaderTimes =
      queue.receives
      ? scenario.loaderCosts.map {
        LoaderTimes(
          $0, megabytes: Self.megabytes(pictures: scenario.batchSize, shape),
          isPinned: scenario.consumer.isPinned)
      } : nil
    cores = min(scenario.cores ?? machineCores, machineCores)
    makers = scenario.makers(machineCores: machineCores)
    boundary = scenario.boundary(machineCores: machineCores)
    firstStart = scenario.firstStart
    isCrowded = scenario.burningThreads > cores || queue.receives && !endsByTheClock
    drawingStages = Stage.allCases.filter {
      $0.draws && scenario.stages.contains($0.id) && !scenario.settings.isIdle($0)
    }
    hasLock = scenario.hasSharedLock && !scenario.makesInLoop
    var stretches = PerStage<[LockStretch]>(repeating: [])
    switch scenario.costs {
    case .native:
      charges = nil
      lockCold = .zero
      stageWait = .zero
      fullSerialization = .zero
      fullPool = nil
      switchInterval = .milliseconds(5)
    case .profile(let profile):
      var charges = PerStage<StageCharge>(repeating: .nothing)
      for stage in scenario.generatorStages {
        charges[stage.id.index] = profile.charge(stage, in: scenario.stages, shape: shape)
        let releases = profile.stages[stage.name]?.releases ?? []
        stretches[stage.id.index] = LockStretch.shares(of: releases)
      }
      lockCold = cores > 1 ? Nanoseconds(profile.lockCold) : .zero
      self.charges = charges
      stageWait = charges.indices.reduce(.zero) { $0 + charges[$1].waiting }
      fullPool = Self.pool(
        scenario, charges, makers: makers, cores: cores,
        megabytes: Self.megabytes(pictures: scenario.batchSize, shape))
      fullSerialization =
        if let fullPool {
          Nanoseconds(nearest: fullPool.work)
        } else if scenario.loader.serializes {
          profile.serialization(pictures: scenario.batchSize, shape: shape)
        } else {
          .zero
        }
      switchInterval = Nanoseconds(profile.switchInterval)
    }
    self.stretches = stretches
  }

  /// A batch's time on each side of a pipe; zero where workers and consumer share memory.
  func serialization(pictures: Int) -> Nanoseconds {
    fullSerialization * (Double(pictures) / Double(scenario.batchSize))
  }

  /// What a `DataLoader` costs for a batch; nil where the scenario has no such costs.
  func loaderTimes(pictures: Int) -> LoaderTimes? {
    guard pictures != scenario.batchSize, loaderTimes != nil else { return loaderTimes }
    return scenario.loaderCosts.map {
      LoaderTimes(
        $0, megabytes: Self.megabytes(pictures: pictures, shape),
        isPinned: scenario.consumer.isPinned)
    }
  }

  /// What a worker still works before its first batch once all have been started for an epoch, counted from 1.
  func bootLeft(of worker: Int, inEpoch number: Int) -> Nanoseconds {
    let start = number == 1 ? firstStart : boundary
    return Nanoseconds(start.bootLeft(of: worker, among: makers))
  }

  /// A batch's way through a pool of processes; nil where the scenario has no such costs.
  func poolTimes(pictures: Int) -> PoolTimes? {
    guard let charges, pictures != scenario.batchSize, fullPool != nil else { return fullPool }
    return Self.pool(
      scenario, charges, makers: makers, cores: cores,
      megabytes: Self.megabytes(pictures: pictures, shape))
  }

  private static func pool(
    _ scenario: Scenario, _ charges: PerStage<StageCharge>, makers: Int, cores: Int,
    megabytes: Double
  ) -> PoolTimes? {
    scenario.poolCosts.map { parts in
      let work = charges.indices.reduce(0) { $0 + charges[$1].total.seconds }
      let wait = charges.indices.reduce(0) { $0 + charges[$1].waiting.seconds }
      let burners = PoolTimes.burners(
        makers: makers, work: work, wait: wait + (scenario.loadWait?.mean.seconds ?? 0))
      return PoolTimes(parts, megabytes: megabytes, burners: burners, cores: cores)
    }
  }

  private static func megabytes(pictures: Int, _ shape: PictureShape) -> Double {
    Double(pictures * shape.count * MemoryLayout<Float>.stride) * 1e-6
  }

  /// The processors a thread may run on: one of its own where there are enough, else any of the
  /// scenario's. A consumer that only waits needs none.
  ///
  /// - Parameter thread: Workers from 0 on; the consumer comes after them.
  func processors(ofThread thread: Int) -> Range<Int> {
    isCrowded || queue.receives || thread >= cores ? 0..<cores : thread..<thread + 1
  }

  /// The processors the recorder may run on: the consumer's, which mostly waits, so that it takes
  /// nothing from a worker.
  var processorsOfRecorder: Range<Int> {
    isCrowded || queue.receives || makers >= machineCores ? 0..<machineCores : makers..<machineCores
  }
}

/// The loader's rules as the queue and the workers follow them.
struct QueueRules: Equatable, Sendable {
  let loader: Loader
  /// Batches held before workers wait.
  let limit: Int
  /// Batches that may be under way while the consumer trains, and while it waits for one.
  let ahead: Int
  let aheadWhenWanted: Int
  /// Whether the consumer makes each batch itself; the first worker stands for it.
  let makesInLoop: Bool
  /// Whether no batch of an epoch is made before it begins.
  let beginsAnew: Bool
  /// Whether batches come through a `DataLoader`'s pipe, from which the consumer receives them one by one.
  let receives: Bool

  init(_ scenario: Scenario) {
    loader = scenario.loader
    limit = scenario.queueLimit
    ahead = scenario.ahead(isWanted: false)
    aheadWhenWanted = scenario.ahead(isWanted: true)
    makesInLoop = scenario.makesInLoop
    beginsAnew = scenario.loader.beginsEpochsAnew
    receives = scenario.loader == .torch && !scenario.makesInLoop && scenario.loaderCosts != nil
  }
}
