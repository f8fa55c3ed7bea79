package import Pipeline
import Synchronization

/// Carries events from the one thread that makes them to the one that records them; the first never
/// waits.
///
/// A bounded ring: an event that finds it full is dropped and counted.
///
/// `@unchecked Sendable` because the slots are shared by exactly one producer and one consumer, and
/// each slot belongs to one of the two at any time: `tail` hands it over, `head` hands it back.
package final class RecordingLane: @unchecked Sendable {
  /// Room for 50 ms at 80 000 events a second, the consumer's rate at the kernels' own speed: at
  /// forty drains a second, one may be missed.
  package static let defaultCapacity = 4096

  /// The number of events it has room for, a power of two.
  package let capacity: Int
  /// Events without their stage times, which are in `times`: an array passed to another thread
  /// would be allocated by one and freed by the other.
  private let slots: UnsafeMutablePointer<Event>
  /// Stage times, `stages` for each slot.
  private let times: UnsafeMutablePointer<StageTime>
  /// The number of stage times of each slot's event.
  private let timeCounts: UnsafeMutablePointer<Int>
  private let stages: Int
  /// Events offered that found room; written by the producer alone.
  private let tail = Atomic<Int>(0)
  /// Events drained; written by the consumer alone.
  private let head = Atomic<Int>(0)
  private let drops = Atomic<Int>(0)

  /// - Parameters:
  ///   - capacity: A power of two.
  ///   - stages: The number of the session's stages; a batch has that many stage times at most.
  package init(capacity: Int = RecordingLane.defaultCapacity, stages: Int) {
    precondition(
      capacity > 0 && capacity & (capacity - 1) == 0, "a lane's capacity is a power of two")
    self.capacity = capacity
    self.stages = stages
    slots = .allocate(capacity: capacity)
    times = .allocate(capacity: capacity * stages)
    timeCounts = .allocate(capacity: capacity)
  }

  deinit {
    // Without stage times an event is plain memory.
    slots.deallocate()
    times.deallocate()
    timeCounts.deallocate()
  }

  /// Events lost because the lane was full.
  package var dropped: Int { drops.load(ordering: .relaxed) }

  /// Adds an event; false where the lane is full and the event is lost.
  ///
  /// Only the producer's thread may call it. It never waits and never allocates.
  ///
  /// - Complexity: O(stage times).
  @discardableResult
  package func offer(_ event: Event) -> Bool {
    let end = tail.load(ordering: .relaxed)
    // Pairs with drain()'s releasing store: the consumer has read the slot before it is filled
    // again.
    guard end - head.load(ordering: .acquiring) < capacity else {
      drops.add(1, ordering: .relaxed)
      return false
    }
    fill(end & (capacity - 1), with: event)
    // Pairs with drain()'s acquiring load: the slot is filled before it is seen.
    tail.store(end + 1, ordering: .releasing)
    return true
  }

  /// Passes every event in the lane to `body`, oldest first, and returns their number.
  ///
  /// Only the consumer's thread may call it. Events offered during the call stay for the next one,
  /// so that it ends however fast the producer is.
  ///
  /// - Complexity: O(events × stage times).
  @discardableResult
  package func drain(_ body: (borrowing Event) -> Void) -> Int {
    let start = head.load(ordering: .relaxed)
    // Pairs with offer()'s releasing store.
    let end = tail.load(ordering: .acquiring)
    var index = start
    while index != end {
      let event = event(at: index & (capacity - 1))
      body(event)
      index += 1
      // Pairs with offer()'s acquiring load.
      head.store(index, ordering: .releasing)
    }
    return end - start
  }

  private func fill(_ slot: Int, with event: Event) {
    guard case .made(var made) = event, !made.stages.isEmpty else {
      timeCounts[slot] = 0
      (slots + slot).initialize(to: event)
      return
    }
    precondition(made.stages.count <= stages, "a lane has room for its session's stages")
    for (index, time) in made.stages.enumerated() { times[slot * stages + index] = time }
    timeCounts[slot] = made.stages.count
    made.stages = []
    (slots + slot).initialize(to: .made(made))
  }

  private func event(at slot: Int) -> Event {
    let count = timeCounts[slot]
    guard count > 0, case .made(var made) = slots[slot] else { return slots[slot] }
    made.stages = Array(UnsafeBufferPointer(start: times + slot * stages, count: count))
    return .made(made)
  }
}
