import Augmentation
import Glibc
import Pipeline
import Quantities
import Testing

@testable import VirtualEngine

/// The processes of PyTorch's DataLoader on simulated time, mechanism by mechanism.
struct LoaderProcessesTests {
  /// Made and trained in milliseconds, by one worker whose parts cost nothing but what `parts` says.
  private func rate(
    make: Double = 4, step: Double = 1, workers: Int = 1, ahead: Int = 2, timed: Bool = false,
    lockFree: Double = 0, cores: Int = 8, tensors: Int = 1,
    _ parts: [LoaderCosts.Part: Double]
  ) throws -> Double {
    let scenario = scenario(
      make: make, step: step, workers: workers, ahead: ahead, lockFree: lockFree, tensors: tensors,
      parts)
    guard case .profile(let profile) = scenario.costs else {
      Issue.record("a profile's costs")
      return 0
    }
    var costs = StageCosts(scenario, profile: profile, shape: .cifar)
    costs.endsByTheClock = timed
    let epoch = try #require(
      EpochSimulation(
        scenario, dataset: DatasetFacts(count: 64_000, shape: .cifar), costs: costs,
        machineCores: cores))
    return epoch.batchesPerSecond
  }

  private func scenario(
    make: Double, step: Double, workers: Int, ahead: Int, lockFree: Double = 0, tensors: Int = 1,
    _ parts: [LoaderCosts.Part: Double]
  ) -> Scenario {
    var costs = LoaderCosts()
    for (part, microseconds) in parts { costs[part] = .seconds(rounding: microseconds * 1e-6) }
    costs.tensors = tensors
    var scenario = Scenario(name: "processes")
    scenario.stages = .fixed
    scenario.loader = .torch
    scenario.workers = workers
    scenario.prefetch = ahead
    scenario.consumer.compute = .constant(.seconds(rounding: step * 1e-3))
    let picture = Duration.seconds(rounding: make * 1e-3 / 32)
    var profile = CostProfile(
      name: "set", stages: [Stage.load.rawValue: StageCost(fixed: .zero, perPicture32: picture)])
    profile.stages[Stage.load.rawValue]?.lockFree = lockFree
    profile.loader = costs
    scenario.apply(.costs(.profile(profile)))
    return scenario
  }

  private func isNear(_ rate: Double, _ expected: Double, within share: Double = 0.03) -> Bool {
    abs(rate / expected - 1) < share
  }

  /// A worker-bound loader: what the worker does besides the pictures makes its batch longer.
  @Test func theWorkersPartsAddToItsBatch() throws {
    let rate = try rate(
      make: 4, step: 0.1, lockFree: 1, [.get: 100, .collate: 600, .put: 300])
    #expect(isNear(rate, 1_000 / 5.0), "\(rate)")
  }

  /// Ten milliseconds of making among many workers, and a step of 5: the consumer's parts make the step
  /// longer.
  @Test func theConsumersPartsAddToItsStep() throws {
    let rate = try rate(
      make: 10, step: 5, workers: 8, lockFree: 1,
      [.receive: 300, .map: 200, .putIndex: 200, .loop: 300])
    #expect(isNear(rate, 1_000 / 6.0), "\(rate)")
  }

  /// Four messages to and from the descriptor server for each tensor.
  @Test func descriptorsArePassedForEachTensor() throws {
    let parts: [LoaderCosts.Part: Double] = [.hop: 60, .serve: 40]
    let one = try rate(make: 10, step: 5, workers: 8, lockFree: 1, parts)
    let three = try rate(make: 10, step: 5, workers: 8, lockFree: 1, tensors: 3, parts)
    #expect(isNear(one, 1_000 / 5.4), "\(one)")
    #expect(isNear(three, 1_000 / 6.2), "\(three)")
  }

  /// Two workers that burn on one core share it.
  @Test func burningThreadsShareCores() throws {
    let two = try rate(make: 4, step: 0.1, workers: 2, lockFree: 1, cores: 2, [:])
    let one = try rate(make: 4, step: 0.1, workers: 2, lockFree: 1, cores: 1, [:])
    #expect(isNear(two, 500), "\(two)")
    #expect(isNear(one, 250), "\(one)")
  }

  /// A descriptor server that has slept finds its core taken by a worker that burns: with cores to spare nothing
  /// waits, and a longer sleep waits more often.
  @Test func aWokenThreadWaitsForItsCore() throws {
    func rate(_ after: Double, cores: Int = 2, make: Double = 8) throws -> Double {
      try self.rate(
        make: make, step: 0.1, workers: 2, timed: true, lockFree: 1, cores: cores,
        [.coreWait: 4_000, .crowdedAfter: after, .takenAfter: after])
    }
    let (never, seldom, often) = (try rate(1e9), try rate(50_000), try rate(1_000))
    #expect(
      isNear(never, 250) && seldom < never && often < 0.9 * never, "\(never), \(seldom), \(often)")
    #expect(isNear(try rate(1_000, cores: 8), 250))
  }

  /// A picture that looks at the clock ends in time though the consumer takes the core for a moment, unless it would
  /// have ended meanwhile: of 1.5 ms pictures of 2 ms lose 0.56, those of 0.125 ms nearly all. Where makers are more than
  /// cores, they take turns.
  @Test func timedWorkEndsInTimeUnlessAPictureEndsMeanwhile() throws {
    func batch(make: Double, workers: Int = 1, timed: Bool) throws -> Double {
      try 1_000
        / self.rate(
          make: make, step: 0.1, workers: workers, timed: timed, cores: 1, [.receive: 1_500])
    }
    let (long, longOther) = (try batch(make: 64, timed: true), try batch(make: 64, timed: false))
    #expect(isNear(long - 64, 0.56, within: 0.1), "\(long)")
    #expect(longOther - 64 > 1.2, "\(longOther)")
    let short = try batch(make: 4, timed: true)
    #expect(isNear(short - 4, 1.44, within: 0.1), "\(short)")
    let shared = try batch(make: 4, workers: 2, timed: true)
    #expect(shared > 3.9, "\(shared)")
  }

  /// What a picture loses is, over all places where the core may be taken, what ends after its set time.
  @Test(arguments: [10.0, 400, 1_000, 1_700])
  func aSetTimeLosesWhatItDoesntSpan(length: Double) {
    var picture = PictureWork()
    picture.held = 1_000
    let places = (0..<1_000).map { max(0, length - (Double($0) + 0.5)) }
    #expect(isNear(picture.lost(to: length), places.reduce(0, +) / 1_000))
  }

  /// Beside as many burning workers as there are cores a thread waits for what it has worked before its sleep; beside
  /// fewer it doesn't, nor where it hasn't worked.
  @Test func aThreadThatHasWorkedIsLateAmongBurningWorkers() throws {
    func rate(_ lateness: Double, work: Double = 800, cores: Int = 2) throws -> Double {
      try self.rate(
        make: 14, step: 6, workers: 2, lockFree: 1, cores: cores,
        [.receive: work, .crowdedWork: lateness, .coreWait: 4_000])
    }
    let (none, some, much) = (try rate(0), try rate(1_000), try rate(3_000))
    #expect(some < 0.99 * none && much < 0.95 * some, "\(none), \(some), \(much)")
    #expect(try rate(3_000, cores: 8) == rate(0, cores: 8))
    #expect(try rate(3_000, work: 0) == rate(0, work: 0))
  }

  /// Pictures that are made stretch by stretch come to their end whatever times they take: the sums of their stretches
  /// aren't exact.
  @Test func stretchesOfAPictureComeToItsEnd() {
    var random = SplitMix(seed: 7)
    for _ in 0..<2_000 {
      var picture = PictureWork()
      picture.held = 200_000 * random.unit()
      picture.free = 20_000 * random.unit()
      let scale = 0.5 + random.unit()
      var position = 1e7 * random.unit()
      for _ in 0..<8 {
        let begun = position
        let first = picture.offset(at: position, scale: scale)
        position += max(0, picture.held * scale - first)
        position += max(0, picture.period * scale - picture.offset(at: position, scale: scale))
        #expect(position - begun > 0.999 * (picture.period * scale - first))
        guard picture.offset(at: position, scale: scale) < 1 else {
          Issue.record("a picture that has no end: \(picture), scale \(scale), \(position) ns")
          return
        }
      }
    }
  }

  @Test func theSameSeedGivesTheSameEpoch() throws {
    let parts: [LoaderCosts.Part: Double] = [.pickle: 200, .wakeLeast: 20, .wakeMost: 60]
    let first = try rate(workers: 3, parts)
    #expect(try first == rate(workers: 3, parts))
  }

  /// Batches made are batches trained or on their way, over changes of workers and loader.
  @Test func changesLoseNoBatch() throws {
    let parts: [LoaderCosts.Part: Double] = [.pickle: 200, .hop: 40, .wakeLeast: 30, .wakeMost: 60]
    var scenario = scenario(make: 4, step: 1, workers: 2, ahead: 2, parts)
    guard case .profile(let profile) = scenario.costs else { return }
    func costs() -> StageCosts { StageCosts(scenario, profile: profile, shape: .cifar) }
    var simulation = Simulation(
      scenario, dataset: DatasetFacts(count: 9_600, shape: .cifar), costs: costs(),
      machineCores: 2, listener: Counter())
    var generation = 0
    for change in [
      ScenarioChange.workers(3), .loader(.kerasThreads), .loader(.torch), .loader(.blocking),
      .workers(1), .loader(.torch), .prefetch(5), .workers(4),
    ] {
      let before = simulation.steps
      simulation.run(steps: before + 37)
      #expect(simulation.steps == before + 37, "before \(change)")
      scenario.apply(change)
      generation += 1
      simulation.adopt(scenario, costs: costs(), generation: generation)
    }
    simulation.run(steps: simulation.steps + 100)
    let counter = simulation.listener
    #expect(Set(counter.made).count == counter.made.count)
    #expect(Set(counter.trained).count == counter.trained.count)
    #expect(Set(counter.trained).isSubset(of: Set(counter.made)))
    // Every number up to the highest was made: none was lost.
    let highest = try #require(counter.trained.max())
    #expect(Set(counter.trained) == Set(0...highest).intersection(counter.made))
    #expect(Set(0..<(highest - 40)).isSubset(of: Set(counter.trained)))
  }

  private struct Counter: SimulationListener {
    static let listens = true
    var made: [Int] = []
    var trained: [Int] = []

    mutating func receive(_ event: Event) {
      switch event {
      case .made(let batch): made.append(batch.batch)
      case .stepped(let step): trained.append(step.batch)
      default: break
      }
    }
  }
}
