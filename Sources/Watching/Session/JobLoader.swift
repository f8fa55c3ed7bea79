package import Quantities

/// A loader of a job, and what was seen of it.
package struct JobLoader: Sendable {
  /// The process that takes its batches, and its number there.
  package struct Key: Hashable, Sendable {
    /// The process.
    package var process: Int32
    /// The number.
    package var number: Int
  }

  /// The framework: `torch`, `keras`, `keras3` or `tf.data`.
  package var kind = "torch"
  /// The dataset's class.
  package var dataset = ""
  /// Batches an epoch; nil where the loader doesn't have the number.
  package var batches: Int?
  /// Pictures an epoch; nil where it doesn't have the number.
  package var samples: Int?
  /// Pictures a batch; 0 where it doesn't have the number.
  package var batchSize = 0
  /// Workers; 0 where the training loop makes batches itself.
  package var workers = 0
  /// Batches given ahead to each worker.
  package var prefetch = 0
  /// Whether workers stay for the next epoch.
  package var isPersistent = false
  /// Whether batches go to pinned memory.
  package var isPinned = false
  /// Whether the workers of `keras3` are processes.
  package var usesProcesses = false
  /// Batches taken.
  package var taken = 0
  /// Of them with gradients enabled.
  package var takenTraining = 0
  /// Optimizer steps between its batches.
  package var optimizerSteps = 0
  /// When the loop asked for its first batch; nil before.
  package var since: Nanoseconds?
  /// When its last batch was taken.
  package var last = Nanoseconds.zero
  /// Time the loop waited for its batches.
  package var waited = Nanoseconds.zero
  /// Time from the first request of an epoch to its end, over all epochs that ended.
  package var epochTime = Nanoseconds.zero
  /// Epochs that ended.
  package var epochs = 0
  /// Time to start workers.
  package var starting = Nanoseconds.zero
  /// Number of starts of workers.
  package var starts = 0
  /// Bytes that went through the pipe.
  package var bytes = 0

  var bases: [Int: Int] = [:]
  var highest = -1
  var epochStart: Nanoseconds?
  var lastSteps: Int?

  /// Whether its batches are trained on: the optimizer steps between them, or, in a job without one,
  /// gradients are enabled.
  package var trains: Bool {
    optimizerSteps * 2 >= taken && optimizerSteps > 0 || takenTraining * 2 > taken
  }

  /// Batches taken a second, from the first to the last; nil before there are two.
  package var rate: Double? {
    guard let since, taken > 1, last > since else { return nil }
    return Double(taken) / (last - since).seconds
  }

  /// The number of a batch over all epochs, unique in the loader.
  mutating func number(of batch: Int, epoch: Int) -> Int {
    let base: Int
    if let known = bases[epoch] {
      base = known
    } else {
      base = highest + 1
      bases[epoch] = base
      // Earlier epochs are over; an epoch more is a few bytes.
      if bases.count > 64, let oldest = bases.keys.min() { bases[oldest] = nil }
    }
    let (sum, overflows) = base.addingReportingOverflow(batch)
    let number = overflows ? highest : sum
    highest = max(highest, min(number, 1 << 50))
    return min(number, 1 << 50)
  }
}
