package import Pipeline
package import Quantities
import Synchronization

/// A session on simulated time, which stands still until `advance` moves it.
///
/// To the screen it is the same as a live session: it accepts the same requests, and its readings come
/// from the same ledger.
package final class VirtualSession: SessionSource {
  /// A reading ends a frame; frames are as long as a live session's.
  private static let frame = Nanoseconds.milliseconds(100)

  private struct State {
    var simulation: Simulation<SessionLedger>
    var requested: Scenario
    var generation = 0
    var isPaused = false
    var recording = RecordingState.off
    var latest: Reading
    var now = Nanoseconds.zero
  }

  private let costs: CostModel
  private let state: Mutex<State>

  /// Nil where the costs of the scenario aren't known.
  ///
  /// - Parameter stages: The session's; nil means the generator's.
  package init?(
    scenario: Scenario, dataset: DatasetFacts, stages: StageList? = nil, costs: CostModel,
    machineCores: Int
  ) {
    guard let stageCosts = costs.costs(of: scenario) else { return nil }
    self.costs = costs
    var ledger = SessionLedger(
      scenario: scenario, dataset: dataset, stages: stages, cores: machineCores)
    let first = ledger.reading(at: .zero)
    state = Mutex(
      State(
        simulation: Simulation(
          scenario, dataset: dataset, costs: stageCosts, machineCores: machineCores,
          listener: ledger), requested: scenario, latest: first))
  }

  /// The newest published reading.
  package var reading: Reading { state.withLock { $0.latest } }

  /// Simulated time since the start.
  package var now: Nanoseconds { state.withLock { $0.now } }

  /// Takes in pictures that were left out because they can't be read.
  package func leaveOut(_ pictures: BadPicturesReading) {
    state.withLock { state in
      for note in pictures.notes { state.simulation.listener.note(note, at: state.now) }
      Self.publish(&state)
    }
  }

  /// Whether no thread will ever act again, so that `advance` changes nothing but the time.
  package var isStuck: Bool { state.withLock { $0.simulation.isStuck } }

  /// Moves simulated time on, unless the session is paused; readings follow frame by frame.
  package func advance(by length: Nanoseconds) {
    state.withLock { state in
      guard !state.isPaused else { return Self.publish(&state) }
      let end = state.now + length
      while state.now < end {
        state.now = min(end, state.now + Self.frame)
        state.simulation.run(until: state.now)
        Self.publish(&state)
      }
    }
  }

  /// The report's reading.
  package func finish() -> Reading {
    state.withLock { state in
      state.simulation.listener.finish()
      return state.simulation.listener.summary(at: state.now)
    }
  }

  package func apply(_ request: SessionRequest) {
    state.withLock { state in
      switch request {
      case .change(let change): apply(change, to: &state)
      case .pause: setPaused(true, &state)
      case .resume: setPaused(false, &state)
      case .restartEpoch:
        state.simulation.restartEpoch()
        state.simulation.listener.note(.epochRestarted, at: state.now)
      case .mark(let text): state.simulation.listener.note(.marker(text), at: state.now)
      case .record(let path):
        state.recording = .failed(path: path, reason: "simulated time isn't recorded here")
      case .stopRecording: state.recording = .off
      case .replay: break
      }
      Self.publish(&state)
    }
  }

  private func apply(_ change: ScenarioChange, to state: inout State) {
    let scenario = state.requested.applying(change)
    guard let stageCosts = costs.costs(of: scenario) else {
      return state.simulation.listener.finish(
        failure: "the costs of '\(change.label(state.latest.stageList))' were never measured")
    }
    state.requested = scenario
    state.generation += 1
    state.simulation.listener.note(
      .asked(change, generation: state.generation, scenario: scenario), at: state.now)
    state.simulation.adopt(scenario, costs: stageCosts, generation: state.generation)
  }

  private func setPaused(_ paused: Bool, _ state: inout State) {
    guard state.isPaused != paused else { return }
    state.isPaused = paused
    state.simulation.listener.note(paused ? .paused : .resumed, at: state.now)
  }

  private static func publish(_ state: inout State) {
    state.simulation.listener.setOpen(state.simulation.openActivities)
    state.latest = state.simulation.listener.reading(at: state.now)
    state.latest.recording = state.recording
  }
}
