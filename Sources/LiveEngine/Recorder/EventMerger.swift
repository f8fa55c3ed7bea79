import Pipeline
import Quantities
import Tracing

/// Brings the events of several lanes into the order of their times.
///
/// Each lane is in order by itself. What happened after the lanes began to be drained is held back:
/// an earlier event may still lie in a lane that was drained before.
struct EventMerger {
  private var held: [[Event]] = []

  /// Tells the events of `lanes` up to `cutoff` in order.
  mutating func drain(
    _ lanes: [RecordingLane], until cutoff: Nanoseconds, _ tell: (Event) -> Void
  ) {
    while held.count < lanes.count { held.append([]) }
    for (index, lane) in lanes.enumerated() {
      lane.drain { held[index].append($0) }
    }
    var heads = [Int](repeating: 0, count: held.count)
    while let next = earliest(heads, until: cutoff) {
      tell(held[next][heads[next]])
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
