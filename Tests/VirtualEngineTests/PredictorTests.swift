import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import VirtualEngine

/// Predictions held against the session itself, changed: on simulated time both are exact.
@Suite struct PredictorTests {
  private static let facts = DatasetFacts(
    count: 50_000, shape: PictureShape(height: 32, width: 32, channels: 3))

  private func session(
    _ scenario: Scenario, kernels: KernelTable? = nil
  ) throws -> VirtualSession {
    let session = VirtualSession(
      scenario: scenario, dataset: Self.facts,
      costs: CostModel(kernels: kernels, shape: Self.facts.shape), machineCores: 2)
    return try #require(session)
  }

  private func preset(_ name: String, _ change: (inout Scenario) -> Void = { _ in }) throws
    -> Scenario
  {
    var scenario = try PresetCatalog.scenario(named: name)
    change(&scenario)
    return scenario
  }

  @Test(arguments: [
    ScenarioChange.stage(.warp, on: false), .stage(.compose, on: false), .loader(.blocking),
    .loader(.torch), .workers(2), .queueLimit(5), .interpreterLock(false),
    .stage(.lens, on: false),
  ])
  func whatIsPredictedComesTrue(change: ScenarioChange) throws {
    for gpu in [1.0, 3.4, 12] {
      let scenario = try preset("fast-gpu") {
        $0.consumer.compute = .constant(.seconds(rounding: gpu * 1e-3))
      }
      let session = try session(scenario)
      session.advance(by: .seconds(4))
      let predicted = try Predictor(session.reading).epoch(after: change)
      session.apply(.change(change))
      session.advance(by: .seconds(20))
      let measured = try #require(session.reading.epoch.settled)
      let error = abs(predicted.seconds / measured.seconds - 1)
      // At a knife edge of the polling the band is wide, and the truth lies near it.
      let width = (predicted.high - predicted.low) / predicted.seconds
      // Two polling workers on two cores fall into one of several patterns, as real ones do.
      let isPolling = change == .workers(2)
      #expect(
        error < 0.03 + width || isPolling, "gpu \(gpu): \(predicted), \(measured.seconds)")
      #expect(error < 0.1, "gpu \(gpu): \(predicted), \(measured.seconds)")
      #expect(predicted.low <= predicted.seconds && predicted.seconds <= predicted.high)
    }
  }

  /// Predicts the inversion: the epoch is longer without the warp, but not with another loader.
  @Test func theInversionIsPredicted() throws {
    let session = try session(try preset("fast-gpu"))
    session.advance(by: .seconds(4))
    let predictions = try Predictor(session.reading).predictions()
    let delta = try #require(predictions.delta(flipping: .warp))
    #expect(delta.low > 1.5, "\(delta)")
    #expect(predictions.scenario == session.reading.scenario)
    let blocking = session.reading.scenario.applying(.loader(.blocking))
    let other = try self.session(blocking)
    other.advance(by: .seconds(4))
    let blockingDelta = try #require(
      try Predictor(other.reading).predictions().delta(flipping: .warp))
    #expect(blockingDelta.high < -0.4, "\(blockingDelta)")
  }

  /// Steps of a microsecond take as long as the copy of a batch does, longer ones as long as before.
  @Test func aStepIsNoShorterThanItsCopy() throws {
    let cheap = CostProfile(name: "cheap", stages: ["load": StageCost(fixed: .microseconds(1))])
    let scenario = try preset("fast-gpu") {
      $0.apply(.costs(.profile(cheap)))
      $0.loader = .blocking
      $0.consumer.host = .zero
      $0.consumer.compute = .constant(.microseconds(1))
    }
    var costs = StageCosts(scenario, profile: cheap, shape: Self.facts.shape)
    costs.copying = 200_000
    var simulation = Simulation(
      scenario, dataset: Self.facts, costs: costs, machineCores: 2,
      listener: SessionLedger(scenario: scenario, dataset: Self.facts, cores: 2))
    simulation.run(until: .seconds(4))
    let reading = simulation.listener.reading(at: .seconds(4))
    let measured = try #require(reading.epoch.settled).seconds
    let predictor = try Predictor(reading)
    #expect(abs(try predictor.epoch().seconds / measured - 1) < 0.02)
    let slower = try predictor.epoch(after: .compute(.milliseconds(1))).seconds
    #expect(abs(slower / (measured * 5) - 1) < 0.02)
  }

  /// Kernels whose stages add up.
  private func kernels(_ times: [Double], _ scenario: Scenario) -> KernelTable {
    var table = KernelTable(stages: .generator(scenario.settings))
    table[.all] = times
    return table
  }

  private func kernels(_ scenario: Scenario) -> KernelTable {
    kernels([Double](repeating: 100, count: Stage.allCases.count), scenario)
  }

  /// Without the warp the flip has to bring each picture to its place: stages don't add up.
  @Test func whatKernelsTakeTogetherIsWhatCounts() throws {
    let scenario = try preset("native") {
      $0.consumer.compute = .constant(.microseconds(10))
      $0.consumer.host = .zero
      $0.workers = 1
    }
    var walls = [Double](repeating: 0, count: Stage.allCases.count)
    walls[Stage.load.index] = 100
    walls[Stage.warp.index] = 3_000
    walls[Stage.horizontalFlip.index] = 500
    var table = kernels(walls, scenario)
    var without = [Double](repeating: 0, count: Stage.allCases.count)
    without[Stage.load.index] = 100
    without[Stage.horizontalFlip.index] = 4_000
    table[StageSet.all.setting(.warp, on: false)] = without
    let session = try session(scenario, kernels: table)
    session.advance(by: .seconds(3))
    let reading = session.reading
    let change = ScenarioChange.stage(.warp, on: false)
    let blind = try Predictor(reading).epoch(after: change)
    let predicted = try Predictor(reading, kernels: table).epoch(after: change)
    session.apply(.change(change))
    session.advance(by: .seconds(3))
    let measured = try #require(session.reading.epoch.settled)
    #expect(abs(predicted.seconds / measured.seconds - 1) < 0.02)
    #expect(blind.seconds < measured.seconds / 2)
    #expect(try predicted.seconds > Predictor(reading, kernels: table).epoch().seconds * 1.1)
    // Sets that differ only in idle stages share a cost; an unmeasured set's cost is its stages' sum.
    let changes: [ScenarioChange] = [change, .stage(.lens, on: false)]
    #expect(
      try Predictor(reading, kernels: table).epoch(after: changes).seconds == predicted.seconds)
    let flip = ScenarioChange.stage(.horizontalFlip, on: false)
    #expect(
      try Predictor(reading, kernels: table).epoch(after: flip)
        == Predictor(reading).epoch(after: flip))
  }

  /// Two workers share the memory: each is slower than one alone, if that one was alone.
  @Test func workersBesideEachOtherAreSlower() throws {
    let scenario = try preset("native") {
      $0.consumer.compute = .constant(.microseconds(10))
      $0.consumer.host = .zero
      $0.workers = 1
    }
    let session = try session(scenario, kernels: kernels(scenario))
    session.advance(by: .seconds(3))
    var kernels = kernels(scenario)
    func epoch(_ change: ScenarioChange) throws -> Double {
      try Predictor(session.reading, kernels: kernels).epoch(after: change).seconds
    }
    let free = try epoch(.workers(2))
    let queue = try epoch(.queueLimit(20))
    kernels.slowdowns[2] = 1.25
    #expect(try abs(epoch(.workers(2)) / free - 1.25) < 0.02)
    #expect(try epoch(.queueLimit(20)) == queue)
    // More than there are cores for don't work at once.
    kernels.slowdowns = [2: 1, 3: 10]
    #expect(try epoch(.workers(3)) < free * 1.1)
    // And back: one alone is as fast as it was.
    let alone = try #require(session.reading.epoch.settled)
    session.apply(.change(.workers(2)))
    session.advance(by: .seconds(3))
    kernels.slowdowns = [:]
    #expect(try abs(epoch(.workers(1)) / alone.seconds - 1) < 0.02)
    kernels.slowdowns = [2: 1.25]
    #expect(try abs(epoch(.workers(1)) / (alone.seconds / 1.25) - 1) < 0.02)
  }

  @Test func nativeCostsAreTheMeasuredOnes() throws {
    var walls = [Double](repeating: 100, count: Stage.allCases.count)
    walls[Stage.warp.index] = 3_000
    let scenario = try preset("native") {
      $0.consumer.compute = .constant(.microseconds(50))
      $0.consumer.host = .zero
      $0.workers = 1
    }
    let session = try session(scenario, kernels: kernels(walls, scenario))
    session.advance(by: .seconds(3))
    let change = ScenarioChange.stage(.warp, on: false)
    let predicted = try Predictor(session.reading).epoch(after: change)
    session.apply(.change(change))
    session.advance(by: .seconds(3))
    let measured = try #require(session.reading.epoch.settled)
    #expect(abs(predicted.seconds / measured.seconds - 1) < 0.02)
    // Off now, and measured before: switching it on again can be predicted too.
    let back = try Predictor(session.reading).epoch(
      after: .stage(.warp, on: true))
    #expect(back.seconds > predicted.seconds * 1.5)
  }

  @Test func whatCannotBePredictedSaysWhy() throws {
    let fresh = try session(try preset("fast-gpu"))
    #expect(throws: PredictionGap.measuring) { try Predictor(fresh.reading) }
    fresh.advance(by: .seconds(2))
    let predictor = try Predictor(fresh.reading)
    #expect(throws: PredictionGap.otherCosts) { try predictor.epoch(after: .costs(.native)) }
    #expect(throws: PredictionGap.self) { try predictor.epoch(after: .workers(0)) }

    let withoutWarp = try preset("native") { $0.apply(.stage(.warp, on: false)) }
    let native = try session(withoutWarp, kernels: kernels(withoutWarp))
    native.advance(by: .seconds(2))
    #expect(throws: PredictionGap.neverMeasured(.warp)) {
      try Predictor(native.reading).epoch(after: .stage(.warp, on: true))
    }
    // Unless somebody has tried.
    var tried = kernels(withoutWarp)
    tried[withoutWarp.stages] = [Double](repeating: 90, count: Stage.allCases.count)
    #expect(throws: Never.self) {
      try Predictor(native.reading, kernels: tried).epoch(after: .stage(.warp, on: true))
    }
  }

  /// Where more threads burn than there are cores, waiters for the lock wake up later.
  @Test func wakingUpForTheLockTakesTime() throws {
    let scenario = try preset("fast-gpu") {
      $0.loader = .blocking
      $0.consumer.compute = .constant(.milliseconds(1))
    }
    let session = try session(scenario)
    session.advance(by: .seconds(3))
    func epoch(_ latency: Nanoseconds, _ change: ScenarioChange) throws -> Double {
      let latencies = WakeLatencies(handOver: latency)
      return try Predictor(session.reading, latencies: latencies).epoch(after: change).seconds
    }
    let crowded = try epoch(.microseconds(10), .workers(2))
    #expect(try abs(epoch(.microseconds(200), .workers(2)) / crowded - 1) > 0.02)
    let roomy = try epoch(.microseconds(10), .workers(1))
    #expect(try abs(epoch(.microseconds(200), .workers(1)) / roomy - 1) < 0.001)
  }

  /// Its clock takes some windows to come down, in which hundreds of brief steps are trained.
  @Test func aGovernorsClockSettlesBeforeItIsMeasured() throws {
    let scenario = try preset("native") {
      $0.consumer.compute = .constant(.microseconds(50))
    }
    let session = try session(scenario, kernels: kernels(scenario))
    session.advance(by: .seconds(3))
    let change = ScenarioChange.governor(Governor())
    let predicted = try Predictor(session.reading).epoch(after: change)
    session.apply(.change(change))
    session.advance(by: .seconds(20))
    let measured = try #require(session.reading.epoch.settled)
    #expect(abs(predicted.seconds / measured.seconds - 1) < 0.02)
  }

  /// The published queue's knife edge: 1 ms to make, 1 ms to train.
  @Test func aKnifeEdgeIsSaidToBeOne() throws {
    let row = KerasQueueMeasurements.rows[2]
    let scenario = KerasQueueMeasurements.scenario(row)
    let session = try session(scenario)
    session.advance(by: .seconds(3))
    let predictor = try Predictor(session.reading)
    #expect(try predictor.epoch().isSensitive)
    #expect(try !predictor.epoch(after: .loader(.blocking)).isSensitive)
  }

  @Test func theSameReadingGivesTheSamePrediction() throws {
    let scenario = try preset("fast-gpu") {
      $0.consumer.compute = .logNormal(mean: .milliseconds(3), deviation: .milliseconds(1))
    }
    let session = try session(scenario)
    session.advance(by: .seconds(3))
    let change = ScenarioChange.workers(2)
    #expect(
      try Predictor(session.reading).epoch(after: change)
        == Predictor(session.reading).epoch(after: change))
  }
}
