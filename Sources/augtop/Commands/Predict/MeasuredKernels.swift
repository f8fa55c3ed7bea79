import Augmentation
import CLinux
import Experiments
import Pipeline
import Quantities
import VirtualEngine

/// The facts of a scenario's dataset, and what its stages cost; the kernels are measured for a
/// moment where the scenario has native costs, or may come to have them.
///
/// - Parameters:
///   - stages: The sets of stages that will be asked for.
///   - bad: Where the pictures are named that were left out.
/// - Throws: A `CommandFault` where pictures can't be read or the user interrupts.
func measuredCosts(
  of scenario: Scenario, stages: [StageSet], mayBecomeNative: Bool = false, _ bad: BadPictureFile
) throws -> MeasuredDataset {
  let dataset = try openDataset(for: scenario, bad)
  return try bad.around(dataset) {
    let facts = DatasetFacts(count: dataset.count, shape: dataset.shape)
    let measuresKernels = scenario.costs == .native || mayBecomeNative
    let statistics = measuresKernels ? try fitStatistics(dataset, scenario) : nil
    let kernels =
      measuresKernels ? try measuredKernels(of: scenario, dataset, statistics, stages) : nil
    return MeasuredDataset(
      dataset: dataset, statistics: statistics, facts: facts,
      costs: CostModel(kernels: kernels, shape: dataset.shape),
      leftOut: BadPicturesReading(dataset.badPictures(after: 0)))
  }
}

/// An open dataset and what a scenario's stages cost on it.
struct MeasuredDataset {
  let dataset: any DatasetSource
  /// Fitted where the kernels were measured and need it.
  let statistics: Statistics?
  let facts: DatasetFacts
  let costs: CostModel
  /// The pictures that were left out so far.
  let leftOut: BadPicturesReading
}

/// Measures the kernels' cost with all stages, with the scenario's, and with each of these sets.
/// The sets share `length` plus five seconds; the cost of a set not reached is the sum of its
/// stages'.
///
/// - Parameter length: Longer where pictures are slow or sets many.
/// - Throws: A `CommandFault` where pictures can't be read or the user interrupts.
func measuredKernels(
  of scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?,
  _ stages: [StageSet], for length: Duration = .milliseconds(300)
) throws -> KernelTable {
  var probe = KernelProbe(scenario, dataset, statistics)
  do {
    try probe.measureWholly([.all, scenario.stages], for: .zero, atMost: .seconds(600))
    try probe.measureWholly(stages, for: length, atMost: length + .seconds(5))
    var table = probe.table
    table.afterRest = try probe.measureAfterRest(scenario.stages)
    return table
  } catch {
    throw CommandFault.failed("\(error)")
  }
}

/// How many times as long a batch takes with the scenario's workers at once, and with one more or
/// one less, relative to one alone; a second for each that is more than one.
///
/// - Throws: A `CommandFault` where pictures can't be read or the user interrupts.
func measuredSlowdowns(
  of scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?
) throws -> [Int: Double] {
  let cores = scenario.cores ?? Int(cl_usable_processors())
  let counts = (scenario.workers - 1...scenario.workers + 1).filter { $0 > 1 && $0 <= cores }
  do {
    return try counts.reduce(into: [:]) { slowdowns, workers in
      slowdowns[workers] = try KernelProbe.slowdown(of: workers, scenario.stages) {
        KernelProbe(scenario, dataset, statistics)
      }
    }
  } catch {
    throw CommandFault.failed("\(error)")
  }
}
