import Augmentation
import Pipeline
import Quantities

/// A scenario as the engine follows it: times in nanoseconds, programs computed.
struct SimulationSetup {
  let generation: Int
  let scenario: Scenario
  let costs: StageCosts
  let loader: Loader
  let limit: Int
  /// Threads that make batches.
  let makers: Int
  /// Whether the consumer makes each batch itself; the first worker stands for it.
  let makesInLoop: Bool
  /// Batches that may be under way while the consumer trains, and while it waits for one.
  let ahead: Int
  let aheadWhenWanted: Int
  /// Whether threads share an interpreter lock; a loop that makes its batches is one thread.
  let hasLock: Bool
  let switchInterval: Nanoseconds
  let host: Double
  let transfer: Double
  /// Nanoseconds after an update's last pass.
  let allReduce: Double
  /// Pictures an epoch.
  let samplesPerEpoch: Int
  /// What lies between two epochs.
  let boundary: EpochBoundary
  /// Whether no batch of an epoch is made before it begins.
  let beginsAnew: Bool
  /// The device's time where every step takes the same; `Duration`'s arithmetic is slow.
  let constantCompute: Double?
  /// The wait for a picture in nanoseconds, where it is the same for every one.
  private let constantLoadWait: Double?
  /// The stages' waits for a picture, in nanoseconds.
  private let stageWait: Double
  /// Threads that burn while the consumer does.
  let loopThreads: Double
  let cores: Int
  /// More threads burn than there are cores.
  let isCrowded: Bool
  /// Batches in 10⁶ bytes: a full one, and the short one at the end of a pass.
  let megabytes: (full: Double, short: Double)
  /// The processors' speed changes: more threads burn than there are cores, or a governor is on.
  let isElastic: Bool

  private let fullPictures: Int
  private let shortPictures: Int
  private let batchesPerPass: Int
  /// A batch's way through a pool of processes; nil where the loader has none, or its costs aren't known.
  let pool: (full: PoolTimes, short: PoolTimes)?
  /// Of a full batch and of the short one at the end of a pass.
  private let fullProgram: BatchProgram
  private let shortProgram: BatchProgram

  init(
    generation: Int, scenario: Scenario, dataset: DatasetFacts, costs: StageCosts, cores: Int,
    isEndless: Bool
  ) {
    self.generation = generation
    self.scenario = scenario
    self.costs = costs
    loader = scenario.loader
    limit = scenario.queueLimit
    makers = scenario.makers(machineCores: cores)
    makesInLoop = scenario.makesInLoop
    ahead = scenario.ahead(isWanted: false)
    aheadWhenWanted = scenario.ahead(isWanted: true)
    hasLock = scenario.hasSharedLock && !scenario.makesInLoop
    host = Double(Nanoseconds(scenario.consumer.host).count)
    transfer = Double(Nanoseconds(scenario.consumer.transfer).count)
    allReduce = Double(Nanoseconds(scenario.consumer.allReduce).count)
    samplesPerEpoch = scenario.samplesPerEpoch ?? dataset.count
    boundary = isEndless ? EpochBoundary() : scenario.boundary(machineCores: cores)
    beginsAnew = scenario.loader.beginsEpochsAnew && !isEndless
    if case .constant(let time) = scenario.consumer.compute {
      constantCompute = Double(Nanoseconds(time).count)
    } else {
      constantCompute = nil
    }
    constantLoadWait =
      switch scenario.loadWait {
      case nil: 0
      case .constant(let time): Double(Nanoseconds(time).count)
      case .some: nil
      }
    stageWait = costs.waits.sum
    loopThreads = costs.loopThreads
    self.cores = scenario.cores ?? cores
    let most = Double(scenario.burningThreads) + loopThreads - 1
    isCrowded = most > Double(self.cores)
    isElastic = scenario.governor != nil || isCrowded

    let (full, rest) = dataset.count.quotientAndRemainder(dividingBy: scenario.batchSize)
    fullPictures = min(scenario.batchSize, dataset.count)
    shortPictures = rest > 0 ? rest : fullPictures
    batchesPerPass = full + (rest > 0 ? 1 : 0)
    let picture = Double(dataset.shape.count * MemoryLayout<Float>.stride) * 1e-6
    megabytes = (picture * Double(fullPictures), picture * Double(shortPictures))
    var interval = Duration.milliseconds(5)
    var sides = (
      full: costs.serialization * Double(fullPictures),
      short: costs.serialization * Double(shortPictures)
    )
    if case .profile(let profile) = scenario.costs {
      interval = profile.switchInterval
      if scenario.loader.serializes {
        func side(_ pictures: Int) -> Double {
          Double(profile.serialization(pictures: pictures, shape: dataset.shape).count)
        }
        sides = (side(fullPictures), side(shortPictures))
      }
    }
    switchInterval = Nanoseconds(interval)
    pool = Self.pool(scenario, costs, makers: makers, cores: self.cores, megabytes)
    if let pool { sides = (pool.full.work, pool.short.work) }
    fullProgram = BatchProgram(costs: costs, pictures: fullPictures, serialization: sides.full)
    shortProgram = BatchProgram(costs: costs, pictures: shortPictures, serialization: sides.short)
  }

  /// Whether the loader's processes are simulated thread by thread, which takes their costs.
  var hasProcesses: Bool {
    loader == .torch && !makesInLoop && costs.loader?.owners.contains(.torch) ?? false
  }

  private static func pool(
    _ scenario: Scenario, _ costs: StageCosts, makers: Int, cores: Int,
    _ megabytes: (full: Double, short: Double)
  ) -> (full: PoolTimes, short: PoolTimes)? {
    guard scenario.loader == .keras3Processes, let parts = costs.loader,
      parts.owners.contains(.keras3)
    else { return nil }
    let loading = scenario.loadWait.map { $0.mean.seconds * 1e9 } ?? 0
    let burners = PoolTimes.burners(
      makers: makers, work: costs.perPicture.sum, wait: loading + costs.waits.sum)
    func times(_ megabytes: Double) -> PoolTimes {
      PoolTimes(parts, megabytes: megabytes, burners: burners, cores: cores)
    }
    return (times(megabytes.full), times(megabytes.short))
  }

  /// The last batch of a pass over the data may be short, as Keras's flow has it.
  @inline(__always) func isShort(_ batch: Int) -> Bool {
    shortPictures != fullPictures && batch % batchesPerPass == batchesPerPass - 1
  }

  /// A batch's work relative to the mean batch's, by the scenario's spread.
  @inline(__always) func pace(_ batch: Int) -> Double {
    scenario.spread == nil
      ? 1 : scenario.pace(batch: batch, pictures: pictures(isShort(batch)))
  }

  /// Whether a wait is so long that the next batch is slower.
  @inline(__always) func isRest(_ wait: Double) -> Bool {
    costs.afterRest > 0 && wait >= Double(WorkersReading.rest.count)
  }

  /// What a batch takes more after a rest, relative to its work.
  func restShare(_ work: Double) -> Double { work > 0 ? costs.afterRest / work : 0 }

  /// Nanoseconds that a batch's worker waits for its pictures, in their loading and in all stages.
  ///
  /// - Parameter pace: Of its stages, relative to the mean batch's.
  func loadWait(_ batch: Int, at pace: Double) -> Double {
    let pictures = pictures(isShort(batch))
    let loading =
      constantLoadWait.map { $0 * Double(pictures) }
      ?? Double(scenario.loadWait(batch: batch, pictures: pictures).count)
    return loading + stageWait * Double(pictures) * pace
  }

  func pictures(_ isShort: Bool) -> Int { isShort ? shortPictures : fullPictures }

  /// Nanoseconds on each side of a pipe.
  @inline(__always) func serialization(_ isShort: Bool) -> Double {
    isShort ? shortProgram.serialization : fullProgram.serialization
  }

  @inline(__always) func withProgram<Answer>(
    _ isShort: Bool, _ body: (borrowing BatchProgram) -> Answer
  ) -> Answer { isShort ? body(shortProgram) : body(fullProgram) }
}
