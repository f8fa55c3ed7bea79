import CLinux
package import Host
import LiveEngine
package import Pipeline
import Quantities
package import VirtualEngine

/// Predicts, during a running session, the epoch after each possible key press.
///
/// It has a thread of its own at low priority, and rests long enough after every round to stay under
/// its share of a core.
package final class BackgroundPredictor: Sendable {
  /// Of one core; the rests follow from it.
  private static let standardShare = 0.012
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

  /// - Parameter kernels: Returns the times of native stages under other switches, as far as they have
  ///   been measured. It is called on the predictor's thread, repeatedly.
  package init(kernels: @escaping @Sendable (Scenario) -> KernelTable?) {
    self.kernels = kernels
  }

  /// The newest predictions, which may be of an earlier scenario: see `Predictions.scenario`.
  package var latest: Predictions? { state.withLock { $0.latest } }

  /// Starts the predictor's thread, which reads `source` until `stop()`.
  ///
  /// - Throws: `ThreadFault` where the system gives none.
  package func start(watching source: any SessionSource) throws(ThreadFault) {
    try thread.withLock { thread throws(ThreadFault) in
      thread = try JoinableThread(name: "predictor", isBackground: true) { [self] in run(source) }
    }
  }

  /// Ends the thread and waits for its end.
  package func stop() {
    state.withLock { $0.isStopping = true }
    thread.withLock { $0?.join() }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func run(_ source: any SessionSource) {
    var meter = ShareMeter()
    meter.take()
    var measured: WakeLatencies?
    var rounds = 0
    while !isStopping {
      let reading = source.reading
      // The measurement needs a thread of its own, which the system may not give yet.
      measured = measured ?? (try? WakeProbe.measure())
      if reading.state == .running, let latencies = measured,
        let predictor = try? Predictor(
          reading, latencies: latencies, kernels: kernels(reading.scenario))
      {
        let isAdvised = latest?.scenario == reading.scenario && latest?.advice != nil
        rounds = isAdvised ? rounds + 1 : 0
        predict(
          by: predictor, of: reading.scenario, meter.share,
          advises: rounds.isMultiple(of: Self.roundsPerAdvice))
      }
      let cpu = Nanoseconds(cl_thread_cpu_ns()) - meter.latest
      let share = reading.scenario.isJob ? Self.shareBesideJob : Self.standardShare
      rest(max(Self.shortestRest, cpu * (1 / share)), reading.scenario, source)
      meter.take()
    }
  }

  /// Publishes what each key leads to, and then the advice, which takes longer.
  private func predict(
    by predictor: Predictor, of scenario: Scenario, _ share: Double, advises: Bool
  ) {
    guard var predictions = try? predictor.predictions(while: { !isStopping }) else { return }
    predictions.cpuFraction = share
    // Until the new advice is there the old one holds, if it is of this scenario.
    let last = latest
    predictions.advice = last?.scenario == scenario ? last?.advice : nil
    publish(predictions)
    guard advises, let advice = try? predictor.advice(while: { !isStopping }), !isStopping else {
      return
    }
    predictions.advice = predictor.withPairs(advice, while: { !isStopping })
    guard !isStopping else { return }
    publish(predictions)
  }

  private func publish(_ predictions: Predictions) { state.withLock { $0.latest = predictions } }

  /// Sleeps; ends earlier where the session's scenario changes.
  private func rest(_ length: Nanoseconds, _ scenario: Scenario, _ source: any SessionSource) {
    let end = cl_monotonic_ns() + length.count
    while cl_monotonic_ns() < end, !isStopping {
      cl_sleep_until_ns(cl_monotonic_ns() + Self.pollInterval.count)
      // A change is predicted from anew as soon as something is measured under it.
      let reading = source.reading
      if reading.scenario != scenario, reading.pending.isEmpty,
        reading.consumer.steps >= 8, cl_monotonic_ns() > end - length.count / 2
      {
        return
      }
    }
  }
}

/// The calling thread's share of a core over the last rounds of five seconds, as the session's own cost
/// is measured.
private struct ShareMeter {
  private static let window = Nanoseconds.seconds(5)

  private var samples: [(at: Nanoseconds, cpu: Nanoseconds)] = []

  /// The thread's CPU time at the last sample.
  var latest: Nanoseconds { samples.last?.cpu ?? .zero }

  mutating func take() {
    let now = Nanoseconds(cl_monotonic_ns())
    samples.append((now, Nanoseconds(cl_thread_cpu_ns())))
    while samples.count > 2, now - samples[1].at >= Self.window { samples.removeFirst() }
  }

  var share: Double {
    guard let first = samples.first, let last = samples.last, last.at > first.at else { return 0 }
    return (last.cpu - first.cpu).seconds / (last.at - first.at).seconds
  }
}
