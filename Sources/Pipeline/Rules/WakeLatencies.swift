package import Quantities

/// The delays until waiting threads run again on a machine; zero where they haven't been measured.
package struct WakeLatencies: Hashable, Sendable {
  /// After a wait long enough for the waiter's processor to fall idle.
  package var idle: Nanoseconds
  /// After the short wait for an interpreter lock whose waiters sleep at once.
  package var handOver: Nanoseconds

  /// Measured latencies, or none.
  package init(idle: Nanoseconds = .zero, handOver: Nanoseconds = .zero) {
    self.idle = idle
    self.handOver = handOver
  }
}
