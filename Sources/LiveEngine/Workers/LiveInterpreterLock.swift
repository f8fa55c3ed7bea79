import Host
import Pipeline
import Quantities
import Synchronization

/// The emulated interpreter lock between real threads, by the rules of `InterpreterLockRules`.
///
/// Waiters spin for a moment before they sleep: a hand-over after a few microseconds would else cost
/// a wake-up of fifty. Where more threads burn than there are cores they don't: spinning would take
/// the processor from the holder.
final class LiveInterpreterLock: Sendable {
  private let rules: Monitor<InterpreterLockRules>
  private let clock: SessionClock
  /// Mirrors of the rules' answers, for looks without the lock. Written under it.
  private let holder = Atomic<Int>(-1)
  private let dropDue = Atomic<Int64>(.max)

  init(interval: Nanoseconds, clock: SessionClock) {
    rules = Monitor(InterpreterLockRules(interval: interval))
    self.clock = clock
  }

  func setInterval(_ interval: Nanoseconds) { change { $0.interval = interval } }

  /// Takes the lock; the answer is how long that took.
  ///
  /// - Parameter spins: There are cores enough for a waiter to burn one.
  func acquire(_ thread: Int, spins: Bool) -> Nanoseconds {
    let asked = clock.now
    let isMine = change { $0.acquire(thread, at: asked) }
    return isMine ? .zero : awaitTurn(thread, since: asked, spins: spins)
  }

  func release(_ thread: Int) {
    let now = clock.now
    let next = change { $0.release(thread, at: now) }
    if next != nil { rules.wakeAll() }
  }

  /// Whether the holder was asked to let go by now.
  func isDropDue(at now: Nanoseconds) -> Bool { now.count >= dropDue.load(ordering: .relaxed) }

  /// Lets go because it was asked to, and waits for its next turn.
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
      let answer = body(&rules)
      dropDue.store(rules.dropDue.count, ordering: .relaxed)
      // pairs with the acquiring load in awaitTurn()
      holder.store(rules.holder ?? -1, ordering: .releasing)
      return answer
    }
  }
}
