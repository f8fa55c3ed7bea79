package import Quantities

/// A controlled experiment on a running session: a switch is turned back and forth in blocks A B B A
/// A B B A, so that a drift of the machine falls on both sides alike.
///
/// A pure value: from the time and the batches trained so far it computes which side should be on.
/// The screen and `augtop predict --verify` share it.
///
/// - Source: the ABBA design of paired comparisons; the interval is Student's t over pairs of blocks,
///   trimmed where there are more than four.
package struct PairedTrial: Sendable, Equatable {
  /// A side of the comparison.
  package enum Side: Sendable, Equatable {
    /// The original scenario, or the changed one.
    case asIs, changed
  }

  /// A B B A, over and over.
  private static let order: [Side] = [.asIs, .changed, .changed, .asIs]

  /// The number of blocks, a multiple of 4.
  package let blocks: Int
  /// The time after each switch that isn't measured.
  package let settling: Nanoseconds
  /// The time that each block is measured.
  package let measuring: Nanoseconds
  private var block = 0
  private var blockStart: Nanoseconds?
  private var measureStart: (at: Nanoseconds, batches: Int)?
  /// Seconds a batch, in the order of the blocks.
  private var rates: [Double] = []

  /// - Parameters:
  ///   - blocks: A multiple of four.
  ///   - settling: Left out at the start of each block.
  package init(
    blocks: Int = 8, settling: Nanoseconds = .milliseconds(400),
    measuring: Nanoseconds = .seconds(1)
  ) {
    precondition(blocks > 0 && blocks % 4 == 0, "whole rounds of A B B A")
    self.blocks = blocks
    self.settling = settling
    self.measuring = measuring
  }

  /// For a change of a scenario whose batches take `period` seconds.
  ///
  /// Where a batch takes less than a millisecond, twenty-four blocks of a quarter of a second each
  /// measure as well as eight of one second, and a machine that becomes slower within seconds spoils
  /// fewer blocks. Polling and a governor's clock have periods of their own and need long blocks.
  package init(of change: ScenarioChange, in scenario: Scenario, period: Double) {
    let isSlow = [scenario, scenario.applying(change)].contains {
      $0.loader.polls || $0.governor != nil
    }
    if period < Self.brief, !isSlow {
      self.init(blocks: 24, settling: .milliseconds(100), measuring: .milliseconds(250))
    } else {
      self.init()
    }
  }

  private static let brief = 1e-3

  /// Whether both trials have measured the same blocks.
  package static func == (left: PairedTrial, right: PairedTrial) -> Bool {
    left.block == right.block && left.rates == right.rates && left.blockStart == right.blockStart
  }

  /// Whether all blocks have been measured.
  package var isOver: Bool { block >= blocks }
  /// Blocks measured so far.
  package var done: Int { min(block, blocks) }
  /// The side that should be on now; the original scenario once the trial is over.
  package var side: Side { isOver ? .asIs : Self.order[block % 4] }
  /// How long the whole of it takes, at least.
  package var length: Nanoseconds { (settling + measuring) * blocks }

  /// Takes note of a moment at which `side` holds.
  ///
  /// - Parameters:
  ///   - batches: Trained since the session's start.
  ///   - lastStep: When the last batch's step ended. Blocks begin and end there: a reading can be
  ///     taken in the middle of a step, and a step counted wholly in one block and not in the next
  ///     would look like an effect of the change.
  ///   - phases: Phases before that step, which aren't measured.
  ///   - holds: Whether the batches trained on now were made under `side`.
  package mutating func observe(
    batches: Int, lastStep: Nanoseconds, phases: Nanoseconds = .zero, at now: Nanoseconds,
    holds: Bool
  ) {
    guard !isOver, holds else { return }
    let (lastStep, now) = (lastStep - phases, now - phases)
    guard let start = blockStart else {
      blockStart = now
      return
    }
    guard let measure = measureStart else {
      if lastStep - start >= settling { measureStart = (lastStep, batches) }
      return
    }
    guard lastStep - measure.at >= measuring, batches > measure.batches else { return }
    rates.append((lastStep - measure.at).seconds / Double(batches - measure.batches))
    block += 1
    blockStart = nil
    measureStart = nil
  }

  /// Seconds a batch on either side, and the difference (changed minus as is) with half the width of
  /// its 90 % interval; nil before the first whole round. The interval needs two rounds.
  package var result: Result? {
    let rounds = rates.count / 4
    guard rounds > 0 else { return nil }
    var (asIs, changed): ([Double], [Double]) = ([], [])
    var differences: [Double] = []
    for round in 0..<rounds {
      let four = rates[(round * 4)..<(round * 4 + 4)].map { $0 }
      // Neighbours make a pair: A B and B A.
      differences += [four[1] - four[0], four[2] - four[3]]
      asIs += [four[0], four[3]]
      changed += [four[1], four[2]]
    }
    let difference = Estimate(trimmedMeanOf: differences)
    return Result(
      asIs: Estimate(trimmedMeanOf: asIs).value, changed: Estimate(trimmedMeanOf: changed).value,
      difference: difference.value, half: difference.half ?? .infinity)
  }

  /// The difference that the blocks show so far.
  package struct Result: Sendable, Equatable {
    /// Seconds a batch as it was.
    package var asIs: Double
    /// Seconds a batch after the change.
    package var changed: Double
    /// Seconds a batch that the change adds.
    package var difference: Double
    /// Half the width of the difference's 90 % interval; infinite where there are too few blocks.
    package var half: Double

    /// Whether the interval leaves zero out.
    package var isDistinguishable: Bool { abs(difference) > half }
  }
}
