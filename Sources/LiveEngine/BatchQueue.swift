import Pipeline
import Synchronization

/// A finished batch on its way to the consumer.
struct FinishedBatch {
  var number: Int
  var pictures: Int
  var buffer: BatchBuffer
}

/// The queue between workers and consumer; who waits and who sleeps is the loader's rule.
final class BatchQueue: Sendable {
  private struct State {
    var batches: [FinishedBatch] = []
    var head = 0
    var loader: Loader
    var limit: Int
    var isPaused = false
    var isStopped = false
    var resumed = Nanoseconds.zero

    var depth: Int { batches.count - head }

    mutating func removeFirst() -> FinishedBatch {
      let first = batches[head]
      head += 1
      if head == batches.count || head == 64 {
        batches.removeFirst(head)
        head = 0
      }
      return first
    }
  }

  private let state: Monitor<State>
  private let clock: SessionClock
  /// For the unlocked size test of `keras-threads`; written under the lock.
  private let sizeTest = Atomic<Int>(0)

  init(loader: Loader, limit: Int, clock: SessionClock) {
    state = Monitor(State(loader: loader, limit: limit))
    self.clock = clock
  }

  /// The depth as an unlocked look finds it.
  var depth: Int { sizeTest.load(ordering: .relaxed) }

  func setRules(loader: Loader, limit: Int) {
    state.withLock {
      $0.loader = loader
      $0.limit = limit
    }
    state.wakeAll()
  }

  /// Stops takers (and, by `waitWhilePaused`, makers) until resumed.
  func setPaused(_ paused: Bool) {
    state.withLock {
      $0.isPaused = paused
      if !paused { $0.resumed = clock.now }
    }
    state.wakeAll()
  }

  /// Lets everybody go; puts and takes answer nil from now on.
  func stop() {
    state.withLock { $0.isStopped = true }
    state.wakeAll()
  }

  /// Waits while the session is paused; false once it has stopped.
  func waitWhilePaused() -> Bool {
    state.wait { $0.isStopped ? false : $0.isPaused ? nil : true }
  }

  enum Putting {
    /// Also tells when the session last resumed.
    case done(at: Nanoseconds, depth: Int, resumed: Nanoseconds)
    case stopped
  }

  /// Puts a batch, when the loader's rule lets it.
  func put(_ batch: FinishedBatch) -> Putting {
    let putting: Putting = state.wait { state in
      if state.isStopped { return .stopped }
      guard state.loader.offerMove(depth: state.depth, limit: state.limit) == .put else {
        return nil
      }
      state.batches.append(batch)
      sizeTest.store(state.depth, ordering: .relaxed)
      return .done(at: clock.now, depth: state.depth, resumed: state.resumed)
    }
    state.wakeAll()
    return putting
  }

  enum Taking {
    case taken(FinishedBatch, at: Nanoseconds, depth: Int)
    /// Empty: sleep this long and look again.
    case nap(Nanoseconds)
    case stopped
  }

  /// Takes a batch if there is one, by the loader's rule; also tells when the session last resumed.
  func take() -> (taking: Taking, resumed: Nanoseconds) {
    let answer: (taking: Taking, resumed: Nanoseconds) = state.wait { state in
      if state.isStopped { return (.stopped, state.resumed) }
      if state.isPaused { return nil }
      switch state.loader.consumerMove(depth: state.depth) {
      case .waitForBatch: return nil
      case .nap(let length): return (.nap(length), state.resumed)
      case .take:
        let batch = state.removeFirst()
        sizeTest.store(state.depth, ordering: .relaxed)
        return (.taken(batch, at: clock.now, depth: state.depth), state.resumed)
      }
    }
    if case .taken = answer.taking { state.wakeAll() }
    return answer
  }
}
