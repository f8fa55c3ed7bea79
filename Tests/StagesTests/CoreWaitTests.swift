import Augmentation
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// What a stage costs, and what it waits for a core beside more workers than there are cores.
@Suite struct CoreWaitTests {
  private static let facts = DatasetFacts(
    count: 10_000, shape: PictureShape(height: 4, width: 4, channels: 1))

  /// The reading after two seconds in which workers make batches of native kernels as fast as they can.
  private func reading(workers: Int) throws -> Reading {
    var scenario = Scenario(name: "crowded")
    scenario.loader = .blocking
    scenario.workers = workers
    scenario.batchSize = 10
    scenario.costs = .native
    scenario.interpreterLock = false
    scenario.consumer.compute = .constant(.microseconds(10))
    scenario.consumer.host = .zero
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = 20_000
    times[Stage.warp.index] = 80_000
    var simulation = Simulation(
      scenario, dataset: Self.facts, costs: StageCosts(perPicture: times), machineCores: 2,
      listener: SessionLedger(scenario: scenario, dataset: Self.facts, cores: 2))
    simulation.run(until: .seconds(2))
    return simulation.listener.reading(at: .seconds(2))
  }

  /// Eight workers on two cores take four times as long for a picture, and burn no more for it: three
  /// quarters of the time are waits.
  @Test func stolenTimeIsNotBurnt() throws {
    let alone = try reading(workers: 1)
    let crowded = try reading(workers: 8)
    #expect(alone.coreWaitShare == nil)
    #expect(abs(try #require(crowded.coreWaitShare) - 0.75) < 0.02)
    for stage in [Stage.load, .warp] {
      let (one, many) = (alone.stages[stage.index], crowded.stages[stage.index])
      let burnt = try #require(many.cpuPerImage)
      #expect(abs(burnt.seconds / (one.cpuPerImage ?? .zero).seconds - 1) < 0.01)
      let wait = try #require(many.coreWaitPerImage)
      #expect(abs(wait.seconds / burnt.seconds - 3) < 0.1)
    }
  }
}
