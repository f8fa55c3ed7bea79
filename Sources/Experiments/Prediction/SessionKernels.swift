package import Augmentation
import Host
package import Pipeline
import Quantities
package import VirtualEngine

/// The kernels' times under the switches that a running session is one key press away from, measured
/// little by little while the session runs.
///
/// Where stages cost what a profile says, one key leads to native costs under the present switches; a few
/// batches are enough to predict that.
package final class SessionKernels: Sendable {
  /// The longest that one call measures.
  private static let slice = Duration.milliseconds(8)

  private enum State {
    /// No table has been requested yet.
    case idle
    case measuring(KernelProbe, AugmentationSettings)
    /// The dataset can't be read; the session reports that itself.
    case failed
  }

  private let dataset: any DatasetSource
  private let statistics: Statistics?
  private let state = Monitor(State.idle)

  /// Kernels that will be measured on pictures of `dataset`.
  package init(_ dataset: any DatasetSource, statistics: Statistics?) {
    self.dataset = dataset
    self.statistics = statistics
  }

  /// Measures for a few milliseconds more on the calling thread, unless enough is known, and returns the
  /// table so far; nil where the dataset can't be read.
  package func table(for scenario: Scenario) -> KernelTable? {
    let isNative = scenario.costs == .native
    let sets = isNative ? scenario.nearbyStageSets(scenario.generatorStages) : [scenario.stages]
    return state.withLock { state in
      // Under other settings stages cost something else.
      if case .measuring(_, let settings) = state, settings != scenario.settings { state = .idle }
      if case .idle = state {
        state = .measuring(KernelProbe(scenario, dataset, statistics), scenario.settings)
      }
      guard case .measuring(var probe, let settings) = state else { return nil }
      // Taken out, so that it isn't copied.
      state = .failed
      if isNative || !probe.knows(sets) {
        guard (try? probe.measure(sets, for: Self.slice)) != nil else { return nil }
      }
      state = .measuring(probe, settings)
      return probe.table
    }
  }
}
