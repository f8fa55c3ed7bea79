import CLinux
import Glibc
package import Quantities

/// The system gives the user no further thread: a limit, as `ulimit -u` sets it, or no memory for a stack.
package struct ThreadFault: Error, Hashable {
  /// What `pthread_create` answered.
  package var error: SystemError
}

/// A thread of its own for work that blocks or burns, kept off the cooperative pool.
///
/// The thread is detached, so one that nobody joins leaks nothing; `join` waits for its body and may
/// be called by any thread, any number of times.
package final class JoinableThread: Sendable {
  /// The thread's CPU clock while it runs, and the clock's last value afterwards: the clock itself is
  /// gone with the thread.
  private struct CPUTime {
    var clock: clockid_t?
    var atEnd = Nanoseconds.zero
  }

  private let isDone = Monitor(false)
  private let time = Monitor(CPUTime())

  /// Starts the thread at once.
  ///
  /// - Parameters:
  ///   - name: Shown by `top -H` and debuggers; Linux keeps the first 15 bytes.
  ///   - isBackground: For work that may wait, such as predictions: the kernel runs it when no other
  ///     thread is ready to run.
  ///   - body: Runs once, on the new thread.
  /// - Throws: `ThreadFault` where the system gives no thread.
  package init(
    name: String, isBackground: Bool = false, _ body: @escaping @Sendable () -> Void
  ) throws(ThreadFault) {
    let (isDone, time) = (isDone, time)
    try Self.launch {
      cl_name_thread(name)
      if isBackground { cl_yield_to_others() }
      var clock = clockid_t()
      if pthread_getcpuclockid(pthread_self(), &clock) == 0 { time.withLock { $0.clock = clock } }
      body()
      time.withLock { $0 = CPUTime(atEnd: Nanoseconds(cl_thread_cpu_ns())) }
      isDone.withLock { $0 = true }
      isDone.wakeAll()
    }
  }

  /// CPU time since it started; final once `isOver`.
  package var cpu: Nanoseconds {
    time.withLock { $0.clock.map { Nanoseconds(cl_clock_ns($0)) } ?? $0.atEnd }
  }

  /// Whether the body has returned.
  package var isOver: Bool { isDone.withLock { $0 } }

  /// Waits until the body has returned.
  package func join() { isDone.waitUntilTrue { $0 } }

  /// A closure on its way through the C pointer of `pthread_create`.
  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private static func launch(_ body: @escaping @Sendable () -> Void) throws(ThreadFault) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    pthread_attr_destroy(&attributes)
    guard code == 0 else {
      context.release()
      throw ThreadFault(error: SystemError(code: code))
    }
  }
}
