import Pipeline
import Quantities

/// The processes that train together, in words and as JSON.
struct JobRanks {
  /// By their numbers; empty for a job of one process.
  let ranks: [RankReading]

  /// The rank that the others' steps wait for; nil where they differ little.
  var slowest: SlowestRank? { SlowestRank(of: ranks) }

  /// A line for each, and one on the slowest.
  var lines: [String] {
    var lines = ranks.map { rank in
      "rank \(rank.number) of process \(rank.process):"
        + " \(NumberText.fixed(rank.batchesPerSecond, 1)) batches/s,"
        + " waits \(NumberText.span(rank.wait)), step \(NumberText.span(rank.step))"
    }
    if let slowest {
      lines.append(
        "rank \(slowest.number) is \(NumberText.span(slowest.behind)) a step behind,"
          + " \(slowest.cause.sentence), and the others' steps wait for it")
    }
    return lines
  }

  /// A JSON array, an object for each.
  var json: [JSONObject] {
    ranks.map { rank in
      [
        "rank": rank.number, "process": Int(rank.process),
        "batches_per_s": rank.batchesPerSecond, "wait_s": rank.wait.seconds,
        "step_s": rank.step.seconds,
        "to_backward_s": rank.parts.map { ($0.before + $0.forward).seconds },
      ]
    }
  }
}

extension SlowestRank.Cause {
  fileprivate var sentence: String {
    switch self {
    case .batches: "since it waits for its batches"
    case .forward: "on the way to its backward pass"
    }
  }
}
