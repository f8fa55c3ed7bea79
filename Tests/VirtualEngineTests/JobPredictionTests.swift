import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import VirtualEngine

/// Predictions for somebody's own job: from what its reading measured, whatever its first steps were.
@Suite struct JobPredictionTests {
  private static let facts = DatasetFacts(
    count: 3_200, shape: PictureShape(height: 32, width: 32, channels: 3))

  /// A job's session, on simulated time: batches of 32 with two workers.
  private func reading(_ change: (inout Scenario) -> Void = { _ in }) throws -> Reading {
    var scenario = try PresetCatalog.scenario(named: "fast-gpu")
    scenario.dataset = .job(dataset: "Photos")
    scenario.samplesPerEpoch = nil
    scenario.loader = .torch
    scenario.workers = 2
    scenario.interpreterLock = false
    change(&scenario)
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts,
        costs: CostModel(kernels: nil, shape: Self.facts.shape), machineCores: 4))
    session.advance(by: .seconds(4))
    return session.reading
  }

  @Test func theEpochNowIsTheMeasuredOne() throws {
    var reading = try reading()
    reading.consumer.batchesPerSecond *= 0.8
    let predictions = try Predictor(reading).predictions()
    #expect(abs(predictions.now * reading.consumer.batchesPerSecond / 100 - 1) < 0.01)
    #expect(predictions.scenario == reading.scenario)
  }

  /// The scenario has the first steps; later ones that take twice as long are what counts.
  @Test func theStepIsTheMeasuredOne() throws {
    var reading = try reading { $0.consumer.compute = .constant(.milliseconds(20)) }
    let first = try Predictor(reading).predictions()
    reading.consumer.step = .milliseconds(40)
    reading.consumer.batchesPerSecond /= 2
    reading.timeline.gpu = []
    let later = try Predictor(reading).predictions()
    let faster = try #require(
      later.epochs.first { if case .compute = $0.key { true } else { false } })
    #expect(abs(later.now / first.now - 2) < 0.05)
    #expect(abs(faster.value.seconds / first.now - 1) < 0.05, "\(faster)")
  }

  /// A validation is part of each predicted epoch, and no change makes it shorter.
  @Test func validationStaysAsItIs() throws {
    var reading = try reading()
    let without = try Predictor(reading).predictions()
    reading.epoch.phaseShares = [PhaseShare(kind: .validation, seconds: 2)]
    let with = try Predictor(reading).predictions()
    #expect(abs(with.now - without.now - 2) < 1e-6)
    for (change, epoch) in without.epochs {
      #expect(abs((with.epochs[change]?.seconds ?? 0) - epoch.seconds - 2) < 1e-6)
    }
  }

  /// A recorded job that runs on has the steps and the validation that were measured, not its first steps'.
  @Test func aRecordedJobRunsOnAsMeasured() throws {
    var reading = try reading { $0.consumer.compute = .constant(.milliseconds(20)) }
    reading.consumer.step = .milliseconds(40)
    reading.timeline.gpu = []
    reading.epoch.phaseShares = [PhaseShare(kind: .validation, seconds: 2)]
    let scenario = reading.measuredScenario
    #expect(scenario.consumer.wholeStep == .milliseconds(40))
    #expect(scenario.validationTime == .seconds(2))
    #expect(throws: Never.self) { try scenario.check() }
  }

  /// A loop that makes batches itself wins all of a transform's time, and most with a worker.
  @Test func aLoopWithoutWorkersTakesTurns() throws {
    let reading = try reading { $0.workers = 0 }
    let make = try #require(reading.workers.make?.seconds)
    let step = try #require(reading.consumer.step?.seconds)
    let predictions = try Predictor(reading).predictions()
    #expect(abs(predictions.now / (100 * (make + step)) - 1) < 0.05)
    let warp = try #require(reading.stage(Stage.warp.id)?.share)
    let off = try #require(predictions.epochs[.stage(Stage.warp.id, on: false)])
    #expect(abs(off.seconds / (100 * (make * (1 - warp) + step)) - 1) < 0.05, "\(off)")
    let worker = try #require(predictions.epochs[.workers(1)])
    #expect(abs(worker.seconds / (100 * max(make, step)) - 1) < 0.1, "\(worker)")
  }

  /// Another library's loader is predicted between bounds, the worst of which has the transforms hold Python's lock;
  /// it is never what is advised.
  @Test func otherLoadersHaveBounds() throws {
    var reading = try reading { $0.consumer.compute = .constant(.microseconds(100)) }
    reading.scenario.apply(.costs(.native))
    reading.scenario.interpreterLock = false
    let advice = try Predictor(reading).advice()
    func line(_ loader: Loader) -> Advice.Line? {
      advice.singles.first { $0.changes == [.loader(loader)] }
    }
    for loader in Loader.allCases {
      #expect((line(loader) != nil) == (loader != .torch), "\(loader)")
    }
    let threads = try #require(line(.keras3))
    // Two workers that never hold the lock make as much as now, two that always hold it half.
    #expect(abs(threads.epoch.low / advice.now.seconds - 1) < 0.1, "\(threads)")
    #expect((1.6...2.4).contains(threads.epoch.high / advice.now.seconds), "\(threads)")
    #expect(threads.price == .rewriting)
    // A pipe costs something, or nothing.
    let pool = try #require(line(.keras3Processes))
    #expect(pool.epoch.high > pool.epoch.low * 1.05, "\(pool)")
    #expect(advice.bestSingle?.price != .rewriting)
    #expect(
      try Predictor(reading).withPairs(advice).pairs?.contains { $0.price == .rewriting } == false)
  }

  /// Decoding can't be left out, but done once beforehand; what holds the stages together can't.
  @Test func decodingIsPredictedAway() {
    var scenario = Scenario(name: "train.py", dataset: .job(dataset: "Photos"))
    let list = StageList(
      ["getitem", "decode", "Flip", "collate"].map { SessionStage($0, isSwitchable: $0 == "Flip") })
    scenario.stages = list.all
    let changes = scenario.singleChanges(list).filter {
      if case .stage = $0 { true } else { false }
    }
    #expect(changes.map { $0.label(list) } == ["decode done beforehand", "Flip off"])
    #expect(changes.map { [$0].price(list, isJob: true) } == [.nothing, .augmentation])
  }

  /// Workers that wait need no cores: twice as many make twice as much on two. Workers that burn don't, nor do those
  /// whose wait was one for a core.
  @Test(arguments: [(0.95, 1.9...2.1), (0.5, 1.3...2.05), (0, 0.97...1.03)])
  func waitingNeedsNoCore(waiting: Double, wanted: ClosedRange<Double>) throws {
    var reading = try reading { $0.consumer.compute = .constant(.microseconds(100)) }
    reading.cores = 2
    reading.scenario.apply(.costs(.native))
    let (make, count) = (Nanoseconds.milliseconds(64), Int64(32))
    reading.workers.make = make
    reading.workers.idle = Nanoseconds(seconds: make.seconds * waiting)
    reading.workers.cpu = Nanoseconds(seconds: make.seconds * (1 - waiting))
    reading.workers.spread = []
    let first = reading.stages[0].stage.id
    for index in reading.stages.indices {
      reading.stages[index].wallPerImage =
        index == 0 ? Nanoseconds(make.count / count) : .zero
      reading.stages[index].cpuPerImage =
        index == 0 ? Nanoseconds((make - reading.workers.idle).count / count) : .zero
      reading.stages[index].idlePerImage =
        index == 0 ? Nanoseconds(reading.workers.idle.count / count) : .zero
    }
    reading.consumer.step = .microseconds(200)
    reading.consumer.batchesPerSecond = 2 / make.seconds
    reading.timeline.gpu = []
    let predictor = try Predictor(reading)
    let costs = try predictor.costs(of: reading.scenario)
    #expect(abs(costs.waits[first.index] * Double(count) / (make.seconds * 1e9) - waiting) < 1e-6)
    let ratio = try predictor.epoch().seconds / predictor.epoch(after: [.workers(4)]).seconds
    #expect(wanted.contains(ratio), "\(ratio)")
  }

  /// Workers that start anew cost what lies between epochs, and the first batch's wait beyond its making; both are
  /// saved where workers stay. Where no epoch has ended there is no row.
  @Test func workersThatStayAreWorthTheirStart() throws {
    var reading = try reading { $0.keepsWorkers = false }
    let make = try #require(reading.workers.make)
    let without = try Predictor(reading).predictions()
    #expect(without.epochs[.keptWorkers(true)] == nil)
    var job = JobReading()
    job.restart = WorkerRestart(
      between: .milliseconds(200), firstWait: make + .milliseconds(50), epochs: 0)
    reading.job = job
    let predictor = try Predictor(reading)
    let (now, then) = (
      try predictor.epoch().seconds, try predictor.epoch(after: .keptWorkers(true)).seconds
    )
    #expect(abs(now - without.now - 0.25) < 1e-3, "\(now), \(without.now)")
    #expect(abs(then - without.now) < 1e-3)
    #expect(abs(predictor.pauses() - 0.25) < 1e-3)
    // The waits of epochs that were measured contain theirs.
    job.restart?.epochs = 1000
    reading.job = job
    let whole = try Predictor(reading).predictions()
    #expect(abs(whole.now - without.now - 0.2) < 1e-3)
    #expect(
      whole.epochs[.keptWorkers(true)].map { abs($0.seconds - without.now + 0.05) < 1e-3 } == true)
    // A loop that makes batches itself starts none.
    let alone = try Predictor(reading).pauses(after: [.workers(0)])
    #expect(alone == 0)
  }

  /// A copy to the device is hidden behind the step before where memory is pinned; without a device there is no row.
  @Test func pinnedMemoryHidesTheCopy() throws {
    var reading = try reading { $0.consumer.compute = .constant(.milliseconds(40)) }
    #expect(try Predictor(reading).predictions().epochs[.pinnedMemory(true)] == nil)
    var job = JobReading()
    job.copy = .milliseconds(10)
    reading.job = job
    let predictions = try Predictor(reading).predictions()
    let pinned = try #require(predictions.epochs[.pinnedMemory(true)])
    #expect(abs(predictions.now / (100 * 0.04) - 1) < 0.02, "\(predictions.now)")
    #expect(abs(pinned.seconds / (100 * 0.03) - 1) < 0.02, "\(pinned)")
  }

  /// A loop that always waits for its batches takes its time to get one all the same, which limits it once workers are
  /// many.
  @Test func gettingABatchIsTheLoopsWork() throws {
    var reading = try reading { $0.consumer.compute = .constant(.microseconds(400)) }
    reading.cores = 16
    reading.queue.medianDepth = 0
    reading.consumer.wakeLatency = .microseconds(400)
    reading.consumer.step = .microseconds(400)
    reading.timeline.gpu = []
    let make = try #require(reading.workers.make?.seconds)
    reading.consumer.batchesPerSecond = 2 / make
    let predictor = try Predictor(reading)
    let ratio = try predictor.epoch().seconds / predictor.epoch(after: .workers(12)).seconds
    #expect(abs(ratio * 0.0008 / (make / 2) - 1) < 0.1, "\(ratio), \(make)")
  }

  @Test func workersAndPrefetchArePredicted() throws {
    let predictions = try Predictor(try reading()).predictions()
    #expect(predictions.epochs[.workers(3)] != nil && predictions.epochs[.prefetch(3)] != nil)
  }
}
