/// CPython's interpreter lock as a pure value: who holds it, who waits, and who was asked to let go.
///
/// The lock is let go of and not handed over. A release signals one waiter and promises it nothing:
/// whoever asks first has the lock, and a waiter that wakes up too late waits a whole switch interval
/// anew. A waiter whose interval passes without a change of holder asks for a drop; the holder then
/// lets go at once and stands still until another thread has had the lock.
///
/// ```swift
/// var lock = InterpreterLockRules()
/// _ = lock.ask(0)              // granted: the lock was free
/// _ = lock.ask(1)              // nil: it waits
/// _ = lock.timeOut(1)          // 5 ms later: it asks for a drop, and waits on
/// let release = lock.release(0)   // signals 1; 0 stands still
/// _ = lock.ask(1)              // granted, and 0 may go on
/// ```
///
/// - Source: CPython 3.2 to 3.13, `take_gil` and `drop_gil` in `Python/ceval_gil.c`, with
///   `FORCE_SWITCHING`.
package struct InterpreterLockRules: Sendable {
  /// What a thread finds that has been given the lock.
  package struct Grant: Equatable, Sendable {
    /// Whether another thread had it before.
    package let isChange: Bool
    /// The thread that stood still until now, and goes on.
    package let freed: Int?
  }

  /// What follows from a release.
  package struct Release: Equatable, Sendable {
    /// The waiter that wakes up and asks anew; nil where nobody waits unsignalled.
    package let signalled: Int?
    /// Whether the releasing thread stands still until a grant frees it.
    package let stands: Bool
  }

  private struct Waiter {
    var thread: Int
    /// Changes of holder when the wait began.
    var changes: Int
    var isSignalled = false
  }

  /// The thread that holds the lock; nil while it is free.
  package private(set) var holder: Int?
  /// Whether the holder has to let go as soon as it can.
  package private(set) var isDropRequested = false
  private var lastHolder: Int?
  private var changes = 0
  private var stalled: Int?
  private var waiters: [Waiter] = []
  private var unsignalled = 0

  /// A free lock.
  package init() {}

  /// Whether a release would wake a thread up.
  package var isContended: Bool { unsignalled > 0 }

  /// Asks for the lock, for the first time or after a signal.
  ///
  /// - Returns: nil where another thread has it: then the thread waits until it is signalled, or until
  ///   the interval is over and it calls `timeOut`.
  /// - Complexity: O(waiters).
  package mutating func ask(_ thread: Int) -> Grant? {
    precondition(holder != thread, "the interpreter lock isn't recursive")
    _ = removeWaiter(thread)
    guard holder == nil else {
      waiters.append(Waiter(thread: thread, changes: changes))
      unsignalled += 1
      return nil
    }
    holder = thread
    isDropRequested = false
    guard lastHolder != thread else { return Grant(isChange: false, freed: nil) }
    lastHolder = thread
    changes += 1
    let freed = stalled
    stalled = nil
    return Grant(isChange: true, freed: freed)
  }

  /// Ends a wait that no signal ended within the interval: asks for a drop where the holder hasn't
  /// changed meanwhile, and for the lock.
  ///
  /// - Returns: As `ask`.
  /// - Complexity: O(waiters).
  package mutating func timeOut(_ thread: Int) -> Grant? {
    guard let waiter = removeWaiter(thread) else {
      preconditionFailure("only a waiter's time can be over")
    }
    if holder != nil, waiter.changes == changes { isDropRequested = true }
    return ask(thread)
  }

  /// Lets go of the lock and signals the waiter that has waited longest.
  ///
  /// - Parameter leaves: The thread is going to sleep; it doesn't stand still for another one.
  /// - Complexity: O(waiters).
  package mutating func release(_ thread: Int, leaves: Bool = false) -> Release {
    precondition(holder == thread, "only the holder releases the lock")
    holder = nil
    let stands = isDropRequested && !waiters.isEmpty && !leaves
    isDropRequested = false
    if stands { stalled = thread }
    guard unsignalled > 0, let next = waiters.firstIndex(where: { !$0.isSignalled }) else {
      return Release(signalled: nil, stands: stands)
    }
    waiters[next].isSignalled = true
    unsignalled -= 1
    return Release(signalled: waiters[next].thread, stands: stands)
  }

  /// Whether a waiter has been signalled and hasn't asked since.
  package func isSignalled(_ thread: Int) -> Bool {
    waiters.contains { $0.thread == thread && $0.isSignalled }
  }

  /// Whether a thread that let go because it was asked to still stands still.
  package func isStanding(_ thread: Int) -> Bool { stalled == thread }

  private mutating func removeWaiter(_ thread: Int) -> Waiter? {
    guard !waiters.isEmpty, let index = waiters.firstIndex(where: { $0.thread == thread }) else {
      return nil
    }
    let waiter = waiters.remove(at: index)
    if !waiter.isSignalled { unsignalled -= 1 }
    return waiter
  }
}
