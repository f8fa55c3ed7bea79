package import Quantities

/// Sums over a span of time that can be joined with those of the next span.
package protocol SpanSum: Sendable {
  /// Nothing summed yet.
  init()
  /// Adds the sums of another span.
  mutating func add(_ other: Self)
}

extension Array where Element: SpanSum {
  /// Joins each two neighbours; the last of an odd number stays as it is.
  ///
  /// - Complexity: O(n).
  package mutating func mergeNeighbours() {
    for pair in 0..<(count + 1) / 2 {
      self[pair] = self[2 * pair]
      if 2 * pair + 1 < count { self[pair].add(self[2 * pair + 1]) }
    }
    removeLast(count / 2)
  }
}

/// Sums over blocks of time of at least 125 ms, in constant memory.
///
/// When 32 blocks are full, neighbours merge, and blocks last twice as long from then on.
package struct TimeBlocks<Sum: SpanSum>: Sendable {
  private static var most: Int { 32 }

  /// The blocks that have ended, in order; fewer than 32.
  private(set) var full: [Sum] = []
  /// The block that goes on.
  var open = Sum()
  /// The beginning of the block that goes on.
  private(set) var cut: Nanoseconds
  private var length = TimeBlock.shortest

  /// No block yet; the first one begins then.
  init(from start: Nanoseconds) {
    cut = start
    full.reserveCapacity(Self.most)
  }

  /// The sums of all blocks.
  ///
  /// - Complexity: O(blocks), of which there are at most 32.
  var total: Sum { full.reduce(into: open) { $0.add($1) } }

  /// Whether the block that goes on is long enough to end at `now`.
  func isDue(at now: Nanoseconds) -> Bool { now - cut >= length }

  /// Ends the block that goes on.
  ///
  /// - Complexity: O(1) amortised.
  mutating func close(at now: Nanoseconds) {
    full.append(open)
    open = Sum()
    cut = now
    guard full.count == Self.most else { return }
    full.mergeNeighbours()
    length = length + length
  }

  /// Moves the beginning of the block that goes on by a stretch that doesn't count.
  mutating func leaveOut(_ stretch: Nanoseconds) { cut += stretch }
}

extension TimeBlocks where Sum: BitwiseCopyable {
  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&full)
    archive.value(&open)
    archive.value(&length)
    archive.value(&cut)
  }
}

/// The limits of blocks from which intervals are computed.
package enum TimeBlock {
  /// The shortest block. Polling makes batches come in bursts, so shorter blocks would depend on
  /// one another.
  package static let shortest = Nanoseconds.milliseconds(125)
  /// The fewest blocks from which an interval is computed.
  package static let fewest = 8
}
