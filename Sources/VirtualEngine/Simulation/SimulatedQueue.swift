import Pipeline

/// Batches between workers and consumer, by number.
struct SimulatedQueue {
  private var numbers: [Int] = []
  private var head = 0
  private(set) var frontier = DeliveryFrontier()

  init() { numbers.reserveCapacity(256) }

  var depth: Int { numbers.count - head }

  mutating func put(_ number: Int) { numbers.append(number) }

  func isNextHere(_ delivery: Delivery) -> Bool {
    switch delivery {
    case .firstIn: depth > 0
    case .byNumber: numbers[head...].contains(frontier.next)
    }
  }

  /// Only where `isNextHere`.
  mutating func takeNext(_ delivery: Delivery) -> Int {
    var index = head
    if case .byNumber = delivery {
      index = numbers[head...].firstIndex(of: frontier.next) ?? head
    }
    let number = numbers[index]
    frontier.deliver(number)
    if index > head { numbers.remove(at: index) } else { head += 1 }
    if head == numbers.count {
      numbers.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 128 {
      numbers.removeFirst(head)
      head = 0
    }
    return number
  }
}
