import CLinux
import Glibc

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
  private let isDone = Monitor(false)

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
    let isDone = isDone
    try Self.launch {
      cl_name_thread(name)
      if isBackground { cl_yield_to_others() }
      body()
      isDone.withLock { $0 = true }
      isDone.wakeAll()
    }
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
