package import Quantities

/// Training steps counted in blocks of time, from which an epoch's time and its interval follow.
///
/// Polling makes steps come in bursts, so single steps are far from independent: the interval is
/// Student's t over the means of at least 8 blocks of at least 125 ms. When 32 blocks are full,
/// neighbours merge, so that memory stays flat and blocks grow with the window.
package struct StepBlocks: Sendable {
  /// The shortest block. Polling makes batches come in bursts, so shorter blocks would depend on
  /// one another.
  package static let shortest = Nanoseconds.milliseconds(125)
  /// The fewest blocks from which an interval is computed.
  package static let fewest = 8
  private static let most = 32

  private struct Block: Sendable, BitwiseCopyable {
    var steps = 0
    var span = Nanoseconds.zero
  }

  private var full: [Block] = []
  private var open = Block()
  private var length = Self.shortest
  private var cut: Nanoseconds
  private var latest: Nanoseconds

  /// The beginning of the first block.
  package let start: Nanoseconds

  /// No steps yet.
  package init(from start: Nanoseconds) {
    self.start = start
    cut = start
    latest = start
    full.reserveCapacity(Self.most)
  }

  /// Steps since the start.
  package var steps: Int { full.reduce(open.steps) { $0 + $1.steps } }
  /// From the start to the last step's end.
  package var span: Nanoseconds { full.reduce(latest - cut) { $0 + $1.span } }

  /// Leaves a stretch of time out, in which nothing could be trained. It begins where the last step
  /// ended, or later.
  package mutating func leaveOut(_ stretch: Range<Nanoseconds>) {
    let length = stretch.upperBound - max(stretch.lowerBound, cut)
    guard length > .zero else { return }
    cut += length
    latest = max(latest + length, cut)
  }

  /// Counts a step.
  ///
  /// - Complexity: O(1) amortised.
  package mutating func step(endingAt end: Nanoseconds) {
    guard end > latest else { return }
    steps(1, endingAt: end)
  }

  /// Several steps, the last of which ends then.
  mutating func steps(_ count: Int, endingAt end: Nanoseconds) {
    open.steps += count
    latest = max(latest, end)
    guard end - cut >= length else { return }
    full.append(Block(steps: open.steps, span: end - cut))
    open = Block()
    cut = end
    if full.count == Self.most { mergeNeighbours() }
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
    guard full.count >= Self.fewest else { return Estimate(mean) }
    let rates = full.map { $0.span.seconds / Double($0.steps) }
    let centre = rates.reduce(0, +) / Double(rates.count)
    let squares = rates.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let deviation = (squares / Double(rates.count - 1)).squareRoot()
    let error = deviation / Double(rates.count).squareRoot()
    return Estimate(mean, Estimate.Spread(error: error, freedom: rates.count - 1))
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&full)
    archive.value(&open)
    archive.value(&length)
    archive.value(&cut)
    archive.value(&latest)
  }

  private mutating func mergeNeighbours() {
    for pair in 0..<Self.most / 2 {
      full[pair] = Block(
        steps: full[2 * pair].steps + full[2 * pair + 1].steps,
        span: full[2 * pair].span + full[2 * pair + 1].span)
    }
    full.removeLast(Self.most / 2)
    length = length + length
  }
}
