import CLinux
package import Host
import LiveEngine
package import Pipeline
import Quantities
package import VirtualEngine

/// Predicts, during a running session, the epoch after each possible key press.
///
/// It has a thread of its own at low priority, and rests long enough after every round to stay under
/// its share of a core. A change that is predicted from anew at once is paid for by later rests.
package final class BackgroundPredictor: Sendable {
  /// Of one core: with the screen and the recorder it stays below 2 %.
  private static let standardShare = 0.007
  /// Somebody's own job needs the cores itself.
  private static let shareBesideJob = 0.003
  /// Pairs of changes cost many simulations: within one scenario they are predicted in one of this
  /// many rounds.
  private static let roundsPerAdvice = 4
  private static let shortestRest = Nanoseconds.milliseconds(500)
  /// The time between two checks for a stop or a change.
  private static let pollInterval = Nanoseconds.milliseconds(50)

  private struct State {
    var latest: Predictions?
    var isStopping = false
  }

  private let state = Monitor(State())
  private let thread = Monitor<JoinableThread?>(nil)
  private let kernels: @Sendable (Scenario) -> KernelTable?
  private let probesLatencies: Bool

  /// - Parameters:
  ///   - probesLatencies: Whether it measures how late this machine's threads wake up. On simulated time
  ///     the session's own costs say that, and a busy machine would change what is predicted.
  ///   - kernels: Returns the times of native stages under other switches, as far as they have been
  ///     measured. It is called on the predictor's thread, repeatedly.
  package init(
    probesLatencies: Bool = true, kernels: @escaping @Sendable (Scenario) -> KernelTable?
  ) {
    self.probesLatencies = probesLatencies
    self.kernels = kernels
  }

  /// The newest predictions, which may be of an earlier scenario: see `Predictions.scenario`.
  package var latest: Predictions? { state.withLock { $0.latest } }

  /// Starts the predictor's thread, which reads `source` until `stop()`.
  ///
  /// - Throws: `ThreadFault` where the system gives none.
  package func start(watching source: any SessionSource) throws(ThreadFault) {
    try thread.withLock { thread throws(ThreadFault) in
      let new = try JoinableThread(name: "predictor", isBackground: true) { [self] in run(source) }
      source.countPredictions { new.cpu }
      thread = new
    }
  }

  /// Ends the thread and waits for its end.
  package func stop() {
    state.withLock { $0.isStopping = true }
    thread.withLock { $0?.join() }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func run(_ source: any SessionSource) {
    var measured: WakeLatencies?
    var budget = CPUBudget(share: Self.standardShare)
    var rounds = 0
    while !isStopping {
      let reading = source.reading
      // The measurement needs a thread of its own, which the system may not give yet.
      measured =
        measured ?? (probesLatencies ? try? WakeProbe.measure() : WakeLatencies())
      if reading.state == .running, reading.canBePredicted, let latencies = measured,
        let predictor = try? Predictor(
          reading, latencies: latencies, kernels: kernels(reading.scenario))
      {
        let isAdvised = latest?.scenario == reading.scenario && latest?.advice != nil
        rounds = isAdvised ? rounds + 1 : 0
        predict(
          by: predictor, of: reading.scenario,
          advises: rounds.isMultiple(of: Self.roundsPerAdvice) && budget.allowsAdvice)
      }
      budget.share = reading.scenario.isJob ? Self.shareBesideJob : Self.standardShare
      rest(reading.scenario, source, &budget)
    }
  }

  /// Publishes what each key leads to, and then the advice, which takes longer.
  private func predict(
    by predictor: Predictor, of scenario: Scenario, advises: Bool
  ) {
    guard var predictions = try? predictor.predictions(while: { !isStopping }) else { return }
    // Until the new advice is there the old one holds, if it is of this scenario.
    let last = latest
    predictions.advice = last?.scenario == scenario ? last?.advice : nil
    publish(predictions)
    guard advises,
      let advice = try? predictor.advice(
        knowing: predictions.epochs, while: { !isStopping }), !isStopping
    else { return }
    predictions.advice = predictor.withPairs(advice, while: { !isStopping })
    guard !isStopping else { return }
    publish(predictions)
  }

  private func publish(_ predictions: Predictions) { state.withLock { $0.latest = predictions } }

  /// Sleeps until the budget is even; ends earlier where the session's scenario changes.
  private func rest(
    _ scenario: Scenario, _ source: any SessionSource, _ budget: inout CPUBudget
  ) {
    let earliest = cl_monotonic_ns() + Self.shortestRest.count
    while !isStopping {
      cl_sleep_until_ns(cl_monotonic_ns() + Self.pollInterval.count)
      guard cl_monotonic_ns() >= earliest else { continue }
      budget.update()
      if budget.isEven { return }
      // A change is predicted from anew as soon as something is measured under it.
      let reading = source.reading
      if reading.scenario != scenario, reading.pending.isEmpty,
        reading.consumer.steps >= Predictions.leastSteps, budget.allowsPredictions
      {
        return
      }
    }
  }
}

/// The calling thread's CPU time over what its share of a core allows.
private struct CPUBudget {
  /// Seconds of CPU time that changes may take in advance.
  private static let advance = 0.6

  /// Of one core.
  var share: Double
  /// Seconds.
  private var debt = 0.0
  private var at = cl_monotonic_ns()
  private var cpu = cl_thread_cpu_ns()

  init(share: Double) { self.share = share }

  mutating func update() {
    let (now, spent) = (cl_monotonic_ns(), cl_thread_cpu_ns())
    debt = max(0, debt + Double(spent - cpu) * 1e-9 - Double(now - at) * 1e-9 * share)
    (at, cpu) = (now, spent)
  }

  /// Whether all that was spent is within the share.
  var isEven: Bool { debt <= 0 }
  var allowsPredictions: Bool { debt < Self.advance }
  /// Advice takes several times as long.
  var allowsAdvice: Bool { debt < Self.advance / 2 }
}
