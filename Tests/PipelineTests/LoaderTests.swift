import Pipeline
import Quantities
import TestSupport
import Testing

/// The rules at the queue, and what follows from them under any schedule.
@Suite struct LoaderTests {
  @Test func kerasThreadsLooksFirstAndPutsAlways() {
    let loader = Loader.kerasThreads
    #expect(loader.workerMove(depth: 9, limit: 10, lead: 0, ahead: 2) == .make)
    #expect(loader.workerMove(depth: 10, limit: 10, lead: 9, ahead: 2) == .nap(.milliseconds(50)))
    #expect(loader.workerMove(depth: 13, limit: 10, lead: 9, ahead: 2) == .nap(.milliseconds(50)))
    #expect(loader.offerMove(depth: 13, limit: 10) == .put)
    #expect(loader.consumerMove(isNextHere: false) == .nap(.milliseconds(10)))
    #expect(loader.consumerMove(isNextHere: true) == .take)
  }

  @Test func blockingMakesFirstAndWaitsForRoom() {
    let loader = Loader.blocking
    #expect(loader.workerMove(depth: 10, limit: 10, lead: 9, ahead: 2) == .make)
    #expect(loader.offerMove(depth: 9, limit: 10) == .put)
    #expect(loader.offerMove(depth: 10, limit: 10) == .waitForRoom)
    #expect(loader.offerMove(depth: 11, limit: 10) == .waitForRoom)
    #expect(loader.consumerMove(isNextHere: false) == .waitForBatch)
    #expect(loader.consumerMove(isNextHere: true) == .take)
  }

  @Test func processesWaitForRoomAndPoll() {
    let loader = Loader.kerasProcesses
    #expect(loader.workerMove(depth: 10, limit: 10, lead: 0, ahead: 2) == .make)
    #expect(loader.offerMove(depth: 9, limit: 10) == .put)
    #expect(loader.offerMove(depth: 10, limit: 10) == .waitForRoom)
    #expect(loader.consumerMove(isNextHere: false) == .nap(.milliseconds(10)))
    #expect(loader.serializes && !loader.sharesInterpreter)
  }

  @Test func torchMakesAheadAndDeliversInOrder() {
    let loader = Loader.torch
    #expect(loader.workerMove(depth: 50, limit: 1, lead: 3, ahead: 4) == .make)
    #expect(loader.workerMove(depth: 0, limit: 10, lead: 4, ahead: 4) == .waitForDemand)
    #expect(loader.offerMove(depth: 50, limit: 1) == .put)
    #expect(loader.consumerMove(isNextHere: false) == .waitForBatch)
    #expect(loader.consumerMove(isNextHere: true) == .take)
    #expect(loader.delivers == .byNumber)
  }

  /// A future more than the queue holds waits for its place; while the consumer waits, it has taken one out.
  @Test func keras3HandsOutOneMoreThanItsQueueHolds() {
    for loader in [Loader.keras3, .keras3Processes] {
      func ahead(_ isWanted: Bool) -> Int {
        loader.ahead(workers: 4, limit: 2, prefetch: 9, isWanted: isWanted)
      }
      #expect(ahead(false) == 3 && ahead(true) == 4)
      #expect(loader.workerMove(depth: 2, limit: 2, lead: 2, ahead: ahead(false)) == .make)
      #expect(loader.workerMove(depth: 2, limit: 2, lead: 3, ahead: ahead(false)) == .waitForDemand)
      #expect(loader.workerMove(depth: 2, limit: 2, lead: 3, ahead: ahead(true)) == .make)
      #expect(loader.offerMove(depth: 50, limit: 2) == .put)
      #expect(loader.consumerMove(isNextHere: false) == .waitForBatch)
      #expect(loader.delivers == .byNumber && !loader.readsInLoop)
    }
    // One thread is none; one process is one.
    #expect(Loader.keras3.makesInLoop(workers: 1) && !Loader.keras3.makesInLoop(workers: 2))
    #expect(!Loader.keras3Processes.makesInLoop(workers: 1))
    #expect(Loader.keras3.sharesInterpreter && !Loader.keras3Processes.sharesInterpreter)
  }

  /// tf.data's calls run on as many threads as there are cores, and prefetch comes on top of them.
  @Test func tfDataHasAThreadACore() {
    let loader = Loader.tfData
    #expect(loader.makers(workers: 4, cores: 2) == 2 && loader.makers(workers: 1, cores: 8) == 1)
    #expect(Loader.torch.makers(workers: 4, cores: 2) == 4)
    for isWanted in [false, true] {
      #expect(loader.ahead(workers: 4, limit: 3, prefetch: 9, isWanted: isWanted) == 7)
    }
    #expect(loader.workerMove(depth: 0, limit: 3, lead: 7, ahead: 7) == .waitForDemand)
    #expect(loader.delivers == .byNumber)
  }

  /// Without workers a batch is made while the loop wants one, and none meanwhile.
  @Test func torchWithoutWorkersMakesInTheLoop() {
    for isWanted in [false, true] {
      #expect(
        Loader.torch.ahead(workers: 0, limit: 9, prefetch: 2, isWanted: isWanted)
          == (isWanted ? 1 : 0))
    }
    let loader = Loader.torch
    #expect(loader.workerMove(depth: 0, limit: 10, lead: 0, ahead: 1) == .make)
    #expect(loader.workerMove(depth: 0, limit: 10, lead: 0, ahead: 0) == .waitForDemand)
    #expect(loader.workerMove(depth: 1, limit: 10, lead: 1, ahead: 1) == .waitForDemand)
    #expect(loader.deepest(limit: 10, workers: 0, prefetch: 2) == 1)
    for loader in Loader.allCases {
      #expect(loader.workerCounts == (loader == .torch ? 0 : 1)...64)
    }
  }

  @Test func theFrontierIsTheLowestNumberNotDelivered() {
    var frontier = DeliveryFrontier()
    for number in [0, 3, 2] { frontier.deliver(number) }
    #expect(frontier.next == 1)
    frontier.deliver(1)
    #expect(frontier.next == 4)
  }

  @Test(arguments: Loader.allCases, 1...12 as ClosedRange<UInt64>)
  func batchesInAreBatchesOutAndHeld(loader: Loader, seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let workers = Int.random(in: 1...6, using: &random)
    let limit = Int.random(in: 1...8, using: &random)
    var queue = ToyQueue(loader: loader, limit: limit, workers: workers, random: random)
    var deepest = 0
    for _ in 0..<4_000 {
      queue.turn()
      deepest = max(deepest, queue.batches.count)
    }
    #expect(queue.put == queue.taken + queue.batches.count, "seed \(seed)")
    #expect(queue.begun == queue.put + queue.inHands, "seed \(seed)")
    #expect(queue.put > 100 && queue.taken > 100, "seed \(seed): nothing moved")
    // Batches come out in the order in which they went in, or of their numbers.
    #expect(queue.takenInOrder, "seed \(seed)")
    #expect(
      deepest <= loader.deepest(limit: limit, workers: workers, prefetch: ToyQueue.prefetch),
      "seed \(seed)")
    let naps = Set(queue.naps)
    switch loader {
    case .kerasThreads: #expect(naps.isSubset(of: [.milliseconds(50), .milliseconds(10)]))
    case .kerasProcesses: #expect(naps.isSubset(of: [.milliseconds(10)]))
    case .blocking, .torch, .keras3, .keras3Processes, .tfData: #expect(naps.isEmpty)
    }
  }

  /// The bounds are tight: the rules reach them.
  @Test func theBoundsAreTight() {
    for loader in Loader.allCases {
      var queue = ToyQueue(
        loader: loader, limit: 3, workers: 4, random: SeededNumbers(seed: 1))
      queue.consumerIsAway = true
      var deepest = 0
      // All workers check the queue before any worker puts.
      for _ in 0..<10 {
        for worker in 0..<4 { queue.look(worker) }
        for worker in 0..<4 { queue.offer(worker) }
        deepest = max(deepest, queue.batches.count)
      }
      let bound = loader.deepest(limit: 3, workers: 4, prefetch: ToyQueue.prefetch)
      #expect(deepest <= bound)
      switch loader {
      case .kerasThreads: #expect(deepest == 4 && bound == 6)
      case .blocking, .kerasProcesses: #expect(deepest == 3 && bound == 3)
      case .torch: #expect(deepest == 8 && bound == 8)
      // One more while the consumer waits, and this one is away.
      case .keras3, .keras3Processes: #expect(deepest == 4 && bound == 5)
      case .tfData: #expect(deepest == 7 && bound == 7)
      }
    }
  }
}

/// Workers and a consumer who do their moves in any order at all.
private struct ToyQueue {
  static let prefetch = 2

  /// The numbers of the batches in the queue.
  private(set) var batches: [Int] = []
  private(set) var begun = 0
  private(set) var put = 0
  private(set) var taken = 0
  private(set) var takenInOrder = true
  private(set) var naps: [Nanoseconds] = []
  var consumerIsAway = false
  /// Whether the consumer looked in vain.
  private var isWanted = false

  private let loader: Loader
  private let limit: Int
  /// The batch that each worker holds.
  private var hands: [Int?]
  /// How many batches each worker has begun.
  private var begunBy: [Int]
  /// In the order of the puts.
  private var order: [Int] = []
  private var frontier = DeliveryFrontier()
  private var random: SeededNumbers

  init(loader: Loader, limit: Int, workers: Int, random: SeededNumbers) {
    self.loader = loader
    self.limit = limit
    self.random = random
    hands = Array(repeating: nil, count: workers)
    begunBy = Array(repeating: 0, count: workers)
  }

  var inHands: Int { hands.count { $0 != nil } }

  mutating func turn() {
    let actor = Int.random(in: 0...hands.count, using: &random)
    if actor == hands.count {
      take()
    } else if hands[actor] != nil {
      offer(actor)
    } else {
      look(actor)
    }
  }

  mutating func look(_ worker: Int) {
    guard hands[worker] == nil else { return }
    let own = begunBy[worker] * hands.count + worker
    let number = loader == .torch ? own : begun
    switch loader.workerMove(
      depth: batches.count, limit: limit, lead: number - frontier.next,
      ahead: loader.ahead(
        workers: hands.count, limit: limit, prefetch: Self.prefetch, isWanted: isWanted))
    {
    case .make:
      hands[worker] = number
      begunBy[worker] += 1
      begun += 1
    case .nap(let length): naps.append(length)
    case .waitForDemand: break
    }
  }

  mutating func offer(_ worker: Int) {
    guard let number = hands[worker],
      loader.offerMove(depth: batches.count, limit: limit) == .put
    else { return }
    hands[worker] = nil
    batches.append(number)
    order.append(number)
    put += 1
  }

  private mutating func take() {
    guard !consumerIsAway else { return }
    let due =
      loader.delivers == .byNumber ? batches.firstIndex(of: frontier.next) : batches.indices.first
    switch loader.consumerMove(isNextHere: due != nil) {
    case .take:
      isWanted = false
      guard let due else { return }
      let number = batches.remove(at: due)
      let expected = loader.delivers == .byNumber ? taken : order[taken]
      takenInOrder = takenInOrder && number == expected
      frontier.deliver(number)
      taken += 1
    case .nap(let length): naps.append(length)
    case .waitForBatch: isWanted = true
    }
  }
}
