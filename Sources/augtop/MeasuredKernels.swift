import Augmentation
import Experiments
import Pipeline
import VirtualEngine

/// The facts of a scenario's dataset, and what its stages cost; the kernels are measured for a
/// moment where the scenario has native costs, or may come to have them.
///
/// - Parameter stages: The sets of stages that will be asked for.
func measuredCosts(
  of scenario: Scenario, stages: [StageSet], mayBecomeNative: Bool = false
) throws -> (facts: DatasetFacts, costs: CostModel) {
  let dataset = try openDataset(for: scenario)
  let facts = DatasetFacts(count: dataset.count, shape: dataset.shape)
  guard scenario.costs == .native || mayBecomeNative else {
    return (facts, CostModel(shape: dataset.shape))
  }
  let statistics = try fitStatistics(dataset, scenario)
  let kernels = try measuredKernels(of: scenario, dataset, statistics, stages)
  return (facts, CostModel(kernels: kernels, shape: dataset.shape))
}

/// What the kernels take with each of these sets of stages; takes a third of a second, longer where
/// pictures are slow or sets many.
func measuredKernels(
  of scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?,
  _ stages: [StageSet]
) throws -> KernelTable {
  var probe = KernelProbe(
    dataset, settings: scenario.settings, statistics: statistics, batchSize: scenario.batchSize,
    seed: scenario.seed)
  do {
    try probe.measureWholly(stages, for: .milliseconds(300))
  } catch {
    throw CommandFault.failed("\(error)")
  }
  return probe.table
}

extension Scenario {
  /// Its stages, and those that one switch more makes of them.
  var switched: [StageSet] {
    [stages]
      + Stage.allCases.filter(\.isSwitchable).map { stages.setting($0, on: !stages.contains($0)) }
  }

  /// Every set of stages that differs by what it costs, where those aren't too many to be tried in a
  /// moment; else those that one or two switches make.
  var reachable: [StageSet] {
    let busy = Stage.allCases.filter { $0.isSwitchable && !settings.isIdle($0) }
    let sets = busy.reduce([StageSet.all]) { sets, stage in
      sets.flatMap { [$0, $0.setting(stage, on: false)] }
    }
    guard sets.count > Self.most else { return sets }
    let pairs = switched.flatMap { set in
      busy.map { set.setting($0, on: !set.contains($0)) }
    }
    return switched + pairs
  }

  private static var most: Int { 64 }
}
