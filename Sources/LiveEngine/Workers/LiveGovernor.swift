import Host
import Pipeline
import Quantities
import Synchronization

/// The emulated clock governor between real threads, by the rules of `GovernorRules`.
///
/// It has no thread of its own: whoever burns ends the windows that are over.
final class LiveGovernor: Sendable {
  private let rules: Monitor<GovernorRules?>
  /// Mirrors of the rules' answers, for looks without the lock. Written under it.
  private let clockBits = Atomic<UInt64>(1.0.bitPattern)
  private let windowEnd = Atomic<Int64>(.max)

  init(_ governor: Governor?, threads: Int, cores: Int) {
    rules = Monitor(governor.map { GovernorRules($0, threads: threads, cores: cores) })
    rules.withLock { mirror($0) }
  }

  /// The clock as a share of the highest.
  var clock: Double { Double(bitPattern: clockBits.load(ordering: .relaxed)) }

  var isOn: Bool { windowEnd.load(ordering: .relaxed) != .max }

  /// Takes another governor; the same one goes on.
  func set(_ governor: Governor?, threads: Int, cores: Int, at now: Nanoseconds) {
    rules.withLock { rules in
      guard rules?.governor != governor else { return }
      rules = governor.map { GovernorRules($0, threads: threads, cores: cores, at: now) }
      mirror(rules)
    }
  }

  func begin(_ thread: Int, at now: Nanoseconds) {
    rules.withLock { $0?.begin(thread, at: now) }
  }

  func end(_ thread: Int, at now: Nanoseconds) {
    rules.withLock { $0?.end(thread, at: now) }
  }

  /// Ends the windows that are over by now.
  func look(at now: Nanoseconds) {
    guard now.count >= windowEnd.load(ordering: .relaxed) else { return }
    rules.withLock { rules in
      while let end = rules?.windowEnd, end <= now { rules?.endWindow() }
      mirror(rules)
    }
  }

  private func mirror(_ rules: GovernorRules?) {
    clockBits.store((rules?.clock ?? 1).bitPattern, ordering: .relaxed)
    windowEnd.store(rules?.windowEnd.count ?? .max, ordering: .relaxed)
  }
}
