import Pipeline
import Quantities
import Tracing

/// Brings the events of several lanes into the order of their times.
///
/// Each lane is in order by itself. Events later than the moment at which draining began are held
/// back: an earlier one may still lie in a lane that was drained before they were offered.
struct EventMerger {
  private var held: [[Event]] = []

  /// Drains all lanes and passes their events up to `cutoff` to `body`, in the order of their times.
  ///
  /// - Complexity: O(events × lanes).
  mutating func drain(
    _ lanes: [RecordingLane], until cutoff: Nanoseconds, _ body: (Event) -> Void
  ) {
    while held.count < lanes.count { held.append([]) }
    for (index, lane) in lanes.enumerated() {
      lane.drain { held[index].append($0) }
    }
    var heads = [Int](repeating: 0, count: held.count)
    while let next = earliest(heads, until: cutoff) {
      body(held[next][heads[next]])
      heads[next] += 1
    }
    for index in held.indices { held[index].removeFirst(heads[index]) }
  }

  private func earliest(_ heads: [Int], until cutoff: Nanoseconds) -> Int? {
    var best: Int?
    var bestTime = Nanoseconds.never
    for index in held.indices where heads[index] < held[index].count {
      let at = held[index][heads[index]].at
      if at <= cutoff, at < bestTime {
        best = index
        bestTime = at
      }
    }
    return best
  }
}
