import Augmentation
import Host
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
    /// Drawn already for workers who haven't begun them (`torch`), in the order of their numbers.
    var drawnAhead: [(number: Int, plan: BatchPlan, settings: RunSettings)] = []

    /// Whether a batch is a worker's by the loader's rules.
    func belongs(_ number: Int, to worker: Int) -> Bool {
      let scenario = settings.scenario
      return scenario.loader != .torch || number % scenario.workers == worker
    }

    /// Draws the next batch; answers with its number.
    mutating func draw(into plan: inout BatchPlan) -> Int {
      flow.next(into: &plan, settings: settings.scenario.settings, stages: settings.scenario.stages)
      defer { nextBatch += 1 }
      return nextBatch
    }
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

  /// The number of the batch that a worker makes next.
  func nextNumber(of worker: Int) -> Int {
    state.withLock { state in
      if let drawn = state.drawnAhead.first(where: { state.belongs($0.number, to: worker) }) {
        return drawn.number
      }
      var number = state.nextBatch
      while worker < state.settings.scenario.workers, !state.belongs(number, to: worker) {
        number += 1
      }
      return number
    }
  }

  /// Hands a worker its next batch.
  ///
  /// Batches are drawn in order whoever they belong to: the random stream stays Keras's.
  func next(into plan: inout BatchPlan, for worker: Int) -> Ticket {
    state.withLock { state in
      if let index = state.drawnAhead.firstIndex(where: { state.belongs($0.number, to: worker) }) {
        let drawn = state.drawnAhead.remove(at: index)
        plan = drawn.plan
        return ticket(drawn.number, drawn.settings, &state)
      }
      var number = state.draw(into: &plan)
      while worker < state.settings.scenario.workers, !state.belongs(number, to: worker) {
        state.drawnAhead.append((number, plan, state.settings))
        number = state.draw(into: &plan)
      }
      return ticket(number, state.settings, &state)
    }
  }

  private func ticket(_ number: Int, _ settings: RunSettings, _ state: inout State) -> Ticket {
    let isFirst = settings.generation > state.lastGeneration
    state.lastGeneration = max(state.lastGeneration, settings.generation)
    return Ticket(batch: number, settings: settings, isFirstOfGeneration: isFirst)
  }
}
