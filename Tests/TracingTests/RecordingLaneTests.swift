import Pipeline
import Quantities
import Synchronization
import Testing
import Tracing

@Suite struct RecordingLaneTests {
  @Test func keepsOrderAroundTheCorner() {
    let lane = RecordingLane(capacity: 8, stages: 14)
    var seen: [Int] = []
    for round in 0..<5 {
      for index in 0..<6 { #expect(lane.offer(event(round * 6 + index))) }
      #expect(lane.drain { seen.append(number(of: $0)) } == 6)
    }
    #expect(seen == Array(0..<30))
    #expect(lane.dropped == 0)
  }

  @Test func dropsTheNewestWhenFullAndCountsIt() {
    let lane = RecordingLane(capacity: 4, stages: 14)
    let taken = (0..<7).map { lane.offer(event($0)) }
    #expect(taken == [true, true, true, true, false, false, false])
    #expect(lane.dropped == 3)
    var seen: [Int] = []
    lane.drain { seen.append(number(of: $0)) }
    #expect(seen == [0, 1, 2, 3])
    #expect(lane.offer(event(7)))
  }

  @Test func aDrainEndsWhateverIsOfferedMeanwhile() {
    let lane = RecordingLane(capacity: 4, stages: 14)
    lane.offer(event(0))
    var count = 0
    lane.drain { _ in
      count += 1
      if count < 3 { lane.offer(event(count)) }
    }
    #expect(count == 1)
    #expect(lane.drain { _ in } == 1)
  }

  /// Offered = drained + dropped, in order and unharmed, with a producer that never waits.
  @Test(arguments: [1, 16, 2048])
  func losesNothingBetweenTwoThreads(capacity: Int) {
    let lane = RecordingLane(capacity: capacity, stages: 14)
    let offered = 200_000
    let shared = Shared()
    let producer = OnThread {
      var taken = 0
      for index in 0..<offered where lane.offer(event(index)) { taken += 1 }
      shared.kept.store(taken, ordering: .relaxed)
      // Pairs with the acquiring load below: the last offers come before the end.
      shared.isOver.store(true, ordering: .releasing)
    }
    var drained = 0
    var last = -1
    var disorder = 0
    var isLastRound = false
    while true {
      drained += lane.drain { event in
        let number = number(of: event)
        if number <= last { disorder += 1 }
        last = number
      }
      if isLastRound { break }
      isLastRound = shared.isOver.load(ordering: .acquiring)
    }
    producer.wait()
    #expect(disorder == 0)
    #expect(drained == shared.kept.load(ordering: .relaxed))
    #expect(drained + lane.dropped == offered)
  }

  private final class Shared: Sendable {
    let kept = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
  }
}

/// An event whose numbers all derive from `number`.
private func event(_ number: Int) -> Event {
  var made = BatchMade(
    batch: number, worker: number, pictures: number, generation: number,
    start: Nanoseconds(Int64(number)))
  made.put = Nanoseconds(Int64(number))
  // Of every fourth the stages were measured.
  if number % 4 == 0 {
    made.stages = Array(repeating: StageTime(end: Nanoseconds(Int64(number))), count: 14)
  }
  return .made(made)
}

/// The number of an event; -1 where its parts disagree, as a torn one's would.
private func number(of event: borrowing Event) -> Int {
  guard case .made(let made) = copy event, made.batch == made.generation,
    made.put.count == Int64(made.batch), made.stages.count == (made.batch % 4 == 0 ? 14 : 0),
    made.stages.allSatisfy({ $0.end.count == Int64(made.batch) })
  else { return -1 }
  return made.batch
}
