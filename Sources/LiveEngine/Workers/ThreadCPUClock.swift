import CLinux
import Pipeline
import Quantities

/// The calling thread's CPU clock, and the cost of reading it.
struct ThreadCPUClock {
  /// CPU time of one reading, to be subtracted from the difference of two readings.
  let cost: Nanoseconds

  init() {
    var least = Nanoseconds.never
    for _ in 0..<32 {
      let start = Self.read()
      least = min(least, Self.read() - start)
    }
    cost = least
  }

  var now: Nanoseconds { Self.read() }

  private static func read() -> Nanoseconds { Nanoseconds(cl_thread_cpu_ns()) }
}
