import Host
import Pipeline
import Quantities

/// Sleeps until intended moments, although the kernel wakes a thread 60–190 µs late.
///
/// Every request is shortened by the median lateness of the last 31, so that the error's median stays
/// near zero. Waits shorter than that are spun, except for one in 16: only real sleeps measure the
/// lateness, and a busy second mustn't make every later wait a spin.
struct PunctualSleeper {
  private static let remembered = 31
  /// Sleeps that are later than this are late because other threads have the processors, and spinning
  /// would load the processors even more.
  private static let largestCorrection = Nanoseconds.microseconds(200)
  /// Short waits that are spun between two that are slept.
  private static let mostSpins = 15
  /// Longer sleeps check this often whether the session has stopped.
  private static let checkInterval = Nanoseconds.milliseconds(100)

  private let now: () -> Nanoseconds
  private let sleepUntil: (Nanoseconds) -> Void
  private let isStopping: @Sendable () -> Bool
  private var lateness: [Int64] = []
  private var next = 0
  private var spins = 0
  /// The time by which requests are shortened.
  private(set) var correction = Nanoseconds.microseconds(60)

  init(clock: SessionClock, isStopping: @escaping @Sendable () -> Bool) {
    self.init(
      now: { clock.now }, sleepUntil: { clock.sleep(until: $0) }, isStopping: isStopping)
  }

  /// - Parameters:
  ///   - now: A clock that never goes back.
  ///   - sleepUntil: Returns at that moment of the clock, or later.
  init(
    now: @escaping () -> Nanoseconds, sleepUntil: @escaping (Nanoseconds) -> Void,
    isStopping: @escaping @Sendable () -> Bool
  ) {
    self.now = now
    self.sleepUntil = sleepUntil
    self.isStopping = isStopping
    lateness.reserveCapacity(Self.remembered)
  }

  /// Returns at about the deadline, or earlier where the session has stopped.
  mutating func sleep(until deadline: Nanoseconds) {
    while deadline - now() > Self.checkInterval + Self.checkInterval {
      sleepUntil(now() + Self.checkInterval)
      if isStopping() { return }
    }
    let start = now()
    guard deadline > start else { return }
    var request = deadline - correction
    if request <= start {
      guard spins >= Self.mostSpins else {
        spins += 1
        while now() < deadline {}
        return
      }
      request = start + Nanoseconds((deadline - start).count / 2)
    }
    spins = 0
    sleepUntil(request)
    remember(now() - request)
  }

  private mutating func remember(_ late: Nanoseconds) {
    if lateness.count < Self.remembered {
      lateness.append(late.count)
    } else {
      lateness[next] = late.count
      next = (next + 1) % Self.remembered
    }
    let sorted = lateness.sorted()
    correction = min(Nanoseconds(sorted[sorted.count / 2]), Self.largestCorrection)
  }
}
