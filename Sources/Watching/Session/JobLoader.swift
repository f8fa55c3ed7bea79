package import Pipeline
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
  /// Whether batches go to pinned memory: PyTorch pins none without a device, whatever it was asked for.
  package var isPinned = false
  /// Whether the job has a device of its own, as a GPU, that batches are copied to.
  package var hasDevice = false
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
  /// Time to end workers, over all epochs that ended.
  var ending = Nanoseconds.zero
  /// Time the loop waited for the first batch of each epoch.
  var firstWaits = Nanoseconds.zero
  /// Number of these batches.
  var firsts = 0
  /// The parts of its steps.
  package var parts = StepPartsSum()
  /// Time to make batches, over all that were made, and their number.
  var making = Nanoseconds.zero
  var made = 0
  /// What the parts of a tf.data pipeline do; empty for other loaders.
  package var pipeline = PipelineParts()
  /// Bytes that went through the pipe.
  package var bytes = 0

  var bases: [Int: Int] = [:]
  var highest = -1
  var epochStart: Nanoseconds?
  var lastSteps: Int?

  /// What it costs an epoch that workers start anew in each: their start, and how much later the first batch comes
  /// than others; nil where they stay, and where there are none.
  package var restarting: Nanoseconds? {
    guard !isPersistent, workers > 0, starts > 0, firsts > 0, taken > firsts else { return nil }
    let usual = (waited - firstWaits).count / Int64(taken - firsts)
    return Nanoseconds(
      between.count + max(0, firstWaits.count / Int64(firsts) - usual))
  }

  /// The parts of that cost as predictions need them; nil before an epoch has ended, too.
  package var restart: WorkerRestart? {
    guard kind == "torch", !isPersistent, workers > 0, epochs > 0, starts > 0, firsts > 0 else {
      return nil
    }
    return WorkerRestart(
      between: between, firstWait: Nanoseconds(firstWaits.count / Int64(firsts)), epochs: epochs)
  }

  /// Ending the workers and starting new ones, in the mean.
  private var between: Nanoseconds {
    let ending = epochs > 0 ? ending.count / Int64(epochs) : 0
    return Nanoseconds(ending + (starts > 0 ? starting.count / Int64(starts) : 0))
  }

  /// Takes note of an epoch's first batch.
  mutating func begin(at moment: Nanoseconds, waiting wait: Nanoseconds) {
    epochStart = moment
    firstWaits += wait
    firsts += 1
    newest = Beginning(at: moment, taken: taken - 1)
    if firsts == 2 { second = newest }
  }

  /// The begin of an epoch.
  private struct Beginning {
    var at: Nanoseconds
    /// Batches taken before.
    var taken: Int
  }

  /// Of the newest epoch, and of the second.
  private var newest, second: Beginning?

  /// Batches a second over whole epochs and what lies between them, without the first one, in which all is new;
  /// nil before the third has begun.
  package var rateOfEpochs: Double? {
    guard firsts > 2, let second, let last = newest, last.at > second.at else { return nil }
    return Double(last.taken - second.taken) / (last.at - second.at).seconds
  }

  /// Whether a batch's maker has an interpreter to itself, so that what it neither burns nor waits for a core it
  /// waits for something else than another thread's lock.
  var isAlone: Bool { kind == "torch" || usesProcesses }

  /// Seconds in which its workers make a batch together; 0 before one was made.
  var pace: Double {
    made > 0 ? making.seconds / Double(made) / Double(max(1, workers)) : 0
  }

  /// Whether its batches are trained on: the optimizer steps between them, or, in a job without one,
  /// gradients are enabled.
  package var trains: Bool { takesSteps || takenTraining * 2 > taken }

  /// Whether the optimizer steps between its batches.
  var takesSteps: Bool { optimizerSteps * 2 >= taken && optimizerSteps > 0 }

  /// Sums at a moment.
  private struct Mark {
    var at: Nanoseconds
    var taken: Int
    var waited: Nanoseconds
  }

  /// Of the last seconds, one a second, oldest first.
  private var marks: [Mark] = []
  private static let mostMarks = 6

  /// Takes note of the sums, once a second.
  mutating func mark() {
    if let newest = marks.last, last - newest.at < .seconds(1) { return }
    marks.append(Mark(at: last, taken: taken, waited: waited))
    if marks.count > Self.mostMarks { marks.removeFirst() }
  }

  /// Batches taken a second and the mean wait for one, over the last seconds; nil before there are two.
  package var recent: (rate: Double, wait: Nanoseconds)? {
    guard let first = marks.first, taken > first.taken, last > first.at else { return nil }
    let count = taken - first.taken
    return (
      Double(count) / (last - first.at).seconds,
      Nanoseconds((waited - first.waited).count / Int64(count))
    )
  }

  /// Batches taken a second and the mean wait for one, from the first to the last; nil before there are two.
  package var whole: (rate: Double, wait: Nanoseconds)? {
    guard let since, taken > 1, last > since else { return nil }
    return (Double(taken) / (last - since).seconds, Nanoseconds(waited.count / Int64(taken)))
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
