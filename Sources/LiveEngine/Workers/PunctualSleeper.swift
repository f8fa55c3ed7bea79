import Host
import Pipeline
import Quantities

/// Sleeps until intended moments, although the kernel wakes a thread 60–190 µs late.
///
/// Every request is shortened by the median lateness of the last 31; the error's median so stays
/// near zero. A wait shorter than that lateness can't be slept and is spun.
struct PunctualSleeper {
  private static let remembered = 31
  /// Longer sleeps look this often whether the session has stopped.
  private static let patience = Nanoseconds.milliseconds(100)

  private let clock: SessionClock
  private let isStopping: @Sendable () -> Bool
  private var lateness: [Int64] = []
  private var next = 0
  private(set) var median = Nanoseconds.microseconds(60)

  init(clock: SessionClock, isStopping: @escaping @Sendable () -> Bool) {
    self.clock = clock
    self.isStopping = isStopping
    lateness.reserveCapacity(Self.remembered)
  }

  mutating func sleep(until deadline: Nanoseconds) {
    while deadline - clock.now > Self.patience + Self.patience {
      clock.sleep(until: clock.now + Self.patience)
      if isStopping() { return }
    }
    let request = deadline - median
    guard request > clock.now else {
      while clock.now < deadline {}
      return
    }
    clock.sleep(until: request)
    remember(clock.now - request)
  }

  private mutating func remember(_ late: Nanoseconds) {
    if lateness.count < Self.remembered {
      lateness.append(late.count)
    } else {
      lateness[next] = late.count
      next = (next + 1) % Self.remembered
    }
    let sorted = lateness.sorted()
    median = Nanoseconds(sorted[sorted.count / 2])
  }
}
