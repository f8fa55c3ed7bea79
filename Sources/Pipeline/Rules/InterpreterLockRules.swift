package import Quantities

/// CPython's interpreter lock as a pure value: its holder, its waiters, and the time at which the
/// holder must release it.
///
/// A waiter asks the holder to drop the lock after the switch interval; until then the holder
/// releases it only where it runs code that doesn't need it. A dropped lock goes to the thread that
/// has waited longest, and the dropper waits behind the others (CPython's forced switch since 3.2).
///
/// - Source: CPython `Python/ceval_gil.c`; `switch_interval` in the cost profile.
package struct InterpreterLockRules: Sendable {
  /// A waiter with a core of its own spins this long before it sleeps: a wake-up takes some fifty
  /// microseconds, and the longest stretch that a batch holds the lock is shorter than this.
  package static let spin = Nanoseconds.milliseconds(2)

  /// The time after which a waiter asks for the lock.
  package var interval: Nanoseconds
  /// The thread that holds the lock; nil while it is free.
  package private(set) var holder: Int?
  private var waiters: [Int] = []
  /// The later of two moments: when the longest waiter began to wait, and when the holder last changed.
  private var waitingSince = Nanoseconds.zero

  /// A free lock.
  package init(interval: Nanoseconds) { self.interval = interval }

  /// Whether a thread waits for the lock.
  package var isContended: Bool { !waiters.isEmpty }

  /// The time at which the holder must release the lock; `never` without waiters.
  package var dropDue: Nanoseconds { waiters.isEmpty ? .never : waitingSince + interval }

  /// Asks for the lock; false means the thread now waits.
  package mutating func acquire(_ thread: Int, at now: Nanoseconds) -> Bool {
    precondition(holder != thread, "the interpreter lock isn't recursive")
    guard holder != nil else {
      holder = thread
      return true
    }
    if waiters.isEmpty { waitingSince = now }
    waiters.append(thread)
    return false
  }

  /// Releases the lock.
  ///
  /// - Returns: The new holder; nil if no thread waited.
  /// - Complexity: O(waiters).
  package mutating func release(_ thread: Int, at now: Nanoseconds) -> Int? {
    precondition(holder == thread, "only the holder releases the lock")
    // With one waiter, the usual case, removing the last element saves the shift.
    holder = waiters.count > 1 ? waiters.removeFirst() : waiters.popLast()
    waitingSince = now
    return holder
  }

  /// Releases the lock because a waiter asked for it, and waits again behind the others.
  ///
  /// - Returns: The new holder.
  package mutating func drop(_ thread: Int, at now: Nanoseconds) -> Int? {
    let next = release(thread, at: now)
    if next != nil { waiters.append(thread) } else { holder = thread }
    return next
  }
}
