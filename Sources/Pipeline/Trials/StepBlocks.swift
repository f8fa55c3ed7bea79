package import Quantities

/// Training steps counted in blocks of time, from which an epoch's time and its interval follow.
///
/// Polling makes steps come in bursts, so single steps are far from independent: the interval is
/// Student's t over the means of at least 8 of the `TimeBlocks`.
package struct StepBlocks: Sendable {
  private struct Block: SpanSum, BitwiseCopyable {
    var steps = 0
    var span = Nanoseconds.zero

    mutating func add(_ other: Block) {
      steps += other.steps
      span += other.span
    }
  }

  private var blocks: TimeBlocks<Block>
  private var latest: Nanoseconds

  /// The beginning of the first block.
  package let start: Nanoseconds

  /// No steps yet.
  package init(from start: Nanoseconds) {
    self.start = start
    blocks = TimeBlocks(from: start)
    latest = start
  }

  /// Steps since the start.
  package var steps: Int { blocks.total.steps }
  /// From the start to the last step's end.
  package var span: Nanoseconds { blocks.total.span + (latest - blocks.cut) }

  /// Leaves a stretch of time out, in which nothing could be trained. It begins where the last step
  /// ended, or later.
  package mutating func leaveOut(_ stretch: Range<Nanoseconds>) {
    let length = stretch.upperBound - max(stretch.lowerBound, blocks.cut)
    guard length > .zero else { return }
    blocks.leaveOut(length)
    latest = max(latest + length, blocks.cut)
  }

  /// Counts a step; several may end at once, as where several GPUs take a batch each and wait for the last.
  ///
  /// - Complexity: O(1) amortised.
  package mutating func step(endingAt end: Nanoseconds) {
    guard end > latest || end == latest && latest > start else { return }
    steps(1, endingAt: end)
  }

  /// Several steps, the last of which ends then.
  mutating func steps(_ count: Int, endingAt end: Nanoseconds) {
    blocks.open.steps += count
    latest = max(latest, end)
    guard blocks.isDue(at: end) else { return }
    blocks.open.span = end - blocks.cut
    blocks.close(at: end)
  }

  /// Seconds a step, with half the width of its 90 % interval; nil without a single step.
  package var estimate: (seconds: Double, half: Double?)? {
    estimateOfPeriod.map { ($0.value, $0.half) }
  }

  /// The same with what its interval rests on.
  package var estimateOfPeriod: Estimate? {
    let steps = steps
    guard steps > 0 else { return nil }
    let mean = span.seconds / Double(steps)
    guard blocks.full.count >= TimeBlock.fewest else { return Estimate(mean) }
    let rates = blocks.full.map { $0.span.seconds / Double($0.steps) }
    let centre = rates.reduce(0, +) / Double(rates.count)
    let squares = rates.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let deviation = (squares / Double(rates.count - 1)).squareRoot()
    let error = deviation / Double(rates.count).squareRoot()
    return Estimate(mean, Estimate.Spread(error: error, freedom: rates.count - 1))
  }

  mutating func archive(_ archive: inout StateArchive) {
    blocks.archive(&archive)
    archive.value(&latest)
  }
}
