import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Testing
import VirtualEngine

/// The preset that makes the question's table, by what the lab found.
@Suite struct ParadoxTests {
  private static let facts = DatasetFacts(count: 50_000, shape: .cifar)

  private func epoch(_ row: Ablation, _ change: (inout Scenario) -> Void = { _ in }) throws
    -> Double
  {
    var scenario = try PresetCatalog.scenario(named: "paradox")
    change(&scenario)
    scenario.apply(.ablation(row))
    let costs = try #require(CostModel(shape: Self.facts.shape).costs(of: scenario))
    let epoch = EpochSimulation(scenario, dataset: Self.facts, costs: costs, machineCores: 4)
    return try #require(epoch).seconds
  }

  @Test(arguments: zip(Ablation.allCases, [22.0, 22, 25, 28, 28]))
  func aRowTakesWhatItTook(row: Ablation, seconds: Double) throws {
    let epoch = try epoch(row)
    #expect(abs(epoch - seconds) < 0.5, "\(row): \(epoch)")
  }

  /// It doesn't stand on a knife edge: times that are a little off make the same table.
  @Test(arguments: [0.99, 1.01], [0.995, 1.005])
  func timesMayBeALittleOff(costs: Double, compute: Double) throws {
    let rows = try Ablation.allCases.map { row in
      try epoch(row) { scenario in
        guard case .profile(let profile) = scenario.costs else { return }
        scenario.costs = .profile(profile.scaled(to: profile.scale * costs))
        let mean = scenario.consumer.compute.mean.seconds
        scenario.consumer.compute = .constant(.seconds(rounding: mean * compute))
      }
    }
    #expect(zip(rows, [22.0, 22, 25, 28, 28]).allSatisfy { abs($0 - $1) < 0.5 }, "\(rows)")
  }

  /// Nothing else in it makes the order: without the governor all rows are as long.
  @Test func withoutTheGovernorAllRowsAreAlike() throws {
    let rows = try Ablation.allCases.map { try epoch($0) { $0.governor = nil } }
    let spread = (rows.max() ?? 0) - (rows.min() ?? 0)
    #expect(spread < 0.5, "\(rows)")
  }
}
