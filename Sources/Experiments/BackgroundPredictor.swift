import CLinux
import LiveEngine
package import Pipeline
import Synchronization
import VirtualEngine

/// Works out, beside a running session, what each key press would make of the epoch.
///
/// It has a thread of its own at low priority, and rests long enough after every round to stay under
/// its share of a core.
package final class BackgroundPredictor: Sendable {
  /// Of one core; the rests follow from it.
  private static let share = 0.015
  private static let shortestRest = Nanoseconds.milliseconds(500)
  /// It looks this often whether it is to stop, or the scenario has changed.
  private static let look = Nanoseconds.milliseconds(50)

  private struct State {
    var latest: Predictions?
    var isStopping = false
  }

  private let state = Mutex(State())
  private let thread = Mutex<BackgroundThread?>(nil)

  package init() {}

  /// The newest predictions; for which scenario, they say themselves.
  package var latest: Predictions? { state.withLock { $0.latest } }

  package func start(watching source: any SessionSource) {
    thread.withLock {
      $0 = BackgroundThread(name: "predictor") { [self] in run(source) }
    }
  }

  package func stop() {
    state.withLock { $0.isStopping = true }
    thread.withLock { $0?.join() }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func run(_ source: any SessionSource) {
    var roundStart = cl_monotonic_ns()
    var cpuStart = cl_thread_cpu_ns()
    var share = 0.0
    let latency = WakeProbe.measure()
    while !isStopping {
      let reading = source.reading
      if reading.state == .running,
        var predictions = try? Predictor(reading, wakeLatency: latency).predictions()
      {
        predictions.cpuFraction = share
        state.withLock { $0.latest = predictions }
      }
      let cpu = Nanoseconds(cl_thread_cpu_ns() - cpuStart)
      rest(max(Self.shortestRest, cpu * (1 / Self.share)), reading.scenario, source)
      share = Double(cpu.count) / Double(max(1, cl_monotonic_ns() - roundStart))
      roundStart = cl_monotonic_ns()
      cpuStart = cl_thread_cpu_ns()
    }
  }

  /// Sleeps; not so long where the session becomes another one.
  private func rest(_ length: Nanoseconds, _ scenario: Scenario, _ source: any SessionSource) {
    let end = cl_monotonic_ns() + length.count
    while cl_monotonic_ns() < end, !isStopping {
      cl_sleep_until_ns(cl_monotonic_ns() + Self.look.count)
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
