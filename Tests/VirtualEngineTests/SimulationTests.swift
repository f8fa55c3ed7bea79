import Augmentation
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// The rules on simulated time, event by event: sums that can be done by hand.
@Suite struct SimulationTests {
  struct Events: SimulationListener {
    static let listens = true
    var all: [Event] = []
    mutating func receive(_ event: Event) { all.append(event) }

    var waits: [WorkerWait] {
      all.compactMap { if case .waited(let wait) = $0 { wait } else { nil } }
    }
    var made: [BatchMade] { all.compactMap { if case .made(let made) = $0 { made } else { nil } } }
    var steps: [StepDone] {
      all.compactMap { if case .stepped(let step) = $0 { step } else { nil } }
    }
    var taken: [BatchTaken] {
      all.compactMap { if case .taken(let taken) = $0 { taken } else { nil } }
    }
  }

  static let facts = DatasetFacts(
    count: 100, shape: PictureShape(height: 4, width: 4, channels: 1))

  /// Batches of ten pictures, native: one worker makes a batch in 1 ms, the device takes 2 ms.
  func scenario(_ loader: Loader) -> Scenario {
    var scenario = Scenario(name: "by hand")
    scenario.loader = loader
    scenario.batchSize = 10
    scenario.queueLimit = 3
    // All in one epoch.
    scenario.samplesPerEpoch = 1_000_000
    scenario.costs = .native
    scenario.interpreterLock = false
    scenario.consumer = Consumer()
    scenario.consumer.compute = .constant(.milliseconds(2))
    scenario.consumer.host = .zero
    scenario.consumer.transfer = .zero
    return scenario
  }

  func costs(_ batch: Duration = .milliseconds(1)) -> StageCosts {
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = batch.seconds * 1e9 / 10
    return StageCosts(perPicture: times)
  }

  func simulation(
    _ scenario: Scenario, _ costs: StageCosts, cores: Int = 4
  ) -> Simulation<Events> {
    Simulation(
      scenario, dataset: Self.facts, costs: costs, machineCores: cores, listener: Events())
  }

  /// The first step begins once a batch is made; from then on the device never waits.
  @Test func aDeviceThatIsSlowerSetsThePace() {
    var simulation = simulation(scenario(.blocking), costs())
    simulation.run(steps: 5)
    #expect(simulation.steps == 5)
    #expect(simulation.lastStepEnd == 11e6)
    let steps = simulation.listener.steps
    #expect(steps.map(\.end) == [3, 5, 7, 9, 11].map { .milliseconds($0) })
    #expect(steps.allSatisfy { $0.end - $0.taken == .milliseconds(2) && $0.pictures == 10 })
    // Three in the queue, one in hand: the worker waits until the device takes the next.
    let room = simulation.listener.waits.filter { $0.reason == .room }
    let taken = simulation.listener.taken.map(\.at)
    #expect(!room.isEmpty && room.allSatisfy { taken.contains($0.end) })
  }

  /// A worker that finds the queue full sleeps 50 ms, a consumer that finds it empty 10 ms.
  @Test func pollingNapsAreKerass() throws {
    var fast = simulation(scenario(.kerasThreads), costs())
    fast.run(until: .milliseconds(100))
    let nap = try #require(fast.listener.waits.first)
    #expect(nap.reason == .nap && nap.end - nap.start == .milliseconds(50))
    var slow = simulation(scenario(.kerasThreads), costs(.milliseconds(25)))
    slow.run(steps: 1)
    // Looked at 0, 10 and 20 ms in vain.
    #expect(slow.listener.taken.first?.at == .milliseconds(30))
    #expect(slow.listener.taken.first?.polls == 3)
    #expect(slow.lastStepEnd == 32e6)
  }

  /// Batch b is worker b mod N's, and comes out in its place, whoever is quicker.
  @Test func torchDeliversInOrder() {
    var scenario = scenario(.torch)
    scenario.workers = 3
    scenario.prefetch = 2
    var costs = costs()
    costs.spread = [0.2, 3, 1, 0.5]
    var simulation = simulation(scenario, costs)
    simulation.run(steps: 40)
    #expect(simulation.listener.taken.prefix(40).map(\.batch) == Array(0..<40))
    #expect(simulation.listener.made.allSatisfy { $0.worker == $0.batch % 3 })
    #expect(simulation.listener.made.map(\.batch) != simulation.listener.made.map(\.batch).sorted())
  }

  /// Without workers a batch is made when the loop wants it: step and making take turns, whatever is
  /// woken late elsewhere.
  @Test func withoutWorkersNothingOverlaps() {
    var scenario = scenario(.torch)
    scenario.workers = 0
    scenario.consumer.host = .microseconds(500)
    var costs = costs()
    costs.latencies.waking = 50_000
    var simulation = simulation(scenario, costs, cores: 1)
    simulation.run(steps: 4)
    let steps = simulation.listener.steps
    #expect(steps.map(\.end) == [3_500, 7_000, 10_500, 14_000].map { .microseconds($0) })
    #expect(steps.map(\.taken) == [1_000, 4_500, 8_000, 11_500].map { .microseconds($0) })
    let waits = simulation.listener.waits
    #expect(waits.count == 3 && waits.allSatisfy { $0.reason == .demand })
    // Each from a put to the next want.
    #expect(waits.allSatisfy { $0.end - $0.start == .microseconds(2_500) })
    #expect(simulation.listener.made.allSatisfy { $0.worker == 0 && $0.lockWait == .zero })
  }

  /// Waiting takes neither core nor lock: four workers wait on one core at the pace of four, while one burns.
  @Test(arguments: Loader.allCases.filter { $0 != .tfData })
  func waitingIsNotBurning(loader: Loader) {
    var scenario = scenario(loader)
    scenario.workers = 4
    scenario.queueLimit = 8
    scenario.apply(.costs(.profile(CostProfile(name: "python", stages: [:]))))
    scenario.loadWait = .constant(.milliseconds(2))
    scenario.consumer.compute = .constant(.microseconds(100))
    func pace(_ burnt: Duration) -> Double {
      var simulation = simulation(scenario, costs(burnt), cores: 1)
      simulation.run(steps: 400)
      let steps = simulation.listener.steps
      let made = simulation.listener.made.suffix(20)
      #expect(made.allSatisfy { $0.stages[Stage.load.index].cpu == Nanoseconds(burnt) })
      return (steps[399].end - steps[199].end).seconds / 200
    }
    // Ten pictures wait 20 ms: four workers put a batch every 5 ms.
    #expect(abs(pace(.zero) / 5e-3 - 1) < 0.03, "\(loader)")
    // Burning isn't free: one core burns no faster, and workers in step with one another leave it idle.
    #expect(pace(.milliseconds(8)) > 7.9e-3, "\(loader)")
  }

  /// A queue of two with one more under way, and one more while the consumer waits: four sleepers, of whom
  /// no more than that work at a time.
  @Test func keras3sQueueBoundsWhatIsUnderWay() {
    var scenario = scenario(.keras3Processes)
    scenario.workers = 8
    scenario.queueLimit = 2
    scenario.consumer.compute = .constant(.milliseconds(1))
    var simulation = simulation(scenario, costs(.milliseconds(12)), cores: 16)
    simulation.run(steps: 40)
    // Four batches in the 12 ms of one and a step.
    let pace = (simulation.listener.steps[39].end - simulation.listener.steps[19].end).seconds / 20
    #expect(pace > 0.0029 && pace < 0.0034, "\(pace)")
    #expect(simulation.listener.taken.map(\.batch) == Array(0..<40))
    // Threads have one interpreter lock, and one of them is none.
    scenario.loader = .keras3
    scenario.workers = 1
    var alone = self.simulation(scenario, costs(.milliseconds(12)), cores: 16)
    alone.run(steps: 10)
    #expect(alone.lastStepEnd == 130e6)
  }

  /// As many calls as wished, on as many threads as there are cores.
  @Test(arguments: [(1, 4, 12.0), (2, 4, 6), (4, 4, 4), (4, 2, 6)])
  func tfDatasPoolHasAThreadACore(calls: Int, cores: Int, pace: Double) {
    var scenario = scenario(.tfData)
    scenario.workers = calls
    scenario.consumer.compute = .constant(.milliseconds(4))
    var simulation = simulation(scenario, costs(.milliseconds(12)), cores: cores)
    simulation.run(steps: 60)
    let steps = simulation.listener.steps
    #expect(abs((steps[59].end - steps[19].end).seconds / 40 - pace * 1e-3) < 0.1e-3)
    #expect(Set(simulation.listener.made.map(\.worker)).count == min(calls, cores))
  }

  /// Workers come and go meanwhile, and batches stay in order.
  @Test func workersComeAndGoAltogether() {
    var scenario = scenario(.torch)
    scenario.workers = 3
    var simulation = simulation(scenario, costs(.milliseconds(5)))
    for (generation, workers) in [0, 2, 0, 1, 0].enumerated() {
      let before = simulation.steps
      simulation.run(steps: before + 7)
      scenario.workers = workers
      simulation.adopt(scenario, costs: costs(.milliseconds(5)), generation: generation + 1)
    }
    simulation.run(steps: 60)
    #expect(simulation.listener.taken.map(\.batch) == Array(0..<60))
    let last = simulation.listener.steps.suffix(5).map(\.end)
    #expect(zip(last, last.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(7) })
  }

  /// Under the interpreter lock two workers make no more than one; without it twice as much.
  @Test(arguments: [(true, 1.0), (false, 2.0)])
  func theLockLetsOneWork(lock: Bool, times: Double) {
    var scenario = scenario(.blocking)
    let load = StageCost(fixed: .microseconds(100))
    scenario.apply(.costs(.profile(CostProfile(name: "python", stages: ["load": load]))))
    scenario.interpreterLock = lock
    scenario.consumer.compute = .constant(.microseconds(1))
    func pace(_ workers: Int) -> Double {
      scenario.workers = workers
      var simulation = simulation(scenario, costs())
      simulation.run(steps: 1_000)
      return 1_000 / simulation.lastStepEnd
    }
    #expect(abs(pace(2) / pace(1) / times - 1) < 0.02)
  }

  /// More threads that burn than cores share them.
  @Test func coresAreShared() {
    var scenario = scenario(.blocking)
    scenario.workers = 4
    scenario.consumer.compute = .constant(.microseconds(1))
    func length(_ cores: Int) -> Double {
      var simulation = simulation(scenario, costs(), cores: cores)
      simulation.run(steps: 1_000)
      return simulation.lastStepEnd
    }
    #expect(abs(length(2) / length(4) - 2) < 0.02)
    #expect(abs(length(1) / length(4) - 4) < 0.04)
  }

  /// The last batch of a pass is short, and takes and counts as much less.
  @Test func theLastBatchOfAPassIsShort() {
    var scenario = scenario(.blocking)
    scenario.batchSize = 30
    var simulation = simulation(scenario, costs())
    simulation.run(steps: 8)
    #expect(simulation.listener.steps.map(\.pictures) == [30, 30, 30, 10, 30, 30, 30, 10])
    let times = simulation.listener.made.prefix(4).map { $0.finished - $0.start }
    #expect(times == [3, 3, 3, 1].map { .milliseconds($0) })
  }

  /// A change applies from the next batch on, and the first batch under it has an event.
  @Test func aChangeHoldsFromTheNextBatchOn() {
    let first = scenario(.blocking)
    var simulation = simulation(first, costs())
    simulation.run(until: .microseconds(2_500))
    simulation.adopt(
      first.applying(.queueLimit(1)), costs: costs(.milliseconds(4)), generation: 1)
    simulation.run(until: .milliseconds(30))
    let applied = simulation.listener.all.compactMap {
      if case .applied(let applied) = $0 { applied } else { nil }
    }
    #expect(applied.map(\.generation) == [1])
    for made in simulation.listener.made {
      let isNew = made.batch >= applied.first?.batch ?? 0
      #expect(made.generation == (isNew ? 1 : 0))
      #expect(made.finished - made.start == .milliseconds(isNew ? 4 : 1))
    }
  }

  /// Runs in one go and in pieces are the same run.
  @Test(arguments: Loader.allCases) func piecesAreTheWhole(loader: Loader) {
    var scenario = scenario(loader)
    scenario.workers = 3
    scenario.consumer.compute = .logNormal(mean: .milliseconds(1), deviation: .milliseconds(1))
    var costs = costs()
    costs.spread = [0.5, 1, 1.5]
    var whole = simulation(scenario, costs)
    whole.run(until: .milliseconds(500))
    var pieces = simulation(scenario, costs)
    for end in 1...100 { pieces.run(until: .milliseconds(Int64(end) * 5)) }
    #expect(pieces.steps == whole.steps && pieces.events == whole.events && whole.steps > 50)
    #expect(pieces.listener.steps.map(\.end) == whole.listener.steps.map(\.end))
    #expect(pieces.listener.made.map(\.put) == whole.listener.made.map(\.put))
  }

  /// A batch that never ends: no event follows, and the run returns instead of looping for ever.
  @Test(arguments: [false, true]) func aStuckSessionEndsItsRun(isGoverned: Bool) {
    var scenario = scenario(.blocking)
    if isGoverned { scenario.governor = Governor() }
    var endless = costs()
    endless.perPicture[0] = .infinity
    var simulation = simulation(scenario, endless)
    #expect(!simulation.isStuck)
    simulation.run(steps: 1)
    #expect(simulation.isStuck && simulation.steps == 0)
    #expect(
      EpochSimulation(scenario, dataset: Self.facts, costs: endless, machineCores: 4) == nil)
    // A change sets it going again where it ends what was waited for.
    var other = self.simulation(scenario, costs())
    other.run(steps: 3)
    #expect(!other.isStuck)
  }

  /// A change whose costs nobody measured ends the session with the reason, not with the old costs.
  @Test func aChangeOfUnknownCostIsSaid() throws {
    var scenario = scenario(.blocking)
    scenario.apply(.costs(.profile(CostProfile(name: "python", stages: [:]))))
    let session = try #require(
      VirtualSession(
        scenario: scenario, dataset: Self.facts, costs: CostModel(shape: Self.facts.shape),
        machineCores: 2))
    session.advance(by: .milliseconds(200))
    session.apply(.change(.costs(.native)))
    guard case .failed(let reason) = session.reading.state else {
      Issue.record("\(session.reading.state)")
      return
    }
    #expect(reason.contains("never measured"))
  }
}
