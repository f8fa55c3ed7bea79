import Host
import Pipeline
import Quantities
import Synchronization

/// The emulated clock governor between real threads, by the rules of `GovernorRules`.
///
/// It has no thread of its own: the threads that burn end the windows that are over. It belongs to the
/// published settings' governor: every locked step first follows a change of that.
final class LiveGovernor: Sendable {
  private let settings: PublishedSettings
  private let rules: Monitor<GovernorRules?>
  // Mirrors of the rules' answers, for looks without the lock; written under it.
  private let clockBits = Atomic<UInt64>(1.0.bitPattern)
  private let windowEnd = Atomic<Int64>(.max)

  init(settings: PublishedSettings) {
    self.settings = settings
    rules = Monitor(nil)
    settingsWerePublished(at: .zero)
  }

  /// The clock as a share of the highest.
  var clock: Double { Double(bitPattern: clockBits.load(ordering: .relaxed)) }

  /// Whether the session has a governor.
  var isOn: Bool { windowEnd.load(ordering: .relaxed) != .max }

  /// Brings the mirrors up to date after settings were published; the same governor goes on.
  func settingsWerePublished(at now: Nanoseconds) { change(at: now) { _ in } }

  /// A thread begins to burn.
  func begin(_ thread: Int, at now: Nanoseconds) { change(at: now) { $0?.begin(thread, at: now) } }

  /// A thread stops burning.
  func end(_ thread: Int, at now: Nanoseconds) { change(at: now) { $0?.end(thread, at: now) } }

  /// Ends the windows that are over by now.
  func advance(to now: Nanoseconds) {
    guard now.count >= windowEnd.load(ordering: .relaxed) else { return }
    change(at: now) { rules in
      while let end = rules?.windowEnd, end <= now { rules?.endWindow() }
    }
  }

  private func change(at now: Nanoseconds, _ body: (inout GovernorRules?) -> Void) {
    rules.withLock { rules in
      let settings = settings.current
      let governor = settings.scenario.governor
      if rules?.governor != governor {
        rules = governor.map {
          GovernorRules(
            $0, threads: settings.makers + 1, cores: settings.cores, at: now)
        }
      }
      body(&rules)
      clockBits.store((rules?.clock ?? 1).bitPattern, ordering: .relaxed)
      windowEnd.store(rules?.windowEnd.count ?? .max, ordering: .relaxed)
    }
  }
}
