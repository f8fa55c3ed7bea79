import Pipeline
import Quantities
import Watching

/// The processes that train together, each with its own loader.
struct JobRanks {
  /// One of them.
  struct Rank {
    /// Its number, as its launcher gave it.
    let number: Int
    /// Its process.
    let process: Int32
    /// Batches taken a second.
    let rate: Double
    /// The mean wait for a batch, in seconds.
    let wait: Double
    /// The mean time from a batch to the next request, in seconds.
    var step: Double { max(0, 1 / rate - wait) }
  }

  /// By their numbers; empty for a job of one process.
  let ranks: [Rank]
  /// A rank waits longest where it waits for so much of a step longer than the others.
  private static let noticeable = 0.05

  /// The ranks whose loaders train.
  init(_ loaders: [JobLoader.Key: JobLoader], _ tally: JobTally) {
    var found: [Int: Rank] = [:]
    for (key, loader) in loaders where loader.trains {
      guard let number = tally.ranks[key.process], let rate = loader.rate else { continue }
      // Launchers and workers have the rank's variables, too, but no loader.
      let wait = loader.waited.seconds / Double(loader.taken)
      if let other = found[number], other.rate >= rate { continue }
      found[number] = Rank(number: number, process: key.process, rate: rate, wait: wait)
    }
    let ranks = found.values.sorted { $0.number < $1.number }
    self.ranks = ranks.count > 1 ? ranks : []
  }

  /// The rank that the others' steps wait for, by its waits for batches; nil where they differ little.
  var slowest: Rank? {
    guard let most = ranks.max(by: { $0.wait < $1.wait }), let least = ranks.map(\.wait).min(),
      most.wait - least > Self.noticeable / most.rate
    else { return nil }
    return most
  }

  /// A line for each, and one on the slowest.
  var lines: [String] {
    var lines = ranks.map { rank in
      "rank \(rank.number) of process \(rank.process): \(NumberText.fixed(rank.rate, 1)) batches/s,"
        + " waits \(span(rank.wait)), step \(span(rank.step))"
    }
    if let slowest {
      lines.append(
        "rank \(slowest.number) waits longest for its batches, and the others' steps wait for it")
    }
    return lines
  }

  /// A JSON array, an object for each.
  var json: [JSONObject] {
    ranks.map { rank in
      [
        "rank": rank.number, "process": Int(rank.process), "batches_per_s": rank.rate,
        "wait_s": rank.wait, "step_s": rank.step,
      ]
    }
  }

  private func span(_ seconds: Double) -> String { NumberText.span(Nanoseconds(seconds: seconds)) }
}
