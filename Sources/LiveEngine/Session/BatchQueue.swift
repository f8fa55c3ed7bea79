import Host
import Pipeline
import Quantities
import Synchronization

/// What the queue needs to know of a scenario.
struct QueueRules: Equatable, Sendable {
  var loader: Loader
  var limit: Int
  /// Batches that may be under way (`torch`).
  var ahead: Int

  init(_ scenario: Scenario) {
    loader = scenario.loader
    limit = scenario.queueLimit
    ahead = scenario.prefetch * scenario.workers
  }
}

/// A finished batch on its way to the consumer.
struct FinishedBatch {
  var number: Int
  var pictures: Int
  var buffer: BatchBuffer
  /// When the queue got it.
  var put = Nanoseconds.zero
}

/// The queue between workers and consumer; who waits and who sleeps is the loader's rule.
final class BatchQueue: Sendable {
  private struct State {
    var batches: [FinishedBatch] = []
    var head = 0
    var rules: QueueRules
    var frontier = DeliveryFrontier()
    var isPaused = false
    var isStopped = false
    var resumed = Nanoseconds.zero

    var depth: Int { batches.count - head }

    /// Where the batch lies that is due; nil where it isn't here.
    var nextIndex: Int? {
      switch rules.loader.delivers {
      case .firstIn: depth > 0 ? head : nil
      case .byNumber: batches[head...].firstIndex { $0.number == frontier.next }
      }
    }

    mutating func remove(at index: Int) -> FinishedBatch {
      let batch = batches[index]
      frontier.deliver(batch.number)
      guard index == head else {
        batches.remove(at: index)
        return batch
      }
      head += 1
      if head == batches.count || head == 64 {
        batches.removeFirst(head)
        head = 0
      }
      return batch
    }
  }

  private let state: Monitor<State>
  // Each kind of waiters is woken by what it waits for alone: a wake-up costs who makes it some ten
  // microseconds. Who waits while the session is paused waits at the monitor itself.
  private let batchHasCome = Condition()
  private let roomHasCome = Condition()
  private let batchWasDelivered = Condition()
  private let clock: SessionClock
  /// For the unlocked size test of `keras-threads`; written under the lock.
  private let sizeTest = Atomic<Int>(0)

  init(rules: QueueRules, clock: SessionClock) {
    state = Monitor(State(rules: rules))
    self.clock = clock
  }

  /// The depth as an unlocked look finds it.
  var depth: Int { sizeTest.load(ordering: .relaxed) }

  /// The lowest number that hasn't been delivered.
  var nextDelivery: Int { state.withLock { $0.frontier.next } }

  func setRules(_ rules: QueueRules) {
    state.withLock { $0.rules = rules }
    wakeEverybody()
  }

  /// Waits until a batch is delivered, the rules change, or the session pauses or stops.
  func waitForDemand(since delivery: Int, under rules: QueueRules) {
    state.waitUntilTrue(on: batchWasDelivered) {
      $0.frontier.next != delivery || $0.rules != rules || $0.isPaused || $0.isStopped
    }
  }

  /// Stops takers (and, by `waitWhilePaused`, makers) until resumed.
  func setPaused(_ paused: Bool) {
    state.withLock {
      $0.isPaused = paused
      if !paused { $0.resumed = clock.now }
    }
    wakeEverybody()
  }

  /// Lets everybody go; puts and takes answer nil from now on.
  func stop() {
    state.withLock { $0.isStopped = true }
    wakeEverybody()
  }

  /// Waits while the session is paused; false once it has stopped.
  func waitWhilePaused() -> Bool {
    state.wait { $0.isStopped ? false : $0.isPaused ? nil : true }
  }

  enum Putting {
    /// Also tells whether it had to wait for room, and when the session last resumed.
    case done(at: Nanoseconds, depth: Int, hasWaited: Bool, resumed: Nanoseconds)
    case stopped
  }

  /// Puts a batch, when the loader's rule lets it.
  func put(_ batch: FinishedBatch) -> Putting {
    var looks = 0
    let putting: Putting = state.wait(on: roomHasCome) { state in
      looks += 1
      if state.isStopped { return .stopped }
      let rules = state.rules
      guard rules.loader.offerMove(depth: state.depth, limit: rules.limit) == .put else {
        return nil
      }
      var batch = batch
      batch.put = clock.now
      state.batches.append(batch)
      sizeTest.store(state.depth, ordering: .relaxed)
      return .done(
        at: batch.put, depth: state.depth, hasWaited: looks > 1, resumed: state.resumed)
    }
    batchHasCome.wakeOne()
    return putting
  }

  enum Taking {
    /// Also tells whether the batch had to be waited for.
    case taken(FinishedBatch, at: Nanoseconds, depth: Int, hasWaited: Bool)
    /// Empty: sleep this long and look again.
    case nap(Nanoseconds)
    case stopped
  }

  /// Takes a batch if there is one, by the loader's rule; also tells when the session last resumed.
  func take() -> (taking: Taking, resumed: Nanoseconds) {
    var looks = 0
    let answer: (taking: Taking, resumed: Nanoseconds) = state.wait(on: batchHasCome) { state in
      looks += 1
      if state.isStopped { return (.stopped, state.resumed) }
      if state.isPaused { return nil }
      let next = state.nextIndex
      switch state.rules.loader.consumerMove(isNextHere: next != nil) {
      case .waitForBatch: return nil
      case .nap(let length): return (.nap(length), state.resumed)
      case .take:
        guard let next else { return nil }
        let batch = state.remove(at: next)
        sizeTest.store(state.depth, ordering: .relaxed)
        let taken = Taking.taken(
          batch, at: clock.now, depth: state.depth, hasWaited: looks > 1)
        return (taken, state.resumed)
      }
    }
    if case .taken = answer.taking {
      roomHasCome.wakeOne()
      batchWasDelivered.wakeAll()
    }
    return answer
  }

  /// Something changed that any of them may go on for.
  private func wakeEverybody() {
    state.wakeAll()
    for condition in [batchHasCome, roomHasCome, batchWasDelivered] { condition.wakeAll() }
  }
}
