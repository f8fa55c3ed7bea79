import Pipeline
import Testing

/// The rules at the queue, and what follows from them under any schedule.
@Suite struct LoaderTests {
  @Test func kerasThreadsLooksFirstAndPutsAlways() {
    let loader = Loader.kerasThreads
    #expect(loader.workerMove(depth: 9, limit: 10) == .make)
    #expect(loader.workerMove(depth: 10, limit: 10) == .nap(.milliseconds(50)))
    #expect(loader.workerMove(depth: 13, limit: 10) == .nap(.milliseconds(50)))
    #expect(loader.offerMove(depth: 13, limit: 10) == .put)
    #expect(loader.consumerMove(depth: 0) == .nap(.milliseconds(10)))
    #expect(loader.consumerMove(depth: 1) == .take)
  }

  @Test func blockingMakesFirstAndWaitsForRoom() {
    let loader = Loader.blocking
    #expect(loader.workerMove(depth: 10, limit: 10) == .make)
    #expect(loader.offerMove(depth: 9, limit: 10) == .put)
    #expect(loader.offerMove(depth: 10, limit: 10) == .waitForRoom)
    #expect(loader.offerMove(depth: 11, limit: 10) == .waitForRoom)
    #expect(loader.consumerMove(depth: 0) == .waitForBatch)
    #expect(loader.consumerMove(depth: 1) == .take)
  }

  @Test(arguments: [Loader.kerasThreads, .blocking], 1...12 as ClosedRange<UInt64>)
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
    // Batches come out in the order in which they went in.
    #expect(queue.takenInOrder, "seed \(seed)")
    #expect(deepest <= loader.deepest(limit: limit, workers: workers), "seed \(seed)")
    let naps = Set(queue.naps)
    switch loader {
    case .kerasThreads: #expect(naps.isSubset(of: [.milliseconds(50), .milliseconds(10)]))
    case .blocking: #expect(naps.isEmpty)
    }
  }

  /// The bounds are reached: they say no more than is true.
  @Test func theBoundsAreTight() {
    for loader in Loader.allCases {
      var queue = ToyQueue(
        loader: loader, limit: 3, workers: 4, random: SeededNumbers(seed: 1))
      queue.consumerIsAway = true
      var deepest = 0
      // All workers look before any of them puts.
      for _ in 0..<10 {
        for worker in 0..<4 { queue.look(worker) }
        for worker in 0..<4 { queue.offer(worker) }
        deepest = max(deepest, queue.batches.count)
      }
      #expect(deepest <= loader.deepest(limit: 3, workers: 4))
      #expect(deepest == (loader == .kerasThreads ? 4 : 3))
    }
    #expect(Loader.kerasThreads.deepest(limit: 3, workers: 4) == 6)
    #expect(Loader.blocking.deepest(limit: 3, workers: 4) == 3)
  }
}

/// Workers and a consumer who do their moves in any order at all.
private struct ToyQueue {
  private(set) var batches: [Int] = []
  private(set) var begun = 0
  private(set) var put = 0
  private(set) var taken = 0
  private(set) var takenInOrder = true
  private(set) var naps: [Nanoseconds] = []
  var consumerIsAway = false

  private let loader: Loader
  private let limit: Int
  /// Whether each worker holds a batch.
  private var hands: [Bool]
  private var random: SeededNumbers

  init(loader: Loader, limit: Int, workers: Int, random: SeededNumbers) {
    self.loader = loader
    self.limit = limit
    self.random = random
    hands = Array(repeating: false, count: workers)
  }

  var inHands: Int { hands.filter { $0 }.count }

  mutating func turn() {
    let actor = Int.random(in: 0...hands.count, using: &random)
    if actor == hands.count { take() } else if hands[actor] { offer(actor) } else { look(actor) }
  }

  mutating func look(_ worker: Int) {
    guard !hands[worker] else { return }
    switch loader.workerMove(depth: batches.count, limit: limit) {
    case .make:
      hands[worker] = true
      begun += 1
    case .nap(let length): naps.append(length)
    }
  }

  mutating func offer(_ worker: Int) {
    guard hands[worker], loader.offerMove(depth: batches.count, limit: limit) == .put else {
      return
    }
    hands[worker] = false
    batches.append(put)
    put += 1
  }

  private mutating func take() {
    guard !consumerIsAway else { return }
    switch loader.consumerMove(depth: batches.count) {
    case .take:
      takenInOrder = takenInOrder && batches.first == taken
      batches.removeFirst()
      taken += 1
    case .nap(let length): naps.append(length)
    case .waitForBatch: break
    }
  }
}
