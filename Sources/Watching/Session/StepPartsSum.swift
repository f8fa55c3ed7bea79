package import Pipeline
import Quantities

/// The parts of a loader's steps, summed over those that were measured.
package struct StepPartsSum: Sendable {
  /// Steps that were measured.
  package private(set) var steps = 0
  private var sum = StepParts()

  /// The parts of a step, in the mean; nil before one was measured.
  package var mean: StepParts? {
    guard steps > 0 else { return nil }
    func share(_ time: Nanoseconds) -> Nanoseconds { Nanoseconds(time.count / Int64(steps)) }
    var mean = StepParts()
    mean.before = share(sum.before)
    mean.forward = share(sum.forward)
    mean.backward = share(sum.backward)
    mean.optimizer = share(sum.optimizer)
    mean.rest = share(sum.rest)
    return mean
  }

  /// Adds a step; one that doesn't train, or whose parts overlap, has none.
  mutating func add(_ parts: RingRecord.StepParts) {
    guard parts.backward != nil || parts.optimizer != nil else { return }
    let forward = parts.forward ?? parts.taken
    let backward = parts.backward ?? forward
    let backwardEnd = parts.backwardEnd ?? backward
    let optimizer = parts.optimizer ?? backwardEnd
    let optimizerEnd = parts.optimizerEnd ?? optimizer
    let moments = [
      parts.taken, forward, backward, backwardEnd, optimizer, optimizerEnd, parts.end,
    ]
    guard zip(moments, moments.dropFirst()).allSatisfy({ $0 <= $1 }) else { return }
    steps += 1
    sum.before += forward - parts.taken
    sum.forward += backward - forward
    sum.backward += backwardEnd - backward
    sum.optimizer += optimizerEnd - optimizer
    sum.rest += optimizer - backwardEnd + (parts.end - optimizerEnd)
  }
}
