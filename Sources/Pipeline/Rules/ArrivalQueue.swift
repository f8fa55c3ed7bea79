/// The batches between workers and consumer, in the order in which they arrived; the loader's delivery
/// rule says which of them is next.
///
/// ```swift
/// var queue = ArrivalQueue<String>()
/// queue.put(1, "second")
/// queue.isNextHere(.byNumber)  // false: batch 0 is due
/// queue.put(0, "first")
/// queue.takeNext(.byNumber)  // (0, "first")
/// ```
///
/// Both engines use it, so its methods are inlinable: a simulated epoch takes tens of thousands of
/// batches out of it.
package struct ArrivalQueue<Batch> {
  /// Places at the front are freed this many at a time, so that taking moves each batch once at most.
  @usableFromInline static var freedAtOnce: Int { 64 }

  /// In order of arrival; those before `head` have been taken.
  @usableFromInline var batches: [(number: Int, batch: Batch)] = []
  @usableFromInline var head = 0
  /// The numbers delivered so far.
  package private(set) var frontier = DeliveryFrontier()

  package init() { batches.reserveCapacity(4 * Self.freedAtOnce) }

  /// How many batches wait.
  @inlinable package var depth: Int { batches.count - head }

  /// Adds a batch at the end.
  ///
  /// - Complexity: O(1) amortised.
  @inlinable package mutating func put(_ number: Int, _ batch: Batch) {
    batches.append((number, batch))
  }

  /// Whether the batch that is due has arrived.
  ///
  /// - Complexity: O(1) for `firstIn`, O(depth) for `byNumber`.
  @inlinable package func isNextHere(_ delivery: Delivery) -> Bool {
    nextIndex(delivery) != nil
  }

  /// Takes the batch that is due; traps unless `isNextHere`.
  ///
  /// - Complexity: O(1) amortised for `firstIn`, O(depth) for `byNumber`.
  @inlinable package mutating func takeNext(
    _ delivery: Delivery
  ) -> (number: Int, batch: Batch) {
    guard let index = nextIndex(delivery) else {
      preconditionFailure("the batch that is due isn't in the queue")
    }
    let taken = batches[index]
    deliver(taken.number)
    guard index == head else {
      batches.remove(at: index)
      return taken
    }
    head += 1
    if head == batches.count || head >= Self.freedAtOnce {
      batches.removeFirst(head)
      head = 0
    }
    return taken
  }

  @inlinable func nextIndex(_ delivery: Delivery) -> Int? {
    switch delivery {
    case .firstIn: depth > 0 ? head : nil
    case .byNumber: batches[head...].firstIndex { $0.number == frontier.next }
    }
  }

  @usableFromInline mutating func deliver(_ number: Int) { frontier.deliver(number) }
}

extension ArrivalQueue: Sendable where Batch: Sendable {}
