package import Quantities

/// How late threads run on a machine that waited for something; nothing where nobody measured it.
package struct WakeLatencies: Hashable, Sendable {
  /// After a wait long enough for the waiter's processor to fall idle.
  package var idle: Nanoseconds
  /// After the short wait for an interpreter lock whose waiters sleep at once.
  package var handOver: Nanoseconds

  package init(idle: Nanoseconds = .zero, handOver: Nanoseconds = .zero) {
    self.idle = idle
    self.handOver = handOver
  }
}
