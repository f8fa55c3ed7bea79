import CLinux
package import Quantities

/// The monotonic clock, counted from the session's start.
package struct SessionClock: Sendable {
  /// CLOCK_MONOTONIC at the session's start.
  package let start: Nanoseconds

  package init() { start = Nanoseconds(cl_monotonic_ns()) }

  package var now: Nanoseconds { Nanoseconds(cl_monotonic_ns()) - start }

  package func sleep(until deadline: Nanoseconds) { cl_sleep_until_ns((start + deadline).count) }
}
