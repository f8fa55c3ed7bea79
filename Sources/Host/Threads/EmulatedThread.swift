import CLinux
import Glibc
package import Quantities

/// A thread that does emulated work; its CPU time is measured apart from augtop's own.
package final class EmulatedThread: Sendable {
  /// The thread's CPU clock while it runs, and the clock's last value afterwards: the clock itself is
  /// gone with the thread.
  private struct CPUTime {
    var clock: clockid_t?
    var atEnd = Nanoseconds.zero
  }

  private let time: Monitor<CPUTime>
  private let thread: JoinableThread

  /// Starts the thread at once.
  ///
  /// - Parameter name: Linux keeps the first 15 bytes.
  /// - Throws: `ThreadFault` where the system gives no thread.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadFault) {
    let time = Monitor(CPUTime())
    self.time = time
    thread = try JoinableThread(name: name) {
      cl_use_exact_timers()
      var clock = clockid_t()
      if pthread_getcpuclockid(pthread_self(), &clock) == 0 { time.withLock { $0.clock = clock } }
      body()
      time.withLock { $0 = CPUTime(atEnd: Nanoseconds(cl_thread_cpu_ns())) }
    }
  }

  /// CPU time since it started; final once `isOver`.
  package var cpu: Nanoseconds {
    time.withLock { cpu in
      guard let clock = cpu.clock else { return cpu.atEnd }
      var time = timespec()
      clock_gettime(clock, &time)
      return Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
  }

  /// Whether the body has returned.
  package var isOver: Bool { thread.isOver }

  /// Waits until the body has returned.
  package func join() { thread.join() }
}
