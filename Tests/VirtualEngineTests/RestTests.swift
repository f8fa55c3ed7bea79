import Augmentation
import Pipeline
import Quantities
import Testing

@testable import VirtualEngine

/// A worker's first batch after a rest is slower: on simulated time, in the ledger, and predicted.
struct RestTests {
  private struct Made: SimulationListener {
    static let listens = true
    var batches: [BatchMade] = []
    var rests: [WorkerWait] = []

    mutating func receive(_ event: Event) {
      switch event {
      case .made(let made): batches.append(made)
      case .waited(let wait): rests.append(wait)
      default: break
      }
    }
  }

  /// A native batch of 32 pictures takes 320 µs, after a rest 100 more.
  private static func scenario(_ loader: Loader) -> Scenario {
    var scenario = Scenario(name: "rests")
    scenario.loader = loader
    scenario.costs = .native
    scenario.interpreterLock = false
    scenario.queueLimit = 10
    scenario.consumer = Consumer()
    scenario.consumer.compute = .constant(.milliseconds(3))
    scenario.consumer.host = .zero
    scenario.consumer.transfer = .zero
    return scenario
  }

  private static let kernels: KernelTable = {
    var table = KernelTable(stages: Scenario(name: "rests").generatorStages)
    var times = [Double](repeating: 0, count: Stage.allCases.count)
    times[Stage.load.index] = 10_000
    table[.all] = times
    table.afterRest = 100_000
    return table
  }()

  private func batches(
    _ loader: Loader, parts: LoaderCosts? = nil
  ) throws -> [(length: Nanoseconds, isRested: Bool)] {
    let scenario = Self.scenario(loader)
    var costs = try #require(Self.kernels.costs(of: .all))
    costs.loader = parts
    var simulation = Simulation(
      scenario, dataset: DatasetFacts(count: 6_400, shape: .cifar), costs: costs, machineCores: 4,
      listener: Made())
    simulation.run(steps: 150)
    let made = simulation.listener
    return made.batches.filter { $0.worker == 0 }.map { batch in
      let before = made.batches.last { $0.worker == 0 && $0.put <= batch.start }?.finished ?? .zero
      let isRested = made.rests.contains {
        $0.worker == 0 && $0.start >= before && $0.end <= batch.start
          && $0.end - $0.start >= .milliseconds(1)
      }
      return (batch.finished - batch.start, isRested)
    }
  }

  @Test(arguments: [Loader.kerasThreads, .blocking, .torch])
  func theFirstBatchAfterARestIsSlower(loader: Loader) throws {
    let batches = try batches(loader)
    #expect(batches.contains { $0.isRested } && batches.contains { !$0.isRested })
    for (length, isRested) in batches {
      #expect(length == .microseconds(isRested ? 420 : 320), "\(isRested)")
    }
  }

  @Test func itIsInAWorkersProcess() throws {
    var parts = LoaderCosts()
    parts[.get] = .microseconds(1)
    let batches = try batches(.torch, parts: parts)
    #expect(batches.contains { $0.isRested } && batches.contains { !$0.isRested })
    for (length, isRested) in batches {
      let expected: Nanoseconds = .microseconds(isRested ? 420 : 320)
      #expect(abs((length - expected).count) < 2_000, "\(isRested): \(length)")
    }
  }

  /// The session measures what a rest costs; a prediction of a loader without rests, and of one that rests
  /// before each batch, comes true.
  @Test func predictionsTellRestsFromWork() throws {
    let facts = DatasetFacts(count: 50_000, shape: .cifar)
    for (loader, gpu) in [(Loader.kerasThreads, 0.1), (.blocking, 0.1), (.torch, 3)] {
      var scenario = Self.scenario(.kerasThreads)
      scenario.consumer.compute = .constant(.milliseconds(2))
      let session = try #require(
        VirtualSession(
          scenario: scenario, dataset: facts,
          costs: CostModel(kernels: Self.kernels, shape: facts.shape), machineCores: 4))
      session.advance(by: .seconds(6))
      let workers = session.reading.workers
      #expect(workers.rested > 0.01 && workers.rested < 0.5)
      let found = try #require(workers.afterRest)
      #expect(abs((found - .microseconds(100)).count) < 1_000, "\(found)")
      let changes: [ScenarioChange] = [
        .loader(loader), .compute(.seconds(rounding: gpu * 1e-3)),
      ]
      var changed = scenario
      for change in changes { changed.apply(change) }
      let predicted = try MeasuredCosts(session.reading).costs(of: changed)
      #expect(abs(predicted.make(pictures: 32) - 320_000) < 3_000, "\(predicted.perPicture)")
      #expect(abs(predicted.afterRest - 100_000) < 1_000)
    }
  }
}
