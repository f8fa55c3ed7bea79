package import Quantities

/// CPython's interpreter lock as a value: who holds it, who waits, and when the holder must let go.
///
/// A waiter asks the holder to drop the lock after the switch interval; until then the holder lets
/// go only by itself, where it runs code that doesn't need it. A dropped lock goes to who has waited
/// longest, and the dropper waits behind the others (CPython's forced switch since 3.2).
///
/// - Source: CPython `Python/ceval_gil.c`; `switch_interval` in the cost profile.
package struct InterpreterLockRules: Sendable {
  /// A waiter that has a core of its own looks again and again this long before it sleeps: a wake-up
  /// takes some fifty microseconds, and all that a batch does in a row without letting go ends within
  /// it.
  package static let spin = Nanoseconds.milliseconds(2)

  /// How long a waiter waits before it asks; changes hold from the next look on.
  package var interval: Nanoseconds
  package private(set) var holder: Int?
  private var waiters: [Int] = []
  /// When the one who has waited longest began to wait, or the lock last changed hands.
  private var waitingSince = Nanoseconds.zero

  package init(interval: Nanoseconds) { self.interval = interval }

  package var isContended: Bool { !waiters.isEmpty }

  /// When the holder must let go if it hasn't by then.
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

  /// Lets go; the answer is who holds it now.
  package mutating func release(_ thread: Int, at now: Nanoseconds) -> Int? {
    precondition(holder == thread, "only the holder lets go")
    // Mostly there is one, and the last one is gone sooner than the first.
    holder = waiters.count > 1 ? waiters.removeFirst() : waiters.popLast()
    waitingSince = now
    return holder
  }

  /// The holder lets go because it was asked to, and queues up again behind the others.
  package mutating func drop(_ thread: Int, at now: Nanoseconds) -> Int? {
    let next = release(thread, at: now)
    if next != nil { waiters.append(thread) } else { holder = thread }
    return next
  }
}
