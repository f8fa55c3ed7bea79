import Foundation

/// Runs `body` on a thread of its own; `wait` returns when it is over.
struct OnThread {
  private let done = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Void) {
    let done = done
    Thread {
      body()
      done.signal()
    }.start()
  }

  func wait() { done.wait() }
}
