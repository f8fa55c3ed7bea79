package import Quantities

/// A clock governor: how fast the processors run, as a share of their highest clock.
///
/// All cores share the clock. After every window the busiest core's load decides: above the
/// threshold the clock goes one step up, else one step down, within `floor` and 1. Work that burns
/// CPU takes 1/clock as long.
///
/// Which thread ran on which core isn't known. The busiest core was at least as busy as the busiest
/// thread and as the mean of the cores, so the higher of the two is taken for its load.
///
/// - Source: the idea of Linux's `conservative` governor (Documentation/admin-guide/pm/cpufreq.rst);
///   the constants are parameters, not measurements.
package struct Governor: Hashable, Sendable {
  /// The lowest clock, as a share of the highest, above 0.
  package var floor: Double
  /// The load of the busiest core above which the clock goes up, 0...1.
  package var threshold: Double
  /// The time over which the load is measured.
  package var window: Duration
  /// The change of the clock after each window, as a share of the highest clock.
  package var step: Double

  /// A governor; the defaults are examples, not measurements of a machine.
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

/// The governor's rules as a pure value: from the times at which threads burn CPU it computes the
/// clock.
package struct GovernorRules: Sendable {
  /// The parameters.
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

  /// Full clock and an empty window that begins at `now`.
  ///
  /// - Parameter threads: Threads that may burn CPU; more may come later.
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

  /// A thread stops burning CPU: it waits, sleeps or has ended.
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
    let next = busiest > governor.threshold ? clock + governor.step : clock - governor.step
    clock = min(1, max(governor.floor, next))
    windowStart = windowEnd
    windowEnd += Nanoseconds(governor.window)
  }

  /// Adds the core time since the last event: as many cores are busy as threads burn, up to `cores`.
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
