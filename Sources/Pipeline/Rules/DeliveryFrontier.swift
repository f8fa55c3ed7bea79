/// Which batches have been delivered: all below `next`, and a few beyond it.
package struct DeliveryFrontier: Sendable {
  /// The lowest number not delivered yet.
  package private(set) var next = 0
  private var beyond: Set<Int> = []

  /// Nothing delivered yet.
  package init() {}

  /// Whether a batch has been delivered.
  ///
  /// - Complexity: O(1).
  package func contains(_ number: Int) -> Bool { number < next || beyond.contains(number) }

  /// - Complexity: O(1) in order; else O(1) amortised.
  package mutating func deliver(_ number: Int) {
    guard number == next else {
      beyond.insert(number)
      return
    }
    next += 1
    guard !beyond.isEmpty else { return }
    while beyond.remove(next) != nil { next += 1 }
  }
}
