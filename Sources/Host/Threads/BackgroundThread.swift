import CLinux
package import Quantities

/// A thread for work beside a session, such as predictions: the kernel runs it when nobody else wants
/// the processor, and its CPU time is known.
package final class BackgroundThread: Sendable {
  private let thread: EmulatedThread

  package init(name: String, _ body: @escaping @Sendable () -> Void) {
    thread = EmulatedThread(name: name) {
      cl_yield_to_others()
      body()
    }
  }

  package var cpu: Nanoseconds { thread.cpu }

  package func join() { thread.join() }
}
