import Host
import Synchronization

/// Does the same work for many items on several threads, the caller's among them; on fewer where the
/// system gives no more.
///
/// Answers come in the items' order, whichever thread made them; nil for items that weren't begun when
/// the map was cancelled.
package struct ParallelMap: Sendable {
  private let threads: Int
  private let cancellation: @Sendable () -> Bool

  /// Whether the caller has cancelled the map; threads check this before every item.
  package var isCancelled: Bool { cancellation() }

  /// - Parameter threads: At least 1; more than there are processors are no faster.
  package init(threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    precondition(threads > 0, "a map needs a thread")
    self.threads = threads
    cancellation = isCancelled
  }

  /// Applies `work` to every item and waits for the answers.
  ///
  /// - Parameter progress: Called on the calling thread with the number of items begun so far.
  /// - Returns: One answer an item; nil where the map was cancelled before the item was begun.
  /// - Complexity: O(items) calls of `work`, spread over the threads.
  package func map<Item: Sendable, Answer: Sendable>(
    _ items: [Item], progress: (Int) -> Void = { _ in },
    _ work: @escaping @Sendable (Item) -> Answer
  ) -> [Answer?] {
    let queue = WorkQueue(items, isCancelled: cancellation, work)
    let helpers = (1..<max(1, min(threads, items.count))).compactMap { _ in
      try? JoinableThread(name: "map") { queue.work { _ in } }
    }
    queue.work(progress)
    for helper in helpers { helper.join() }
    return queue.answers
  }
}

/// The items that are left, and the answers so far.
private final class WorkQueue<Item: Sendable, Answer: Sendable>: Sendable {
  private let items: [Item]
  private let isCancelled: @Sendable () -> Bool
  private let answer: @Sendable (Item) -> Answer
  private let next = Atomic<Int>(0)
  private let done: Monitor<[Answer?]>

  init(
    _ items: [Item], isCancelled: @escaping @Sendable () -> Bool,
    _ answer: @escaping @Sendable (Item) -> Answer
  ) {
    self.items = items
    self.isCancelled = isCancelled
    self.answer = answer
    done = Monitor(Array(repeating: nil, count: items.count))
  }

  var answers: [Answer?] { done.withLock { $0 } }

  func work(_ progress: (Int) -> Void) {
    while !isCancelled() {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < items.count else { return }
      let answer = self.answer(items[index])
      done.withLock { $0[index] = answer }
      progress(min(index + 1, items.count))
    }
  }
}
