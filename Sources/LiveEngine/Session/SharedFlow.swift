import Augmentation
import Host
import Pipeline

/// Keras's flow behind a lock: hands out numbered plans, each with the settings it was drawn with.
final class SharedFlow: Sendable {
  /// The right, and the duty, to make one batch.
  struct Ticket {
    /// From 0 on, in the order of the random stream.
    var batch: Int
    /// Hold for the whole batch, whatever is published meanwhile.
    var settings: RunSettings
    /// No earlier batch was made with these settings.
    var isFirstOfGeneration: Bool
  }

  private struct State {
    var flow: BatchFlow
    var lastGeneration = 0
    var nextBatch = 0
    /// Drawn for workers that haven't begun them yet (`torch`), in the order of their numbers.
    var drawnAhead: [(number: Int, plan: BatchPlan, settings: RunSettings)] = []

    /// Draws the next batch and returns its number.
    mutating func draw(into plan: inout BatchPlan, _ settings: RunSettings) -> Int {
      flow.next(
        into: &plan, settings: settings.scenario.settings, stages: settings.scenario.stages)
      defer { nextBatch += 1 }
      return nextBatch
    }

    func nextNumber(of worker: Int, under settings: RunSettings) -> Int {
      if let drawn = drawnAhead.first(where: { settings.gives($0.number, to: worker) }) {
        return drawn.number
      }
      var number = nextBatch
      while settings.passes(over: number, for: worker) { number += 1 }
      return number
    }

    mutating func ticket(_ number: Int, _ settings: RunSettings) -> Ticket {
      let isFirst = settings.generation > lastGeneration
      lastGeneration = max(lastGeneration, settings.generation)
      return Ticket(batch: number, settings: settings, isFirstOfGeneration: isFirst)
    }
  }

  private let settings: PublishedSettings
  private let state: Monitor<State>

  init(settings: PublishedSettings, dataset: any DatasetSource) {
    self.settings = settings
    let scenario = settings.current.scenario
    let order = FlowOrder(
      count: dataset.count, batchSize: scenario.batchSize, seed: scenario.seed)
    let flow = BatchFlow(
      order: order, channels: dataset.shape.channels, streamSeed: scenario.seed)
    state = Monitor(State(flow: flow))
  }

  /// The number of the batch that a worker makes next.
  ///
  /// - Parameter settings: Say which batches are the worker's.
  /// - Complexity: O(workers).
  func nextNumber(of worker: Int, under settings: RunSettings) -> Int {
    state.withLock { $0.nextNumber(of: worker, under: settings) }
  }

  /// Draws a worker's next batch into `plan`, by the settings in force.
  ///
  /// Batches are drawn in the order of their numbers, whichever worker they are for: the random stream
  /// stays Keras's. A batch that was drawn ahead keeps the settings it was drawn with.
  ///
  /// - Parameter bound: Batches from this number on aren't begun.
  /// - Returns: Nil where the worker's next batch is one of those.
  /// - Complexity: O(workers × batch size).
  func next(into plan: inout BatchPlan, for worker: Int, below bound: Int) -> Ticket? {
    state.withLock { state in
      let settings = settings.current
      guard state.nextNumber(of: worker, under: settings) < bound else { return nil }
      if let index = state.drawnAhead.firstIndex(where: { settings.gives($0.number, to: worker) }) {
        let drawn = state.drawnAhead.remove(at: index)
        plan = drawn.plan
        return state.ticket(drawn.number, drawn.settings)
      }
      var number = state.draw(into: &plan, settings)
      while settings.passes(over: number, for: worker) {
        state.drawnAhead.append((number, plan, settings))
        number = state.draw(into: &plan, settings)
      }
      return state.ticket(number, settings)
    }
  }
}

extension RunSettings {
  /// Whether a batch is a worker's by the loader's rules.
  fileprivate func gives(_ number: Int, to worker: Int) -> Bool {
    scenario.loader != .torch || number % makers == worker
  }

  /// Whether a worker leaves a batch to another one. A worker that has no place any more takes the
  /// next one: no number would ever be its own.
  fileprivate func passes(over number: Int, for worker: Int) -> Bool {
    worker < makers && !gives(number, to: worker)
  }
}
