import Glibc
package import Quantities

/// A value behind a lock that threads can wait at, which `Synchronization` doesn't offer.
///
/// State that threads share is guarded with it also where no thread waits: the thread sanitizer follows
/// a pthread's mutex, but not the futex within `Mutex`.
///
/// The value may only be touched inside `withLock`; a thread that changes it so that a waiter may go
/// on calls `wakeAll` afterwards. Where several kinds of waiters must not wake each other, each kind
/// has a `Condition` of its own. Timed waits use CLOCK_MONOTONIC. The lock isn't recursive.
///
/// `@unchecked Sendable` because every access to `value` is between lock and unlock of `mutex`.
package final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = Condition()

  /// A monitor that guards a value.
  package init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the value, alone; mustn't be called from within `body`.
  ///
  /// - Throws: What `body` throws.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Waits until `isTrue` answers true; it runs under the lock, at once and after every wake-up.
  package func waitUntilTrue(on condition: Condition? = nil, _ isTrue: (Value) -> Bool) {
    wait(on: condition) { isTrue($0) ? () : nil }
  }

  /// Waits until `body` returns a value; it runs under the lock, at once and after every wake-up.
  ///
  /// - Parameter condition: Wakes the waiter; nil means the monitor's own.
  package func wait<Result>(
    on condition: Condition? = nil, until body: (inout Value) -> Result?
  ) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      pthread_cond_wait((condition ?? self.condition).pointer, mutex)
    }
  }

  /// Waits until `body` returns a value, but no longer than until a moment of the monotonic clock.
  ///
  /// - Parameters:
  ///   - condition: Wakes the waiter; nil means the monitor's own.
  ///   - deadline: Nanoseconds of CLOCK_MONOTONIC, not of a session's clock.
  /// - Returns: Nil where the deadline came first.
  package func wait<Result>(
    on condition: Condition? = nil, deadline: Nanoseconds, until body: (inout Value) -> Result?
  ) -> Result? {
    var moment = timespec(
      tv_sec: Int(deadline.count / 1_000_000_000), tv_nsec: Int(deadline.count % 1_000_000_000))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      let code = pthread_cond_timedwait(
        (condition ?? self.condition).pointer, mutex, &moment)
      if code == ETIMEDOUT { return body(&value) }
    }
  }

  /// Lets the threads that wait without a condition of their own look at the value again.
  package func wakeAll() { condition.wakeAll() }
}

/// One kind of waiters at a monitor. Waking costs no system call where no thread waits.
///
/// `@unchecked Sendable` because POSIX lets any thread wait on and signal a condition.
package final class Condition: @unchecked Sendable {
  fileprivate let pointer = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// A condition without waiters.
  package init() {
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(pointer, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(pointer)
    pointer.deallocate()
  }

  /// Wakes all waiters of this kind.
  package func wakeAll() { pthread_cond_broadcast(pointer) }

  /// Wakes one waiter, where only one can go on.
  package func wakeOne() { pthread_cond_signal(pointer) }
}
