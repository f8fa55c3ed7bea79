import Augmentation
import Pipeline
import Quantities
import Testing

@testable import VirtualEngine

/// What lies between two epochs, on simulated time.
@Suite struct EpochBoundaryTests {
  private struct Log: SimulationListener {
    static let listens = true
    var made: [BatchMade] = []
    var steps: [StepDone] = []
    var phases: [PhaseBegun] = []
    var waits: [WorkerWait] = []

    mutating func receive(_ event: consuming Event) {
      switch event {
      case .made(let batch): made.append(batch)
      case .stepped(let step): steps.append(step)
      case .phase(let phase): phases.append(phase)
      case .waited(let wait): waits.append(wait)
      case .taken, .applied: break
      }
    }
  }

  private static let batches = 20
  private static let parts: [LoaderCosts.Part: Duration] = [
    .start: .milliseconds(3), .boot: .milliseconds(7), .drain: .milliseconds(4),
    .resume: .microseconds(600),
  ]

  /// Epochs of twenty batches of four pictures, made in 4 ms; the device takes 1 ms.
  private func scenario(
    _ loader: Loader, workers: Int = 2, _ parts: [LoaderCosts.Part: Duration]? = nil
  ) -> Scenario {
    var scenario = Scenario(name: "boundary")
    scenario.batchSize = 4
    scenario.stages = .fixed
    scenario.loader = loader
    scenario.workers = workers
    scenario.consumer.compute = .constant(.milliseconds(1))
    // A millisecond for 16 of 3 072 values, without the lock.
    let cost = StageCost(fixed: .zero, perPicture32: .milliseconds(192), lockFree: 1)
    var profile = CostProfile(name: "set", stages: [Stage.load.rawValue: cost])
    if let parts {
      var costs = LoaderCosts()
      for (part, time) in parts { costs[part] = time }
      profile.loader = costs
    }
    scenario.costs = .profile(profile)
    return scenario
  }

  private static let facts = DatasetFacts(
    count: 4 * batches, shape: PictureShape(height: 4, width: 4, channels: 1))

  private func costs(_ scenario: Scenario) throws -> StageCosts {
    try #require(CostModel(shape: Self.facts.shape).costs(of: scenario))
  }

  private func run(
    _ scenario: Scenario, epochs: Int, course: SimulationCourse = .session
  ) throws -> Log {
    var simulation = Simulation(
      scenario, dataset: Self.facts, costs: try costs(scenario), machineCores: 8, listener: Log(),
      course: course)
    simulation.run(steps: epochs * Self.batches)
    #expect(simulation.steps == epochs * Self.batches)
    return simulation.listener
  }

  /// Batches that were begun before the last step of the epoch before theirs was over.
  private func early(_ log: Log) -> [Int] {
    log.made.filter { batch in
      let epoch = batch.batch / Self.batches
      return epoch > 0 && batch.start < log.steps[epoch * Self.batches - 1].end
    }.map(\.batch)
  }

  @Test(arguments: [Loader.torch, .keras3, .keras3Processes, .tfData], [false, true])
  func noBatchIsBegunBeforeItsEpoch(loader: Loader, hasCosts: Bool) throws {
    let log = try run(scenario(loader, hasCosts ? Self.parts : nil), epochs: 4)
    #expect(early(log) == [])
    // All of an epoch's batches were made in it.
    #expect(log.made.count == 4 * Self.batches)
  }

  /// Keras 1.1.0's generator never ends, and so its workers never stop.
  @Test(arguments: [Loader.kerasThreads, .kerasProcesses, .blocking])
  func otherLoadersGoOn(loader: Loader) throws {
    var scenario = scenario(loader, Self.parts)
    scenario.consumer.compute = .constant(.milliseconds(5))
    let log = try run(scenario, epochs: 3)
    #expect(!early(log).isEmpty)
    #expect(log.phases.isEmpty)
  }

  @Test func workersStartAndEndOnceAnEpoch() throws {
    let log = try run(scenario(.torch, Self.parts), epochs: 3)
    #expect(
      log.phases.map(\.kind) == [
        .workerStart, .workerEnd, .workerStart, .workerEnd,
        .workerStart, .workerEnd, .workerStart,
      ])
    for phase in log.phases {
      #expect(phase.length == .milliseconds(phase.kind == .workerStart ? 6 : 4))
    }
    let ends = [0, Self.batches - 1].map { $0 == 0 ? Nanoseconds.zero : log.steps[$0].end }
    #expect(log.phases[0].start == .zero && log.phases[1].start == ends[1])
    #expect(log.phases[2].start == log.phases[1].end)
  }

  /// One worker after another is started, and each works for 7 ms before its first batch of 4 ms: the first has 3 ms of
  /// that before the second is there.
  @Test func aStartedWorkerWorksBeforeItsFirstBatch() throws {
    let log = try run(scenario(.torch, Self.parts), epochs: 2)
    let first = log.made.filter { $0.batch / Self.batches == 1 }.prefix(2)
    let start = log.phases[2]
    for batch in first {
      let booted = start.start + .milliseconds(3 * Int64(batch.worker + 1) + 7)
      #expect(batch.start - booted >= .zero && batch.start - booted < .microseconds(50))
    }
    let step = log.steps[Self.batches]
    #expect(step.wanted == start.end)
    #expect(step.taken - start.end >= .milliseconds(8))
  }

  /// Workers that stay neither start nor end; another epoch costs them a message.
  @Test func workersThatStaySaveStartAndEnd() throws {
    var kept = scenario(.torch, Self.parts)
    kept.keepsWorkers = true
    let log = try run(kept, epochs: 3)
    #expect(log.phases.map(\.kind) == [.workerStart, .workerStart, .workerStart, .workerStart])
    #expect(
      log.phases.map(\.length) == [.milliseconds(6)]
        + .init(
          repeating: .microseconds(600), count: 3))
    #expect(early(log) == [])
    let anew = try epoch(scenario(.torch, Self.parts))
    // 9.4 ms of start and end, and the 7 ms of the second worker, which is started last and makes the last batch; the one
    // before is there 3 ms earlier, and its step of 1 ms over.
    let saved = anew - (try epoch(kept))
    #expect(abs(saved - 15.4e-3) < 0.1e-3, "\(saved) s")
  }

  /// A loop over a tf.data.Dataset makes a new iterator each time.
  @Test func aNewIteratorTakesItsTime() throws {
    let plain = try run(scenario(.tfData, Self.parts), epochs: 3)
    let log = try run(scenario(.tfData, [.iterator: .milliseconds(6)]), epochs: 3)
    #expect(plain.phases.isEmpty)
    #expect(log.phases.map(\.kind) == .init(repeating: .workerStart, count: 4))
    #expect(log.phases.allSatisfy { $0.length == .milliseconds(6) })
    let longer = log.steps[2 * Self.batches - 1].end - plain.steps[2 * Self.batches - 1].end
    #expect(longer == .milliseconds(12), "\(longer)")
  }

  private func epoch(_ scenario: Scenario, batches: Int = batches) throws -> Double {
    var facts = Self.facts
    facts.count = 4 * batches
    return try #require(
      EpochSimulation(scenario, dataset: facts, costs: costs(scenario), machineCores: 8)
    ).seconds
  }

  /// The epoch that is predicted is the one that sessions have, however long it is.
  @Test(arguments: [12, 20, 200], [nil, true, false])
  func predictedEpochsAreASessions(batches: Int, keeps: Bool?) throws {
    var scenario = scenario(.torch, keeps == nil ? nil : Self.parts)
    scenario.keepsWorkers = keeps
    var facts = Self.facts
    facts.count = 4 * batches
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: facts, costs: CostModel(shape: facts.shape), machineCores: 8))
    while session.reading.epoch.number < 4 { session.advance(by: .milliseconds(5)) }
    let last = try #require(session.reading.epoch.last)
    let predicted = try epoch(scenario, batches: batches)
    #expect(abs(predicted / last - 1) < 0.004, "\(predicted) s, \(last) s")
  }

  /// A watched job's reading has no loader's costs: what its workers' start and its validation take was measured beside
  /// the steps. Each counts once, in the epoch as it is and in one whose workers stay.
  @Test(arguments: [false, true]) func aJobsPredictedEpochIsASessions(validates: Bool) throws {
    var scenario = scenario(.torch, Self.parts)
    scenario.keepsWorkers = false
    if validates {
      scenario.phases.validation = EpochPhases.Validation(samples: 4, step: .milliseconds(30))
    }
    var kept = scenario
    kept.keepsWorkers = true
    let (anew, stayed) = (try session(of: scenario), try session(of: kept))
    var reading = anew
    reading.scenario.dataset = .job(dataset: "Photos")
    reading.scenario.apply(.costs(.native))
    reading.scenario.phases = EpochPhases()
    reading.epoch.phaseShares.removeAll { $0.kind != .validation }
    // Two workers are started in 3 ms each, and end in 4 ms; the first batch comes when one has worked before it.
    let first = try run(scenario, epochs: 2).steps[Self.batches]
    reading.job = JobReading()
    reading.job?.restart = WorkerRestart(
      between: .milliseconds(10), firstWait: first.taken - first.wanted,
      epochs: anew.epoch.number - 1)
    let predictor = try Predictor(reading, steps: 100)
    let (now, then) = (try #require(anew.epoch.last), try #require(stayed.epoch.last))
    let predicted = try (
      predictor.epoch().seconds, predictor.epoch(after: .keptWorkers(true)).seconds
    )
    #expect(abs(predicted.0 / now - 1) < 0.02, "\(predicted.0) s, \(now) s")
    // That the second worker's first batch is later still isn't measured.
    #expect(abs(predicted.1 / then - 1) < 0.04, "\(predicted.1) s, \(then) s")
  }

  private func session(of scenario: Scenario) throws -> Reading {
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: 8))
    while session.reading.epoch.number < 12 { session.advance(by: .milliseconds(50)) }
    return session.reading
  }

  /// Two workers' batches of 4 ms: the first is waited for in full, and then one comes each 2 ms.
  @Test func anEpochsFirstBatchIsWaitedFor() throws {
    let (short, long) = (try epoch(scenario(.torch)), try epoch(scenario(.torch), batches: 2_000))
    #expect(abs(short - (10 * 4e-3 + 2e-3)) < 1e-4, "\(short) s")
    #expect(abs(long - (1_000 * 4e-3 + 2e-3)) < 1e-2, "\(long) s")
  }

  /// Keras 3's `fit` looks at its empty queue for a tenth of a second.
  @Test func keras3DrainsForATenthOfASecond() throws {
    let log = try run(scenario(.keras3), epochs: 2)
    #expect(log.phases.map(\.kind) == [.workerEnd, .workerEnd])
    #expect(log.phases.allSatisfy { $0.length == .milliseconds(100) })
    // One worker is none: `fit` makes its batches itself, and has no queue.
    #expect(try run(scenario(.keras3, workers: 1), epochs: 2).phases.isEmpty)
  }

  /// A loader that is chosen in the middle of an epoch ends with it, and nobody waits for a batch that isn't made.
  @Test(arguments: [Loader.kerasThreads, .tfData])
  func aChangeOfLoaderKeepsTheEpoch(before: Loader) throws {
    for hasCosts in [false, true] {
      let first = scenario(before)
      var simulation = Simulation(
        first, dataset: Self.facts, costs: try costs(first), machineCores: 8, listener: Log())
      simulation.run(steps: Self.batches + 7)
      let torch = scenario(.torch, hasCosts ? Self.parts : nil)
      simulation.adopt(torch, costs: try costs(torch), generation: 1)
      simulation.run(steps: 5 * Self.batches)
      #expect(simulation.steps == 5 * Self.batches)
      let log = simulation.listener
      let late = early(log).filter { $0 >= 2 * Self.batches }
      #expect(late == [])
      simulation.adopt(first, costs: try costs(first), generation: 2)
      simulation.run(steps: 8 * Self.batches)
      #expect(simulation.steps == 8 * Self.batches)
    }
  }

  /// The user's new epoch is a whole one.
  @Test(arguments: [false, true]) func anEpochThatBeginsAnewIsWhole(hasCosts: Bool) throws {
    let scenario = scenario(.torch, hasCosts ? Self.parts : nil)
    var simulation = Simulation(
      scenario, dataset: Self.facts, costs: try costs(scenario), machineCores: 8, listener: Log())
    simulation.run(steps: 18)
    simulation.restartEpoch()
    simulation.run(steps: 18 + 2 * Self.batches)
    #expect(simulation.steps == 18 + 2 * Self.batches)
    let log = simulation.listener
    let end = log.steps[18 + Self.batches - 1].end
    #expect(log.made.filter { $0.batch >= 18 + Self.batches }.allSatisfy { $0.start >= end })
  }

  /// Readings say that workers end, and then that they start, and when the epoch will be over.
  @Test func readingsSayTheBoundary() throws {
    var parts = Self.parts
    (parts[.start], parts[.drain]) = (.milliseconds(150), .milliseconds(200))
    let scenario = scenario(.torch, parts)
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: 8))
    var seen: [(phase: PhaseKind?, number: Int)] = []
    while session.reading.epoch.number < 3 {
      session.advance(by: .milliseconds(10))
      let epoch = session.reading.epoch
      if seen.last?.phase != epoch.phase { seen.append((epoch.phase, epoch.number)) }
    }
    #expect(
      seen.map(\.phase) == [
        .workerStart, nil, .workerEnd, .workerStart, nil, .workerEnd, .workerStart,
      ])
    #expect(seen.map(\.number) == [1, 1, 1, 2, 2, 2, 3])
    let shares = session.reading.epoch.phaseShares
    #expect(shares.map(\.kind) == [.workerStart, .workerEnd])
    #expect(zip(shares, [0.3, 0.2]).allSatisfy { abs($0.seconds - $1) < 1e-9 })
  }
}
