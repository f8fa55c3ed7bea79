import Glibc
import Synchronization

/// Does the same work for many items on threads of its own, the caller's among them.
///
/// Answers stand in the items' order, whoever worked them out; nil for those that weren't begun when
/// the crew was called off.
package struct ParallelMap: Sendable {
  private let threads: Int
  private let cancellation: @Sendable () -> Bool

  package var isCancelled: Bool { cancellation() }

  /// - Parameter threads: At least 1; more than there are processors are no faster.
  package init(threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    precondition(threads > 0, "a crew has somebody")
    self.threads = threads
    cancellation = isCancelled
  }

  /// - Parameter progress: Told on the calling thread how many items have been taken so far.
  package func map<Item: Sendable, Answer: Sendable>(
    _ items: [Item], progress: (Int) -> Void = { _ in },
    _ work: @escaping @Sendable (Item) -> Answer
  ) -> [Answer?] {
    let shift = WorkQueue(items, isCancelled: cancellation, work)
    let helpers = (1..<max(1, min(threads, items.count))).map { _ in
      CrewThread { shift.workOn { _ in } }
    }
    shift.workOn(progress)
    for helper in helpers { helper.join() }
    return shift.answers
  }
}

/// The items that are left, and the answers so far.
private final class WorkQueue<Item: Sendable, Answer: Sendable>: Sendable {
  private let items: [Item]
  private let isCancelled: @Sendable () -> Bool
  private let work: @Sendable (Item) -> Answer
  private let next = Atomic<Int>(0)
  private let done: Mutex<[Answer?]>

  init(
    _ items: [Item], isCancelled: @escaping @Sendable () -> Bool,
    _ work: @escaping @Sendable (Item) -> Answer
  ) {
    self.items = items
    self.isCancelled = isCancelled
    self.work = work
    done = Mutex(Array(repeating: nil, count: items.count))
  }

  var answers: [Answer?] { done.withLock { $0 } }

  func workOn(_ progress: (Int) -> Void) {
    while !isCancelled() {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < items.count else { return }
      let answer = work(items[index])
      done.withLock { $0[index] = answer }
      progress(min(index + 1, items.count))
    }
  }
}

/// A thread that can be waited for.
private struct CrewThread {
  private let thread: pthread_t

  init(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Order>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Order(body)).toOpaque())
    precondition(code == 0, "the system has no thread to give")
    self.thread = thread
  }

  func join() { pthread_join(thread, nil) }

  /// Carries a closure into a thread.
  private final class Order: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
