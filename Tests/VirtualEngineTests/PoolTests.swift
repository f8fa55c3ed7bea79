import Augmentation
import Pipeline
import Quantities
import Testing

@testable import VirtualEngine

/// Keras 3's pool of processes on simulated time, mechanism by mechanism.
struct PoolTests {
  private func scenario(
    make: Duration, workers: Int, _ parts: [LoaderCosts.Part: Duration]
  ) -> Scenario {
    var costs = LoaderCosts()
    for (part, time) in parts { costs[part] = time }
    var scenario = Scenario(name: "pool")
    scenario.stages = .fixed
    scenario.loader = .keras3Processes
    scenario.workers = workers
    scenario.consumer.compute = .constant(.microseconds(100))
    var profile = CostProfile(
      name: "set", stages: [Stage.load.rawValue: StageCost(fixed: make / 32)])
    profile.loader = costs
    // Of loaders whose parts weren't measured.
    profile.serializationPerMegabyte = .milliseconds(50)
    scenario.apply(.costs(.profile(profile)))
    return scenario
  }

  /// Milliseconds a batch.
  private func pace(
    make: Duration = .milliseconds(4), workers: Int = 1, cores: Int = 8,
    _ parts: [LoaderCosts.Part: Duration]
  ) throws -> Double {
    let scenario = scenario(make: make, workers: workers, parts)
    guard case .profile(let profile) = scenario.costs else { return 0 }
    let epoch = try #require(
      EpochSimulation(
        scenario, dataset: DatasetFacts(count: 6_400, shape: .cifar),
        costs: StageCosts(scenario, profile: profile, shape: .cifar), machineCores: cores))
    return 1e3 / epoch.batchesPerSecond
  }

  private func isNear(_ pace: Double, _ expected: Double) -> Bool {
    abs(pace / expected - 1) < 0.03
  }

  /// A batch of 32 pictures of 32×32×3 has 0.393 MB.
  @Test func aWorkersPartsAddToItsBatch() throws {
    let pace = try pace([
      .poolTask: .microseconds(500), .poolPicklePerMegabyte: .milliseconds(2),
      .poolSend: .milliseconds(1), .poolReceive: .microseconds(300),
    ])
    #expect(isNear(pace, 4 + 0.5 + 0.786 + 1), "\(pace)")
  }

  /// However many workers there are, one writes at a time, and the reader unpickles in between.
  @Test func workersWriteOneAfterTheOther() throws {
    let parts: [LoaderCosts.Part: Duration] = [
      .poolSend: .milliseconds(1), .poolReceive: .microseconds(500),
    ]
    let paces = try [1, 2, 8].map { try pace(workers: $0, cores: 32, parts) }
    #expect(isNear(paces[0], 5) && isNear(paces[1], 2.5), "\(paces)")
    #expect(isNear(paces[2], 1.5), "\(paces)")
  }

  /// While one of two workers on two cores writes, the other burns.
  @Test func sendingWaitsForCores() throws {
    let parts: [LoaderCosts.Part: Duration] = [
      .poolSend: .milliseconds(1), .poolTakenSend: .milliseconds(3),
      .poolCrowdedSend: .milliseconds(5),
    ]
    #expect(isNear(try pace(workers: 1, cores: 2, parts), 5))
    #expect(isNear(try pace(workers: 2, cores: 2, parts), 3.5))
    #expect(isNear(try pace(workers: 2, cores: 3, parts), 2.5))
  }

  /// Batches that are being written are in the queue when the loader becomes another one.
  @Test func noBatchIsLostWhileItIsWritten() throws {
    let before = scenario(make: .milliseconds(4), workers: 3, [.poolSend: .milliseconds(8)])
    guard case .profile(let profile) = before.costs else { return }
    func costs(_ scenario: Scenario) -> StageCosts {
      StageCosts(scenario, profile: profile, shape: .cifar)
    }
    var simulation = Simulation(
      before, dataset: DatasetFacts(count: 6_400, shape: .cifar), costs: costs(before),
      machineCores: 4, listener: Heard())
    simulation.run(steps: 20)
    #expect(simulation.threads.contains { $0.phase == .sending })
    for (generation, loader) in [Loader.torch, .keras3Processes, .blocking].enumerated() {
      var after = before
      after.loader = loader
      simulation.adopt(after, costs: costs(after), generation: generation + 1)
      simulation.run(steps: 20 * (generation + 2))
    }
    #expect(simulation.steps == 80)
    #expect(simulation.listener.taken.sorted() == Array(0..<simulation.listener.taken.count))
  }

  private struct Heard: SimulationListener {
    static let listens = true
    var taken: [Int] = []

    mutating func receive(_ event: Event) {
      if case .taken(let batch) = event { taken.append(batch.batch) }
    }
  }
}
