package import Pipeline
import Synchronization

/// Carries events from the one thread that makes them to the one that records them, without ever
/// making the first wait.
///
/// A bounded ring: when it is full, an event is dropped and counted.
///
/// `@unchecked Sendable` because the slots are shared by exactly one producer and one consumer, and
/// each slot belongs to one of the two at any time: `tail` hands it over, `head` hands it back.
package final class RecordingLane: @unchecked Sendable {
  /// Holds 50 ms of 80 000 events a second, the consumer's at the kernels' own speed: one drain of
  /// forty a second may be missed.
  package static let defaultCapacity = 4096

  package let capacity: Int
  private let slots: UnsafeMutablePointer<Event>
  /// Events offered that found room; written by the producer alone.
  private let tail = Atomic<Int>(0)
  /// Events drained; written by the consumer alone.
  private let head = Atomic<Int>(0)
  private let drops = Atomic<Int>(0)

  /// - Parameter capacity: A power of two.
  package init(capacity: Int = RecordingLane.defaultCapacity) {
    precondition(
      capacity > 0 && capacity & (capacity - 1) == 0, "a lane's capacity is a power of two")
    self.capacity = capacity
    slots = .allocate(capacity: capacity)
  }

  deinit { slots.deallocate() }

  /// Events lost because the lane was full.
  package var dropped: Int { drops.load(ordering: .relaxed) }

  /// Hands an event over; false where the lane was full and the event is lost.
  ///
  /// For the producer's thread alone. Never waits, never allocates.
  @discardableResult
  package func offer(_ event: Event) -> Bool {
    let end = tail.load(ordering: .relaxed)
    // Pairs with drain()'s releasing store: the consumer has read the slot before it is filled anew.
    guard end - head.load(ordering: .acquiring) < capacity else {
      drops.add(1, ordering: .relaxed)
      return false
    }
    (slots + (end & (capacity - 1))).initialize(to: event)
    // Pairs with drain()'s acquiring load: the slot is filled before it is seen.
    tail.store(end + 1, ordering: .releasing)
    return true
  }

  /// Shows every event that has been handed over, oldest first, and returns how many there were.
  ///
  /// For the consumer's thread alone. What is offered meanwhile waits for the next drain, so that it
  /// ends however fast the producer is.
  @discardableResult
  package func drain(_ body: (borrowing Event) -> Void) -> Int {
    let start = head.load(ordering: .relaxed)
    // Pairs with offer()'s releasing store.
    let end = tail.load(ordering: .acquiring)
    var index = start
    while index != end {
      body(slots[index & (capacity - 1)])
      index += 1
      // Pairs with offer()'s acquiring load.
      head.store(index, ordering: .releasing)
    }
    return end - start
  }
}
