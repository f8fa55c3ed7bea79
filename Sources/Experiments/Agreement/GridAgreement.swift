import LiveEngine
package import Pipeline
package import Quantities
package import VirtualEngine

/// A grid of scenarios, each on simulated time and on threads.
///
/// Only scenarios in which no more threads burn CPU than there are cores: with more, the epoch depends
/// on the machine's scheduler.
package struct GridAgreement {
  /// The largest median of the epochs' relative errors, sensitive scenarios left out.
  package static let medianLimit = 0.03
  /// The largest relative error that the worst epoch may have.
  package static let worstLimit = 0.08

  /// The change of costs and step that tests a scenario for sensitivity: a fortieth, but no more than
  /// the tenth of a millisecond by which naps are moved. A sensitive epoch moves twice as far.
  private static let share = 0.025
  private static let most = Duration.microseconds(100)

  private static let steps: [Duration] = [
    .milliseconds(1), .microseconds(3_400), .milliseconds(12),
  ]
  /// Feeding and launching, where there is a core for it.
  private static let host = Duration.microseconds(200)

  /// One scenario of the grid, measured by both engines.
  package struct Cell: Sendable {
    /// The scenario that both engines ran.
    package let scenario: Scenario
    /// The epoch on simulated time.
    package let virtual: PerturbedEpoch
    /// The epoch on threads.
    package let live: EpochEstimate

    /// The simulated epoch's relative error, at least 0.
    package var error: Double { abs(virtual.seconds / live.seconds - 1) }
  }

  private let live: LiveEpoch
  private let dataset: DatasetFacts
  private let cores: Int

  /// Compares sessions of `live` with simulations of `dataset` on `cores` processors.
  package init(_ live: LiveEpoch, dataset: DatasetFacts, cores: Int) {
    self.live = live
    self.dataset = dataset
    self.cores = cores
  }

  /// Loader × GPU step × costs × workers.
  ///
  /// - Parameter base: The settings that all scenarios share. Each is in the grid with the costs of
  ///   `base` and with native ones.
  package func scenarios(from base: Scenario) -> [Scenario] {
    var scenarios: [Scenario] = []
    for costs in [base.costs, .native] {
      for loader in Loader.allCases {
        for workers in [1, 2] {
          for step in Self.steps {
            var scenario = base
            scenario.apply(.costs(costs))
            scenario.loader = loader
            scenario.workers = workers
            scenario.consumer.compute = .constant(step)
            scenario.consumer.host = workers < cores ? Self.host : .zero
            if scenario.burningThreads <= cores { scenarios.append(scenario) }
          }
        }
      }
    }
    return scenarios
  }

  /// Measures scenario by scenario, as far as it isn't cancelled.
  ///
  /// Native costs are first measured in a session of one worker.
  ///
  /// - Throws: `LiveEpoch.Failed` where a session can't read its pictures; `PredictionGap` where native
  ///   costs can't be derived from the first session; `ThreadFault` where the system gives too few
  ///   threads.
  package func run(
    _ scenarios: [Scenario], for length: Nanoseconds, isCancelled: () -> Bool,
    progress: (Int) -> Void
  ) throws -> [Cell] {
    var cells: [Cell] = []
    var native: Predictor?
    for scenario in scenarios {
      if scenario.costs == .native, native == nil {
        native = try measureKernels(like: scenario, for: length, isCancelled: isCancelled)
      }
      guard let costs = try costs(of: scenario, native), let virtual = simulate(scenario, costs),
        let reading = try live.measure(scenario, for: length, isCancelled: isCancelled),
        let epoch = reading.epoch.settled
      else { break }
      cells.append(Cell(scenario: scenario, virtual: virtual, live: epoch))
      progress(cells.count)
    }
    return cells
  }

  private func costs(of scenario: Scenario, _ native: Predictor?) throws -> StageCosts? {
    switch scenario.costs {
    case .profile(let profile):
      StageCosts(scenario, profile: profile, shape: dataset.shape)
    case .native: try native?.costs(of: scenario)
    }
  }

  private func measureKernels(
    like scenario: Scenario, for length: Nanoseconds, isCancelled: () -> Bool
  ) throws -> Predictor? {
    var reference = scenario
    reference.loader = .blocking
    reference.workers = 1
    reference.consumer.host = .zero
    // So short that the GPU waits for the kernels.
    reference.consumer.compute = .constant(Scenario.computeTimes.lowerBound)
    let reading = try live.measure(reference, for: length, isCancelled: isCancelled)
    return try reading.map { try Predictor($0, latencies: try WakeProbe.measure()) }
  }

  private func simulate(_ scenario: Scenario, _ costs: StageCosts) -> PerturbedEpoch? {
    let make = costs.make(pictures: scenario.batchSize) * 1e-9
    return PerturbedEpoch(
      scenario, dataset: dataset, costs: costs, machineCores: cores,
      perturbation: Perturbation(
        make: min(Self.most, .seconds(rounding: make * Self.share)),
        step: min(Self.most, scenario.consumer.compute.mean * Self.share), nap: Self.most))
  }
}
