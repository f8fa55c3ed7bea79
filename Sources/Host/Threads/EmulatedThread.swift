import CLinux
import Glibc
package import Quantities

/// A thread that does emulated work; its CPU time is told apart from augtop's own.
package final class EmulatedThread: Sendable {
  private struct Life {
    var clock: clockid_t?
    var spent = Nanoseconds.zero
    var isOver = false
  }

  private let life = Monitor(Life())
  private let over = Monitor(false)

  /// Starts a thread of that name.
  package init(name: String, _ body: @escaping @Sendable () -> Void) {
    let start = ThreadStart { [self] in
      cl_name_thread(name)
      cl_use_exact_timers()
      var clock = clockid_t()
      if pthread_getcpuclockid(pthread_self(), &clock) == 0 { life.withLock { $0.clock = clock } }
      body()
      life.withLock {
        $0.clock = nil
        $0.spent = Nanoseconds(cl_thread_cpu_ns())
        $0.isOver = true
      }
      over.withLock { $0 = true }
      over.wakeAll()
    }
    start.launch()
  }

  /// CPU time since it started.
  package var cpu: Nanoseconds {
    life.withLock { life in
      guard let clock = life.clock else { return life.spent }
      var time = timespec()
      clock_gettime(clock, &time)
      return Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
  }

  package var isOver: Bool { life.withLock { $0.isOver } }

  package func join() { over.waitUntilTrue { $0 } }
}

/// Carries a closure into a detached pthread.
package final class ThreadStart: Sendable {
  private let body: @Sendable () -> Void

  package init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  package func launch() {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_attr_destroy(&attributes)
    precondition(code == 0, "the system has no thread to give")
  }
}
