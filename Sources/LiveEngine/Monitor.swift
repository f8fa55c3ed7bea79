import Glibc
import Pipeline

/// A lock with a condition: what `Synchronization` lacks.
///
/// This target guards everything with it, conditions or none: the thread sanitizer follows a
/// pthread's mutex, but not the futex within `Mutex`.
///
/// The value may only be touched inside `withLock`; whoever changes it so that a waiter may go on
/// calls `wakeAll`. Timed waits use CLOCK_MONOTONIC.
package final class Monitor<Value>: @unchecked Sendable {
  // Because every access to `value` is between lock and unlock of `mutex`.
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init(_ value: sending Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(&value)
  }

  /// Waits until the value is so.
  func waitUntilTrue(_ condition: (Value) -> Bool) {
    wait { condition($0) ? () : nil }
  }

  /// Waits until `body` answers; it runs under the lock, at once and after every wake-up.
  func wait<Result>(until body: (inout Value) -> Result?) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      pthread_cond_wait(condition, mutex)
    }
  }

  /// The same, until a moment of the monotonic clock at the latest; nil when that has come.
  func wait<Result>(
    deadline: Nanoseconds, until body: (inout Value) -> Result?
  ) -> Result? {
    var moment = timespec(
      tv_sec: Int(deadline.count / 1_000_000_000), tv_nsec: Int(deadline.count % 1_000_000_000))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      if pthread_cond_timedwait(condition, mutex, &moment) == ETIMEDOUT { return body(&value) }
    }
  }

  func wakeAll() { pthread_cond_broadcast(condition) }
}
