import Augmentation
import Pipeline

/// Keras's flow behind a lock: hands out plans, numbered, with the settings they were drawn for.
final class SharedFlow: Sendable {
  struct Ticket {
    var batch: Int
    var settings: RunSettings
    /// The settings hold for this batch and for none before.
    var isFirstOfGeneration: Bool
  }

  private struct State {
    var flow: BatchFlow
    var settings: RunSettings
    var lastGeneration = 0
    var nextBatch = 0
  }

  private let state: Monitor<State>

  init(settings: RunSettings, dataset: any DatasetSource) {
    let scenario = settings.scenario
    let order = FlowOrder(
      count: dataset.count, batchSize: scenario.batchSize, seed: scenario.seed)
    let flow = BatchFlow(
      order: order, channels: dataset.shape.channels, streamSeed: scenario.seed)
    state = Monitor(State(flow: flow, settings: settings))
  }

  func adopt(_ settings: RunSettings) { state.withLock { $0.settings = settings } }

  func next(into plan: inout BatchPlan) -> Ticket {
    state.withLock { state in
      let settings = state.settings
      state.flow.next(
        into: &plan, settings: settings.scenario.settings, stages: settings.scenario.stages)
      let isFirst = settings.generation > state.lastGeneration
      state.lastGeneration = settings.generation
      defer { state.nextBatch += 1 }
      return Ticket(batch: state.nextBatch, settings: settings, isFirstOfGeneration: isFirst)
    }
  }
}
