import Host
import Pipeline
import Quantities
import Synchronization

/// A finished batch on its way to the consumer.
struct FinishedBatch {
  var number: Int
  var pictures: Int
  /// The settings it was drawn and made under.
  var settings: RunSettings
  var buffer: BatchBuffer
  /// The `DataLoader`'s process that made it; nil where the loader has none, or costs nothing.
  var process: LoaderProcess?
  /// When it entered the queue.
  var put = Nanoseconds.zero
}

/// The queue between workers and consumer; the loader's rules decide which thread waits and for how
/// long.
///
/// It keeps no rules of its own: every look at the queue reads the published settings once.
final class BatchQueue: Sendable {
  private struct State {
    var arrivals = ArrivalQueue()
    /// The batches whose numbers are in `arrivals`.
    var batches: [Int: FinishedBatch] = [:]
    /// In a `DataLoader`'s pipe, in the order of their coming.
    var pipe: [FinishedBatch] = []
    /// Made by a `DataLoader`'s workers, and not in the pipe yet.
    var unsent = 0
    var isPaused = false
    var isStopped = false
    var resumed = Nanoseconds.zero
    /// Since when the consumer waits for the batch that is due; nil while it doesn't wait.
    var wanted: Nanoseconds?
    /// Where the epoch ends, for loaders that make no batch of the next one before.
    var epoch = EpochBound()
    /// Epochs begun, at least the first.
    var epochs = 1

    /// Puts a batch where the consumer takes it.
    mutating func put(_ batch: FinishedBatch) {
      arrivals.put(batch.number)
      batches[batch.number] = batch
    }

    var demand: Demand {
      Demand(
        next: arrivals.frontier.next, wanted: wanted.map { max($0, resumed) }, epoch: epoch,
        epochs: epochs)
    }
  }

  private let state = Monitor(State())
  private let settings: PublishedSettings
  // A wake-up costs the waking thread some ten microseconds, so each kind of waiter has a condition
  // of its own. Threads that wait for the end of a pause wait at the monitor itself.
  private let batchHasCome = Condition()
  private let roomHasCome = Condition()
  private let batchWasDelivered = Condition()
  private let clock: SessionClock
  /// For the unlocked size test of `keras-threads`; written under the lock.
  private let sizeTest = Atomic<Int>(0)

  init(settings: PublishedSettings, clock: SessionClock) {
    self.settings = settings
    self.clock = clock
  }

  /// The depth as an unlocked look finds it.
  var depth: Int { sizeTest.load(ordering: .relaxed) }

  /// What the consumer has been given, and what it waits for.
  struct Demand {
    /// The lowest number that hasn't been delivered.
    var next: Int
    /// Since when the consumer waits for the batch that is due, a pause left out; nil while it doesn't wait.
    var wanted: Nanoseconds?
    /// Where the epoch ends.
    var epoch: EpochBound
    /// Epochs begun, at least the first.
    var epochs: Int

    /// The batches below this number may be begun.
    func bound(_ rules: QueueRules) -> Int {
      let isWanted = wanted != nil
      let ahead = isWanted ? rules.aheadWhenWanted : rules.ahead
      return next
        + (rules.beginsAnew ? epoch.ahead(of: next, ahead, isWanted: isWanted) : ahead)
    }
  }

  /// The demand now.
  var demand: Demand { state.withLock { $0.demand } }

  /// The epoch's last step is over: loaders that begin each epoch anew make nothing until the next one begins.
  func finishEpoch() { state.withLock { $0.epoch.finish() } }

  /// An epoch begins, or the present one is found to be of another length.
  ///
  /// - Parameters:
  ///   - isNext: Whether one has ended.
  ///   - batches: The epoch's number of batches, from the given one on.
  func beginEpoch(isNext: Bool, batches: (_ first: Int) -> Int) {
    state.withLock { state in
      let next = state.arrivals.frontier.next
      state.epoch.begin(at: next, batches: batches(next))
      if isNext { state.epochs += 1 }
    }
    batchWasDelivered.wakeAll()
  }

  /// Lets waiters look again after settings were published.
  func settingsWerePublished() {
    // A thread that looked by the older settings waits once this lock is free, so it is woken.
    state.withLock { _ in }
    wakeAllWaiters()
  }

  /// Waits until a batch may be begun, the rules change, or the session pauses or stops.
  ///
  /// - Parameters:
  ///   - number: The batch that the worker would make next.
  ///   - rules: The rules it decided by.
  func waitForDemand(_ number: Int, under rules: QueueRules) {
    state.waitUntilTrue(on: batchWasDelivered) { state in
      number < state.demand.bound(rules) || settings.current.queue != rules || state.isPaused
        || state.isStopped
    }
  }

  /// Stops takers (and, by `waitWhilePaused`, makers) until resumed.
  func setPaused(_ paused: Bool) {
    state.withLock {
      $0.isPaused = paused
      if !paused { $0.resumed = clock.now }
    }
    wakeAllWaiters()
  }

  /// Ends all waits; puts and takes answer `stopped` from now on.
  func stop() {
    state.withLock { $0.isStopped = true }
    wakeAllWaiters()
  }

  /// Whether the session is paused or has stopped.
  var isHalted: Bool { state.withLock { $0.isPaused || $0.isStopped } }

  /// Waits while the session is paused; false once it has stopped.
  func waitWhilePaused() -> Bool {
    state.wait { $0.isStopped ? false : $0.isPaused ? nil : true }
  }

  enum Putting {
    case done(Put)
    /// There is no room; only where the caller doesn't want to wait.
    case wouldWait
    case stopped
  }

  /// A batch's entry into the queue.
  struct Put {
    var at: Nanoseconds
    /// With this batch.
    var depth: Int
    /// Whether there was no room at first.
    var hasWaited: Bool
    /// When the session last resumed from a pause.
    var resumed: Nanoseconds
    /// The settings by whose rules there was room.
    var settings: RunSettings
  }

  /// Puts a batch once the loader's rule lets it.
  ///
  /// - Parameter waits: Whether it waits for room.
  func put(_ batch: FinishedBatch, waits: Bool = true) -> Putting {
    var looks = 0
    let putting: Putting = state.wait(on: roomHasCome) { state in
      looks += 1
      if state.isStopped { return .stopped }
      let settings = settings.current
      guard
        settings.queue.loader.offerMove(
          depth: state.arrivals.depth, limit: settings.queue.limit) == .put
      else { return waits ? nil : .wouldWait }
      var batch = batch
      batch.put = clock.now
      state.put(batch)
      sizeTest.store(state.arrivals.depth, ordering: .relaxed)
      return .done(
        Put(
          at: batch.put, depth: state.arrivals.depth, hasWaited: looks > 1, resumed: state.resumed,
          settings: settings))
    }
    if case .done = putting { batchHasCome.wakeOne() }
    return putting
  }

  /// Counts a batch that a `DataLoader`'s worker has made.
  ///
  /// - Returns: The batches that are made and not delivered.
  func countMade() -> Int {
    state.withLock { state in
      state.unsent += 1
      return state.arrivals.depth + state.pipe.count + state.unsent
    }
  }

  /// Puts a batch into a `DataLoader`'s pipe.
  func send(_ batch: FinishedBatch) {
    state.withLock { state in
      state.unsent -= 1
      state.pipe.append(batch)
    }
    batchHasCome.wakeOne()
  }

  /// Puts a batch that the consumer has received from the pipe; it never waits for room, which only the
  /// consumer itself would make.
  func putReceived(_ batch: FinishedBatch) {
    state.withLock { state in
      var batch = batch
      batch.put = clock.now
      state.put(batch)
      sizeTest.store(state.arrivals.depth, ordering: .relaxed)
    }
  }

  enum Taking {
    /// A batch in the pipe, which has to be received and put before it can be taken, and whether the
    /// consumer had to wait for it.
    case arrived(FinishedBatch, hasWaited: Bool)
    /// A batch, and whether the consumer had to wait for it.
    case taken(FinishedBatch, at: Nanoseconds, depth: Int, hasWaited: Bool)
    /// Empty: sleep this long and look again.
    case nap(Nanoseconds)
    /// There is nothing to do but to wait; only where the caller doesn't want to wait here.
    case wouldWait
    case stopped
  }

  /// Takes the next batch by the loader's rule.
  ///
  /// - Parameter waits: Whether it waits for a batch, or the end of a pause; else `awaitChange` does.
  /// - Returns: The batch or the reason why there is none, and when the session last resumed.
  func take(waits: Bool = true) -> (taking: Taking, resumed: Nanoseconds) {
    var looks = 0
    while true {
      let (taking, resumed) = awaitBatch(counting: &looks, waits: waits)
      guard let taking else {
        batchWasDelivered.wakeAll()
        continue
      }
      if case .taken = taking {
        roomHasCome.wakeOne()
        batchWasDelivered.wakeAll()
      }
      return (taking, resumed)
    }
  }

  /// Waits until a look at the queue is worth it: a batch is there, the rules have changed, or the session
  /// has stopped; and until a pause is over.
  func awaitChange(under rules: QueueRules) {
    state.waitUntilTrue(on: batchHasCome) { state in
      if state.isStopped { return true }
      guard !state.isPaused else { return false }
      return rules.loader.polls || !state.pipe.isEmpty
        || state.arrivals.isNextHere(rules.loader.delivers)
        || settings.current.queue != rules
    }
  }

  /// - Returns: As `take`; no taking where the batch's maker has to be woken before the consumer waits on.
  private func awaitBatch(
    counting looks: inout Int, waits: Bool
  ) -> (taking: Taking?, resumed: Nanoseconds) {
    state.wait(on: batchHasCome) { state -> (taking: Taking?, resumed: Nanoseconds)? in
      looks += 1
      if state.isStopped { return (.stopped, state.resumed) }
      if state.isPaused { return waits ? nil : (.wouldWait, state.resumed) }
      let rules = settings.current.queue
      let delivery = rules.loader.delivers
      if !state.pipe.isEmpty {
        if !rules.receives {
          // The loader was another one when they were sent.
          for batch in state.pipe { state.put(batch) }
          state.pipe.removeAll()
        } else if !state.arrivals.isNextHere(delivery) {
          return (.arrived(state.pipe.removeFirst(), hasWaited: looks > 1), state.resumed)
        }
      }
      switch rules.loader.consumerMove(isNextHere: state.arrivals.isNextHere(delivery)) {
      case .waitForBatch:
        let isNews = state.wanted == nil
        state.wanted = state.wanted ?? clock.now
        let opens =
          rules.aheadWhenWanted > rules.ahead || state.arrivals.frontier.next >= state.epoch.end
        if isNews, opens { return (nil, state.resumed) }
        return waits ? nil : (.wouldWait, state.resumed)
      case .nap(let length): return (.nap(length), state.resumed)
      case .take:
        let number = state.arrivals.takeNext(delivery)
        guard let batch = state.batches.removeValue(forKey: number) else {
          preconditionFailure("a number in the queue has no batch")
        }
        sizeTest.store(state.arrivals.depth, ordering: .relaxed)
        state.wanted = nil
        let taken = Taking.taken(
          batch, at: clock.now, depth: state.arrivals.depth + state.pipe.count,
          hasWaited: looks > 1)
        return (taken, state.resumed)
      }
    }
  }

  private func wakeAllWaiters() {
    state.wakeAll()
    for condition in [batchHasCome, roomHasCome, batchWasDelivered] { condition.wakeAll() }
  }
}
