import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

@testable import LiveEngine

@Suite struct EventMergerTests {
  /// Ordered lanes that are drained at random times: each event comes out once, and all in order.
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func inOrderAndComplete(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let lanes = (0..<Int.random(in: 1...5, using: &random)).map { _ in RecordingLane(stages: 14) }
    var last = [Int64](repeating: 0, count: lanes.count)
    var merger = EventMerger()
    var offered = 0
    var recorded: [(lane: Int, at: Int64)] = []
    var cutoff: Int64 = 0
    for _ in 0..<50 {
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        let lane = Int.random(in: 0..<lanes.count, using: &random)
        // Nothing is offered that happened before the last cutoff.
        last[lane] = max(last[lane], cutoff + 1) + Int64.random(in: 0...20, using: &random)
        lanes[lane].offer(wait(lane, last[lane]))
        offered += 1
      }
      cutoff += Int64.random(in: 0...60, using: &random)
      let before = recorded.count
      merger.drain(lanes, until: Nanoseconds(cutoff)) { recorded.append(origin(of: $0)) }
      #expect(recorded[before...].allSatisfy { $0.at <= cutoff }, "seed \(seed)")
    }
    #expect(recorded.count < offered, "seed \(seed): something is always held back here")
    merger.drain(lanes, until: .never) { recorded.append(origin(of: $0)) }
    #expect(recorded.count == offered, "seed \(seed)")
    #expect(zip(recorded, recorded.dropFirst()).allSatisfy { $0.at <= $1.at }, "seed \(seed)")
    for lane in lanes.indices {
      let own = recorded.filter { $0.lane == lane }.map(\.at)
      #expect(own == own.sorted(), "seed \(seed)")
    }
    merger.drain(lanes, until: .never) { _ in Issue.record("recorded twice, seed \(seed)") }
  }

  @Test func lanesMayJoinLater() {
    var merger = EventMerger()
    let first = RecordingLane(stages: 14)
    first.offer(wait(0, 5))
    var recorded: [Int64] = []
    merger.drain([first], until: Nanoseconds(3)) { recorded.append(origin(of: $0).at) }
    let second = RecordingLane(stages: 14)
    second.offer(wait(1, 4))
    merger.drain([first, second], until: Nanoseconds(10)) { recorded.append(origin(of: $0).at) }
    #expect(recorded == [4, 5])
  }
}

private func wait(_ lane: Int, _ end: Int64) -> Event {
  .waited(WorkerWait(worker: lane, reason: .nap, start: .zero, end: Nanoseconds(end)))
}

private func origin(of event: Event) -> (lane: Int, at: Int64) {
  guard case .waited(let wait) = event else { return (-1, -1) }
  return (wait.worker, wait.end.count)
}
