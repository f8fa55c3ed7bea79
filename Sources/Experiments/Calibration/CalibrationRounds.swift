import Augmentation
import Quantities

/// Times of several cells, taken round by round on a machine whose speed changes from round to round.
///
/// A cell's part of its round's total is the same at every speed, and so is the median of these parts. The
/// median of its times isn't: where half of the rounds are slow, one cell's comes from a fast round and
/// another's from a slow one. So each cell gets the median of its parts, times the median total.
struct CalibrationRounds {
  /// What one reading of a round is about.
  enum Cell: Hashable {
    /// A stage's, with its setting on or at zero, for a picture of so many values.
    case stage(Stage, isZero: Bool, values: Int)
    /// The whole function's.
    case whole
  }

  /// The rounds that are complete.
  let count: Int
  /// Half the interquartile range of the rounds' totals, as a share of their median: how far the machine
  /// changed its speed.
  let spread: Double
  private let times: [Cell: Readings]

  /// - Parameter cells: Each cell's times in the order of the rounds; what a last, incomplete round has is
  ///   left out.
  /// - Complexity: O(readings × log rounds).
  init(_ cells: [Cell: [Double]]) {
    count = cells.values.map(\.count).min() ?? 0
    let totals = (0..<count).map { round in cells.values.reduce(0) { $0 + $1[round] } }
    let median = Quantities.median(totals) ?? 0
    spread = Readings(totals)?.spread ?? 0
    times = cells.compactMapValues { readings in
      Readings(
        zip(readings, totals).map { time, total in total > 0 ? time / total * median : time })
    }
  }

  /// A cell's times as if each round had been as fast as the median one; nil without a reading.
  subscript(cell: Cell) -> Readings? { times[cell] }

  /// The sizes that a stage was read at with its setting on.
  func sizes(of stage: Stage) -> [Int] {
    times.keys.compactMap { cell in
      if case .stage(stage, isZero: false, let values) = cell { values } else { nil }
    }
  }
}

/// Some readings of one thing, at least one.
struct Readings {
  private let sorted: [Double]

  /// Nil without a value.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    sorted = values.sorted()
  }

  /// The middle one.
  var median: Double { Quantities.median(sorted) ?? 0 }

  /// Half the interquartile range, as a share of the median; 0 where that is 0.
  var spread: Double {
    guard median > 0 else { return 0 }
    return (sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]) / 2 / median
  }
}
