import Host
import Pipeline
import Quantities
import Synchronization

/// The emulated interpreter lock between real threads, by the rules of `InterpreterLockRules`.
///
/// It is CPython's own mechanism: a mutex, and waits with a timeout on conditions. A waiter sleeps, so
/// how late it runs after a signal is this machine's time, as it is for Python's threads.
final class LiveInterpreterLock: Sendable {
  /// A thread's turn.
  struct Turn {
    /// The time waited for it.
    var waited: Nanoseconds
    /// Whether another thread had the lock before.
    var isChange: Bool
  }

  private let rules = Monitor(InterpreterLockRules())
  /// Each thread's own, so that a signal wakes the one that it is for.
  private let conditions: [Condition]
  private let interval: @Sendable () -> Nanoseconds
  private let clock: SessionClock
  /// The rules' answer, for looks without the lock; written under it.
  private let dropRequest = Atomic<Bool>(false)

  /// - Parameters:
  ///   - threads: That may ask for it, numbered from 0 on; nil means the consumer and all workers.
  ///   - interval: Returns the switch interval in force; called at every wait.
  init(
    threads: Int? = nil, interval: @escaping @Sendable () -> Nanoseconds, clock: SessionClock
  ) {
    conditions = (0..<(threads ?? Scenario.workerCounts.upperBound + 1)).map { _ in Condition() }
    self.interval = interval
    self.clock = clock
  }

  /// Takes the lock, and waits for it if need be.
  ///
  /// - Parameter thread: In a session's lock 0 for the consumer, from 1 on for workers; must not hold the
  ///   lock.
  func acquire(_ thread: Int) -> Turn {
    if let grant = change({ $0.ask(thread) }) {
      return turn(grant, waited: .zero)
    }
    let asked = clock.now
    while true {
      let timeout = clock.start + clock.now + interval()
      let wait = rules.wait(on: conditions[thread], deadline: timeout) {
        $0.isSignalled(thread) ? true : nil
      }
      let grant = change { wait == true ? $0.ask(thread) : $0.timeOut(thread) }
      if let grant { return turn(grant, waited: clock.now - asked) }
    }
  }

  /// Lets go, and signals the thread that has waited longest.
  ///
  /// - Parameter leaves: The thread is going to sleep. Otherwise, where it was asked to let go, it stands
  ///   still until another thread has had the lock.
  /// - Returns: The time that it stood still.
  func release(_ thread: Int, leaves: Bool) -> Nanoseconds {
    let release = change { $0.release(thread, leaves: leaves) }
    if let waiter = release.signalled { conditions[waiter].wakeOne() }
    guard release.stands else { return .zero }
    let start = clock.now
    rules.waitUntilTrue(on: conditions[thread]) { !$0.isStanding(thread) }
    return clock.now - start
  }

  /// Whether a waiter has waited for the switch interval, so that the holder has to let go.
  var isDropRequested: Bool { dropRequest.load(ordering: .relaxed) }

  /// Whether a thread waits for the lock that no signal is on its way to.
  var isContended: Bool { rules.withLock { $0.isContended } }

  private func turn(_ grant: InterpreterLockRules.Grant, waited: Nanoseconds) -> Turn {
    if let freed = grant.freed { conditions[freed].wakeOne() }
    return Turn(waited: waited, isChange: grant.isChange)
  }

  private func change<Answer>(_ body: (inout InterpreterLockRules) -> Answer) -> Answer {
    rules.withLock { rules in
      let answer = body(&rules)
      dropRequest.store(rules.isDropRequested, ordering: .relaxed)
      return answer
    }
  }
}
