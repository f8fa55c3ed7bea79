import CLinux
package import Quantities

/// A thread for work that may wait, such as predictions: the kernel runs it when no other thread wants
/// the processor, and its CPU time is measured.
package final class BackgroundThread: Sendable {
  private let thread: EmulatedThread

  /// Starts the thread at once; traps where the system has none left.
  ///
  /// - Parameter name: Linux keeps the first 15 bytes.
  package init(name: String, _ body: @escaping @Sendable () -> Void) {
    thread = EmulatedThread(name: name) {
      cl_yield_to_others()
      body()
    }
  }

  /// CPU time since it started.
  package var cpu: Nanoseconds { thread.cpu }

  /// Waits until the body has returned.
  package func join() { thread.join() }
}
