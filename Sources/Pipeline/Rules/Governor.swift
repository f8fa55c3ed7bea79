package import Quantities

/// A clock governor: how fast the processors run, as a share of their highest clock.
///
/// All cores share the clock. After every window the busiest core's load decides: above the
/// threshold the clock goes one step up, else one step down, within `floor` and 1. Work that burns
/// CPU takes 1/clock as long.
///
/// Which thread ran on which core isn't known. The busiest core was at least as busy as the busiest
/// thread, and as the cores were on the mean; the higher of the two stands for it.
///
/// - Source: the idea of Linux's `conservative` governor (Documentation/admin-guide/pm/cpufreq.rst);
///   the constants are parameters, not measurements.
package struct Governor: Hashable, Sendable {
  package var floor: Double
  package var threshold: Double
  package var window: Duration
  package var step: Double

  package init(
    floor: Double = 0.4, threshold: Double = 0.8, window: Duration = .milliseconds(100),
    step: Double = 0.2
  ) {
    self.floor = floor
    self.threshold = threshold
    self.window = window
    self.step = step
  }
}

/// The governor as a value: told who burns when, it says how fast the clock runs.
package struct GovernorRules: Sendable {
  package let governor: Governor
  private let cores: Int
  /// In force since the last window's end.
  package private(set) var clock = 1.0
  /// The next moment at which `endWindow` is due.
  package private(set) var windowEnd: Nanoseconds
  private var windowStart: Nanoseconds
  private var busy: [Nanoseconds]
  /// Since when a thread burns; nil for those that don't.
  private var since: [Nanoseconds?]
  private var burning = 0
  /// Of all cores in this window, up to `accounted`.
  private var coreTime = Nanoseconds.zero
  private var accounted: Nanoseconds

  package init(_ governor: Governor, threads: Int, cores: Int, at now: Nanoseconds = .zero) {
    self.governor = governor
    self.cores = max(1, cores)
    windowStart = now
    accounted = now
    windowEnd = now + Nanoseconds(governor.window)
    busy = Array(repeating: .zero, count: threads)
    since = Array(repeating: nil, count: threads)
  }

  /// A thread begins to burn CPU.
  package mutating func begin(_ thread: Int, at now: Nanoseconds) {
    makeRoom(for: thread)
    account(to: now)
    if since[thread] == nil { burning += 1 }
    since[thread] = now
  }

  /// A thread burns no longer: it waits, sleeps, or is gone.
  package mutating func end(_ thread: Int, at now: Nanoseconds) {
    makeRoom(for: thread)
    guard let start = since[thread] else { return }
    account(to: now)
    busy[thread] += max(.zero, now - max(start, windowStart))
    since[thread] = nil
    burning -= 1
  }

  /// Judges the window that ends at `windowEnd` and begins the next.
  package mutating func endWindow() {
    account(to: windowEnd)
    var most = Nanoseconds.zero
    for thread in busy.indices {
      if let start = since[thread] { busy[thread] += windowEnd - max(start, windowStart) }
      most = max(most, busy[thread])
      busy[thread] = .zero
    }
    let length = (windowEnd - windowStart).seconds
    let busiest = max(most.seconds, coreTime.seconds / Double(cores)) / length
    coreTime = .zero
    let wished = busiest > governor.threshold ? clock + governor.step : clock - governor.step
    clock = min(1, max(governor.floor, wished))
    windowStart = windowEnd
    windowEnd += Nanoseconds(governor.window)
  }

  /// As many cores are busy as threads burn, as far as there are any.
  private mutating func account(to now: Nanoseconds) {
    guard now > accounted else { return }
    coreTime += (now - accounted) * min(burning, cores)
    accounted = now
  }

  private mutating func makeRoom(for thread: Int) {
    while busy.count <= thread {
      busy.append(.zero)
      since.append(nil)
    }
  }
}
