import Host
import Pipeline
import Quantities
import Synchronization

/// The emulated interpreter lock between real threads, by the rules of `InterpreterLockRules`.
///
/// Waiters spin for a moment before they sleep: a hand-over after a few microseconds would otherwise
/// cost a wake-up of fifty. Where more threads burn than there are cores they don't: spinning would
/// take the processor from the holder. The switch interval is the published settings'.
final class LiveInterpreterLock: Sendable {
  private let rules: Monitor<InterpreterLockRules>
  private let interval: @Sendable () -> Nanoseconds
  private let clock: SessionClock
  // Mirrors of the rules' answers, for looks without the lock; written under it.
  private let holder = Atomic<Int>(-1)
  private let dropDue = Atomic<Int64>(.max)

  /// - Parameter interval: Returns the switch interval in force; called at every change of the lock.
  init(interval: @escaping @Sendable () -> Nanoseconds, clock: SessionClock) {
    rules = Monitor(InterpreterLockRules(interval: interval()))
    self.interval = interval
    self.clock = clock
  }

  /// Brings the mirrors up to date after settings were published.
  func settingsWerePublished() { change { _ in } }

  /// Takes the lock, and waits for it if need be.
  ///
  /// - Parameters:
  ///   - thread: 0 for the consumer, from 1 on for workers; must not hold the lock.
  ///   - spins: There are cores enough for a waiter to burn one.
  /// - Returns: The time waited.
  func acquire(_ thread: Int, spins: Bool) -> Nanoseconds {
    let asked = clock.now
    let isMine = change { $0.acquire(thread, at: asked) }
    return isMine ? .zero : awaitTurn(thread, since: asked, spins: spins)
  }

  /// Lets go; the thread that has waited longest holds the lock next.
  func release(_ thread: Int) {
    let now = clock.now
    let next = change { $0.release(thread, at: now) }
    if next != nil { rules.wakeAll() }
  }

  /// Whether a waiter has waited for the switch interval, so that the holder has to release the lock.
  func isDropDue(at now: Nanoseconds) -> Bool { now.count >= dropDue.load(ordering: .relaxed) }

  /// Releases the lock because the switch interval is over, and waits for the thread's next turn.
  ///
  /// - Returns: The time waited.
  func drop(_ thread: Int, spins: Bool) -> Nanoseconds {
    let asked = clock.now
    let next = change { $0.drop(thread, at: asked) }
    guard next != nil else { return .zero }
    rules.wakeAll()
    return awaitTurn(thread, since: asked, spins: spins)
  }

  private func awaitTurn(
    _ thread: Int, since asked: Nanoseconds, spins: Bool
  ) -> Nanoseconds {
    while spins, clock.now - asked < InterpreterLockRules.spin {
      // pairs with the releasing store in change()
      if holder.load(ordering: .acquiring) == thread { return clock.now - asked }
    }
    rules.waitUntilTrue { $0.holder == thread }
    return clock.now - asked
  }

  private func change<Answer>(_ body: (inout InterpreterLockRules) -> Answer) -> Answer {
    rules.withLock { rules in
      rules.interval = interval()
      let answer = body(&rules)
      dropDue.store(rules.dropDue.count, ordering: .relaxed)
      // pairs with the acquiring load in awaitTurn()
      holder.store(rules.holder ?? -1, ordering: .releasing)
      return answer
    }
  }
}
