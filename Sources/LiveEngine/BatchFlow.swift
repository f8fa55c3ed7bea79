internal import Augmentation
internal import Pipeline
internal import Synchronization

/// Hands out index batches and their random numbers, as Keras's iterator does with one thread.
///
/// A batch's numbers are drawn in the same turn in which its indices are taken, so the stream is
/// Keras's whatever the number of workers.
final class BatchFlow: Sendable {
  struct Ticket {
    var batch: Int
    var settings: RunSettings
    /// The settings hold for this batch and for none before.
    var isFirstOfGeneration: Bool
  }

  private struct State {
    var order: FlowOrder
    var random: LegacyRandom
    var settings: RunSettings
    var lastGeneration = 0
    var nextBatch = 0
  }

  private let channels: Int
  private let state: Mutex<State>

  init(settings: RunSettings, count: Int, channels: Int) {
    self.channels = channels
    let scenario = settings.scenario
    state = Mutex(
      State(
        order: FlowOrder(
          count: count, batchSize: scenario.batchSize, shuffle: true, seed: scenario.seed),
        random: LegacyRandom(seed: scenario.seed), settings: settings))
  }

  func adopt(_ settings: RunSettings) { state.withLock { $0.settings = settings } }

  func next(into plan: inout BatchPlan) -> Ticket {
    state.withLock { state in
      let settings = state.settings
      plan.fill(
        order: &state.order, random: &state.random, settings: settings.scenario.settings,
        stages: settings.scenario.stages)
      let isFirst = settings.generation > state.lastGeneration
      state.lastGeneration = settings.generation
      defer { state.nextBatch += 1 }
      return Ticket(
        batch: state.nextBatch, settings: settings, isFirstOfGeneration: isFirst)
    }
  }
}
