package import Augmentation
import CLinux
import Host
import LiveEngine
package import Pipeline
package import Quantities

/// How long a scenario's epoch takes on real threads.
package struct LiveEpoch {
  /// The time between two checks of the clock and the session.
  private static let pollInterval = Nanoseconds.milliseconds(20)

  /// The pictures can't be read any more.
  package struct Failed: Error {
    /// The failed session's message.
    package let reason: String
  }

  private let dataset: any DatasetSource

  /// Measures sessions that read `dataset`.
  package init(_ dataset: any DatasetSource) { self.dataset = dataset }

  /// Runs a session of its own: a second of settling, then the window that a report has.
  ///
  /// - Parameters:
  ///   - length: Of the window; two seconds at least give an interval.
  ///   - endsByTheClock: As `LiveSession`'s.
  /// - Returns: The session's last reading; nil where it was cancelled.
  /// - Throws: `Failed` where the session can't read its pictures; `ThreadFault` where the system gives
  ///   too few threads.
  package func measure(
    _ scenario: Scenario, for length: Nanoseconds, endsByTheClock: Bool = false,
    isCancelled: () -> Bool
  ) throws -> Reading? {
    let session = LiveSession(
      scenario: scenario, dataset: dataset, endsByTheClock: endsByTheClock)
    try session.start()
    let end = SessionLedger.settlingTime + length
    while session.clock.now < end, !isCancelled() {
      cl_sleep_until_ns(cl_monotonic_ns() + Self.pollInterval.count)
      if case .failed(let reason) = session.reading.state {
        _ = session.stop()
        throw Failed(reason: reason)
      }
    }
    let reading = session.stop()
    return isCancelled() ? nil : reading
  }
}
