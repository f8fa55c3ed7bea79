/// The numbers of the batches between workers and consumer, in the order in which they arrived; the
/// loader's delivery rule says which of them is next.
///
/// ```swift
/// var queue = ArrivalQueue()
/// queue.put(1)
/// queue.isNextHere(.byNumber)  // false: batch 0 is due
/// queue.put(0)
/// queue.takeNext(.byNumber)  // 0
/// ```
///
/// Both engines use it. It holds numbers alone: a queue of any batches would be generic code in another
/// module, which isn't specialised and makes a simulated epoch take twice as long.
package struct ArrivalQueue: Sendable {
  /// Places at the front are freed this many at a time, so that taking moves each batch once at most.
  private static let freedAtOnce = 64

  /// In order of arrival; those before `head` have been taken.
  private var numbers: [Int] = []
  private var head = 0
  /// The numbers delivered so far.
  package private(set) var frontier = DeliveryFrontier()

  package init() { numbers.reserveCapacity(4 * Self.freedAtOnce) }

  /// How many batches wait.
  package var depth: Int { numbers.count - head }

  /// Adds a batch at the end.
  ///
  /// - Complexity: O(1) amortised.
  package mutating func put(_ number: Int) { numbers.append(number) }

  /// Whether the batch that is due has arrived.
  ///
  /// - Complexity: O(1) for `firstIn`, O(depth) for `byNumber`.
  package func isNextHere(_ delivery: Delivery) -> Bool { nextIndex(delivery) != nil }

  /// Takes the batch that is due; traps unless `isNextHere`.
  ///
  /// - Complexity: O(1) amortised for `firstIn`, O(depth) for `byNumber`.
  package mutating func takeNext(_ delivery: Delivery) -> Int {
    guard let index = nextIndex(delivery) else {
      preconditionFailure("the batch that is due isn't in the queue")
    }
    let number = numbers[index]
    frontier.deliver(number)
    guard index == head else {
      numbers.remove(at: index)
      return number
    }
    head += 1
    if head == numbers.count {
      numbers.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= Self.freedAtOnce {
      numbers.removeFirst(head)
      head = 0
    }
    return number
  }

  private func nextIndex(_ delivery: Delivery) -> Int? {
    switch delivery {
    case .firstIn: depth > 0 ? head : nil
    case .byNumber: numbers[head...].firstIndex(of: frontier.next)
    }
  }
}
