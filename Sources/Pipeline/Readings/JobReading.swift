package import Quantities

/// Observations of a watched job besides its session: the parts of its steps, the processes that train together,
/// and the memory of the one that is shown.
package struct JobReading: Sendable, Equatable {
  /// The parts of the measured steps, in the mean; nil before one was measured.
  package var parts: StepParts?
  /// The work of the loop's processors; nil before a step was measured.
  package var loop: LoopWork?
  /// What workers that start anew cost an epoch; nil before an epoch has ended, and where they stay.
  package var restart: WorkerRestart?
  /// The time in which a batch is copied to a device, or less; nil where there is no device, and where batches are
  /// pinned.
  package var copy: Nanoseconds?
  /// The processes that train together, by their numbers; empty for a job of one.
  package var ranks: [RankReading] = []
  /// Resident bytes of the process that trains; nil where they can't be read.
  package var residentBytes: Int?
  /// Bytes a minute that it grows by; nil where that isn't known yet, and where it doesn't grow.
  package var creep: Double?

  /// Nothing seen yet.
  package init() {}
}

/// What it costs an epoch that its workers start anew, in the mean over those that ended.
package struct WorkerRestart: Sendable, Equatable {
  /// Ending the workers of one epoch and starting those of the next; outside of steps and waits.
  package var between: Nanoseconds
  /// The wait for the first batch; some of it would be there with workers that stay.
  package var firstWait: Nanoseconds
  /// Epochs that ended.
  package var epochs: Int

  /// A cost as it was measured.
  package init(between: Nanoseconds, firstWait: Nanoseconds, epochs: Int) {
    self.between = between
    self.firstWait = firstWait
    self.epochs = epochs
  }
}

/// What the processors do in the training loop's steps.
package struct LoopWork: Sendable, Equatable {
  /// The share of a step that the loop's thread computes, 0...1.
  package var computing: Double
  /// The share that it waits for a core, 0...1; the rest it waits for something else, as a GPU.
  package var kept: Double
  /// Threads that compute while it does, that one included; at least 1.
  package var threads: Double

  /// Shares of a step, and a number of threads.
  package init(computing: Double, kept: Double, threads: Double) {
    self.computing = computing
    self.kept = kept
    self.threads = threads
  }
}

/// The parts of a training step, in the host's time: on a GPU, work goes on while the host is already further.
package struct StepParts: Sendable, Equatable {
  /// From the batch to the model's first call, with the copy to the device.
  package var before = Nanoseconds.zero
  /// From there to the backward pass.
  package var forward = Nanoseconds.zero
  /// The backward pass.
  package var backward = Nanoseconds.zero
  /// The optimizer.
  package var optimizer = Nanoseconds.zero
  /// The rest of the step.
  package var rest = Nanoseconds.zero

  /// No time.
  package init() {}

  /// The parts in the order of the step, with their names.
  package var named: [(name: String, time: Nanoseconds)] {
    [
      ("to the model", before), ("forward", forward), ("backward", backward),
      ("optimizer", optimizer), ("rest", rest),
    ]
  }
}

/// One of several processes that train together, with its own loader.
package struct RankReading: Sendable, Equatable {
  /// Its number, as its launcher gave it.
  package var number: Int
  /// Its process.
  package var process: Int32
  /// Batches taken a second.
  package var batchesPerSecond: Double
  /// The mean wait for a batch.
  package var wait: Nanoseconds
  /// The mean time from a batch to the next request, waits for other ranks included.
  package var step: Nanoseconds
  /// The parts of its measured steps; nil before one was measured.
  package var parts: StepParts?

  /// A rank as it was measured.
  package init(
    number: Int, process: Int32, batchesPerSecond: Double, wait: Nanoseconds, step: Nanoseconds,
    parts: StepParts?
  ) {
    self.number = number
    self.process = process
    self.batchesPerSecond = batchesPerSecond
    self.wait = wait
    self.step = step
    self.parts = parts
  }
}

/// The rank that the others' steps wait for.
package struct SlowestRank: Sendable, Equatable {
  /// Where it loses its time.
  package enum Cause: Sendable, Equatable {
    /// It waits for its batches.
    case batches
    /// It takes longer from the batch to the backward pass.
    case forward
  }

  /// Its number.
  package var number: Int
  /// Where it loses its time.
  package var cause: Cause
  /// The time that it is behind the fastest rank, a step.
  package var behind: Nanoseconds

  /// A rank is the slowest where it is behind by so much of a step.
  private static let noticeable = 0.05

  /// The slowest of some ranks; nil where they differ little.
  ///
  /// Ranks meet in the backward pass, where gradients are added up: what comes before it is a rank's own time,
  /// and what is left of a step is mostly waiting for the slowest one. So a rank is compared by its wait for a
  /// batch and the way to its backward pass, and by the wait alone where parts weren't measured.
  package init?(of ranks: [RankReading]) {
    guard ranks.count > 1 else { return nil }
    let hasParts = ranks.allSatisfy { $0.parts != nil }
    func way(_ rank: RankReading) -> Nanoseconds {
      hasParts ? rank.parts.map { $0.before + $0.forward } ?? .zero : .zero
    }
    func own(_ rank: RankReading) -> Nanoseconds { rank.wait + way(rank) }
    guard let most = ranks.max(by: { own($0) < own($1) }),
      let least = ranks.min(by: { own($0) < own($1) }),
      (own(most) - own(least)).seconds > Self.noticeable * (most.wait + most.step).seconds
    else { return nil }
    number = most.number
    behind = own(most) - own(least)
    cause = most.wait - least.wait >= way(most) - way(least) ? .batches : .forward
  }
}
