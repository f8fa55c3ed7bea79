import Augmentation
import CLinux
package import Pipeline
import Quantities
import VirtualEngine

/// How fast the rules run on simulated time.
package struct VirtualBench {
  /// One scenario's epoch, settling included, on one core.
  package struct Epochs: Sendable {
    /// The scenario's name in the report.
    package let name: String
    /// Of one epoch; settling comes on top.
    package let batches: Int
    /// Moments simulated, settling included.
    package let events: Int
    /// Seconds that simulating it took, one entry a run.
    package let runs: [Double]
    /// Moments simulated in a second, one entry a run.
    package var eventsPerSecond: [Double] { runs.map { Double(events) / $0 } }
  }

  /// A whole epoch for every combination of switches.
  package struct Combinations: Sendable {
    /// Combinations simulated.
    package let count: Int
    /// Threads that shared the work.
    package let threads: Int
    /// Seconds for all combinations together.
    package let seconds: Double
  }

  /// Advice for a session: every single change and every pair, ranked.
  package struct Advised: Sendable {
    /// Single changes that were simulated.
    package let singles: Int
    /// Pairs that were.
    package let pairs: Int
    /// Seconds that it took, one entry a run.
    package let runs: [Double]
  }

  private let dataset: DatasetFacts
  private let cores: Int

  /// Simulates sessions of `dataset` on `cores` processors.
  package init(dataset: DatasetFacts, cores: Int) {
    self.dataset = dataset
    self.cores = cores
  }

  /// - Parameter scenario: With a cost profile.
  /// - Returns: Nil where nothing would ever be trained, or it was stopped before the first run.
  package func epochs(
    _ scenario: Scenario, named name: String, runs: Int, keepsGoing: () -> Bool = { true }
  ) -> Epochs? {
    guard let costs = CostModel(shape: dataset.shape).costs(of: scenario) else { return nil }
    var seconds: [Double] = []
    var last: EpochSimulation?
    // The first run isn't counted.
    for run in 0...runs where keepsGoing() {
      let start = cl_monotonic_ns()
      last = EpochSimulation(scenario, dataset: dataset, costs: costs, machineCores: cores)
      if run > 0 { seconds.append(Double(cl_monotonic_ns() - start) * 1e-9) }
    }
    guard let last, !seconds.isEmpty else { return nil }
    return Epochs(name: name, batches: last.batches, events: last.events, runs: seconds)
  }

  /// Advises a session that has run for four simulated seconds, as the screen does in the background.
  ///
  /// - Parameter scenario: With a cost profile.
  /// - Returns: Nil where nothing would ever be trained, or it was stopped before the first run.
  package func advice(
    for scenario: Scenario, runs: Int, keepsGoing: () -> Bool = { true }
  ) -> Advised? {
    guard
      let session = VirtualSession(
        scenario: scenario, dataset: dataset, costs: CostModel(shape: dataset.shape),
        machineCores: cores)
    else { return nil }
    session.advance(by: .seconds(4))
    let reading = session.reading
    var seconds: [Double] = []
    // The first run isn't counted.
    for run in 0...runs where keepsGoing() {
      let start = cl_monotonic_ns()
      guard let predictor = try? Predictor(reading), let singles = try? predictor.advice() else {
        return nil
      }
      _ = predictor.withPairs(singles)
      if run > 0 { seconds.append(Double(cl_monotonic_ns() - start) * 1e-9) }
    }
    guard !seconds.isEmpty else { return nil }
    return Advised(
      singles: scenario.advisedChanges(reading.stageList).count,
      pairs: scenario.advisedPairs(reading.stageList).count, runs: seconds)
  }

  /// - Returns: Nil where it was cancelled.
  package func combinations(of scenario: Scenario, pool: ParallelMap, threads: Int) -> Combinations?
  {
    let (dataset, cores) = (dataset, cores)
    let model = CostModel(shape: dataset.shape)
    let all = StageSet.combinations
    let start = cl_monotonic_ns()
    let seconds = pool.map(all) { stages in
      let point = scenario.applying(.stages(stages))
      return model.costs(of: point).flatMap {
        EpochSimulation(point, dataset: dataset, costs: $0, machineCores: cores)
      }?.seconds
    }
    let spent = Double(cl_monotonic_ns() - start) * 1e-9
    guard !seconds.contains(where: { $0 == nil }) else { return nil }
    return Combinations(count: all.count, threads: threads, seconds: spent)
  }
}
