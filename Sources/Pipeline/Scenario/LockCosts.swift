package import Quantities

/// What an interpreter lock costs the threads that share it.
///
/// - Source: CPython `Python/ceval_gil.c`: the lock is let go of, one waiter is signalled, and whoever
///   asks first has it.
package struct LockCosts: Hashable, Sendable {
  /// The shortest and the longest time from a signal to the moment at which the waiter looks at the
  /// lock; in between all are equally likely.
  package var wakeUp: ClosedRange<Duration>
  /// By how much longer a thread holds the lock when the last holder was another thread: what it needs
  /// lies in the other core's caches.
  package var cold: Duration
  /// The time that signalling a waiter takes the thread that lets go.
  package var signal: Duration

  /// Measured costs.
  package init(wakeUp: ClosedRange<Duration>, cold: Duration, signal: Duration) {
    self.wakeUp = wakeUp
    self.cold = cold
    self.signal = signal
  }

  /// CPython 3.11 on two cores of a virtual machine (AMD EPYC): what holds where a profile has no
  /// figures of its own.
  package static let usual = LockCosts(
    wakeUp: .microseconds(25) ... .microseconds(60), cold: .microseconds(22),
    signal: .nanoseconds(1_500))

  /// Whether every time is one of `times`.
  func isWithin(_ times: ClosedRange<Duration>) -> Bool {
    [wakeUp.lowerBound, wakeUp.upperBound, cold, signal].allSatisfy(times.contains)
  }
}

/// How much slower a thread works after it has slept: its core has been idle, and its caches hold what
/// others needed.
package struct AfterRest: Hashable, Sendable {
  /// At the end of the sleep, the share by which work takes longer; it falls evenly to nothing.
  package var slower: Double
  /// The work, in time at full speed, after which nothing is left of it.
  package var lasts: Duration

  /// A sleep at least this long counts as a rest.
  package static let shortest = Duration.milliseconds(1)
  /// The shares that `slower` may be.
  package static let shares = 0.0...10

  /// A measured effect.
  package init(slower: Double, lasts: Duration) {
    self.slower = slower
    self.lasts = lasts
  }

  /// Whether share and time are within limits.
  var isWithinLimits: Bool {
    Self.shares.contains(slower) && CostProfile.times.contains(lasts)
  }

  /// The time that `work` takes longer when it follows a rest.
  package func extra(_ work: Nanoseconds) -> Nanoseconds {
    let whole = Nanoseconds(lasts)
    guard whole > .zero else { return .zero }
    let part = min(1, Double(work.count) / Double(whole.count))
    return whole * (slower * part * (1 - part / 2))
  }
}
