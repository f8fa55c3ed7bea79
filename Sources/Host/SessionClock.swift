import CLinux
package import Quantities

/// The monotonic clock, counted from the session's start.
package struct SessionClock: Sendable {
  /// CLOCK_MONOTONIC at the session's start.
  package let start: Nanoseconds

  /// A clock that starts now.
  package init() { start = Nanoseconds(cl_monotonic_ns()) }

  /// A clock that started at a moment of CLOCK_MONOTONIC.
  package init(start: Nanoseconds) { self.start = start }

  /// Time since the start.
  package var now: Nanoseconds { Nanoseconds(cl_monotonic_ns()) - start }

  /// Sleeps until a moment of this clock; the kernel wakes the thread some 60 µs late.
  package func sleep(until deadline: Nanoseconds) { cl_sleep_until_ns((start + deadline).count) }
}
