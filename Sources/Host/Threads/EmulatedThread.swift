import CLinux
import Glibc
package import Quantities

/// A thread that does emulated work; its CPU time is measured apart from augtop's own.
package final class EmulatedThread: Sendable {
  private let thread: JoinableThread

  /// Starts the thread at once.
  ///
  /// - Parameter name: Linux keeps the first 15 bytes.
  /// - Throws: `ThreadFault` where the system gives no thread.
  package init(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadFault) {
    thread = try JoinableThread(name: name) {
      cl_use_exact_timers()
      body()
    }
  }

  /// CPU time since it started; final once `isOver`.
  package var cpu: Nanoseconds { thread.cpu }

  /// Whether the body has returned.
  package var isOver: Bool { thread.isOver }

  /// Waits until the body has returned.
  package func join() { thread.join() }
}
