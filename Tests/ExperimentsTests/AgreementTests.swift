import Augmentation
import Datasets
import Experiments
import LiveEngine
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// Virtual time against threads: what is compared, not how well; that is for a quiet machine.
@Suite(.serialized) struct AgreementTests {
  private static let dataset = SyntheticDataset(count: 4_000)
  private static let live = LiveEpoch(dataset)

  private static func grid(cores: Int) -> GridAgreement {
    GridAgreement(
      live, dataset: DatasetFacts(count: dataset.count, shape: dataset.shape), cores: cores)
  }

  private static var base: Scenario {
    var scenario = Scenario(name: "base")
    let load = StageCost(fixed: .microseconds(20))
    scenario.apply(
      .costs(
        .profile(
          CostProfile(
            name: "slow", stages: ["load": load], serializationPerMegabyte: .milliseconds(1)))))
    return scenario
  }

  /// Only what the cores can burn at once, every loader, both kinds of costs.
  @Test func theGridKeepsToTheCores() {
    for cores in [1, 2, 4] {
      let scenarios = Self.grid(cores: cores).scenarios(from: Self.base)
      #expect(scenarios.allSatisfy { $0.burningThreads <= cores })
      #expect(Set(scenarios.map(\.loader)).count == Loader.allCases.count)
      #expect(Set(scenarios.map(\.costs)).count == 2)
      #expect(Set(scenarios).count == scenarios.count)
    }
    #expect(Self.grid(cores: 2).scenarios(from: Self.base).contains { $0.workers == 2 })
    #expect(
      Self.grid(cores: 2).scenarios(from: Self.base).contains { $0.consumer.host > .zero })
  }

  @Test func aCellHasBothSidesUntilItIsCancelled() throws {
    let grid = Self.grid(cores: 2)
    let scenarios = grid.scenarios(from: Self.base).filter { $0.costs == .native }
    var done = 0
    let cells = try grid.run(
      scenarios, for: .seconds(2), isCancelled: { done == 1 }, progress: { done = $0 })
    #expect(cells.count == 1)
    let cell = try #require(cells.first)
    #expect(cell.scenario == scenarios.first)
    // Both are epochs of this scenario: no step of it is shorter than its device's time.
    let batches = Double(cell.scenario.batchesPerEpoch(samples: Self.dataset.count))
    let shortest = batches * cell.scenario.consumer.meanStep.seconds
    #expect(cell.virtual.seconds > shortest * 0.999 && cell.virtual.seconds < shortest * 12)
    #expect(cell.live.seconds > shortest * 0.999)
    #expect(cell.error == abs(cell.virtual.seconds / cell.live.seconds - 1))
  }

  @Test func theQueueHasAllThreeRatesUntilItIsCancelled() throws {
    var done = 0
    let rows = try QueueAgreement.run(
      Self.live, for: .seconds(1), isCancelled: { done == 2 }, progress: { done = $0 })
    #expect(rows.count == 2)
    for (row, published) in zip(rows, KerasQueueMeasurements.rows) {
      #expect(row.published.rate == published.rate)
      #expect(row.virtualError < QueueAgreement.limit || row.virtual.isSensitive, "\(row)")
      // Real threads may be late, but never quicker than the step.
      #expect(row.live > 0 && row.live < 1.001 / published.step.seconds, "\(row)")
      #expect(row.liveError == abs(row.live / published.rate - 1))
    }
  }
}
