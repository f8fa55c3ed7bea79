import Glibc
package import Quantities

/// A lock with conditions: what `Synchronization` lacks.
///
/// This target guards everything with it, conditions or none: the thread sanitizer follows a
/// pthread's mutex, but not the futex within `Mutex`.
///
/// The value may only be touched inside `withLock`; whoever changes it so that a waiter may go on
/// calls `wakeAll`. Where several kinds of waiters must not wake each other, each kind has a
/// `Condition` of its own. Timed waits use CLOCK_MONOTONIC.
package final class Monitor<Value>: @unchecked Sendable {
  // Because every access to `value` is between lock and unlock of `mutex`.
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = Condition()

  package init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Waits until the value is so.
  package func waitUntilTrue(on condition: Condition? = nil, _ isTrue: (Value) -> Bool) {
    wait(on: condition) { isTrue($0) ? () : nil }
  }

  /// Waits until `body` answers; it runs under the lock, at once and after every wake-up.
  ///
  /// - Parameter condition: What wakes the waiter; nil means the monitor's own.
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

  /// The same, until a moment of the monotonic clock at the latest; nil when that has come.
  package func wait<Result>(
    deadline: Nanoseconds, until body: (inout Value) -> Result?
  ) -> Result? {
    var moment = timespec(
      tv_sec: Int(deadline.count / 1_000_000_000), tv_nsec: Int(deadline.count % 1_000_000_000))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      let code = pthread_cond_timedwait(condition.pointer, mutex, &moment)
      if code == ETIMEDOUT { return body(&value) }
    }
  }

  package func wakeAll() { condition.wakeAll() }
}

/// One kind of waiters at a monitor. Nobody waiting, waking costs no system call.
package final class Condition: @unchecked Sendable {
  // Because POSIX lets any thread wait on and signal a condition.
  fileprivate let pointer = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

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

  package func wakeAll() { pthread_cond_broadcast(pointer) }

  /// Wakes one waiter, for what only one can have.
  package func wakeOne() { pthread_cond_signal(pointer) }
}
