package import Augmentation
package import Quantities

/// One thing that happened in a session, with times counted from its start.
///
/// Fixed in size and free of references, so that a recording lane can copy it.
package enum Event: Sendable, BitwiseCopyable {
  /// A worker put a batch into the queue.
  case made(BatchMade)
  /// The consumer took a batch out.
  case taken(BatchTaken)
  /// The consumer finished a training step.
  case stepped(StepDone)
  /// A worker slept instead of making.
  case waited(WorkerWait)
  /// A worker began the first batch for which a change holds.
  case applied(ChangeApplied)

  /// When it was over: the order in which events are told.
  package var at: Nanoseconds {
    switch self {
    case .made(let made): made.put
    case .taken(let taken): taken.at
    case .stepped(let step): step.end
    case .waited(let wait): wait.end
    case .applied(let applied): applied.at
    }
  }
}

/// How a worker spent its time on one batch: `start`, one boundary a stage, `finished`, `put`.
package struct BatchMade: Sendable, BitwiseCopyable {
  /// Counted from 0, in the order in which index batches were handed out.
  package var batch: Int
  package var worker: Int
  package var pictures: Int
  /// Which version of the scenario it was made under.
  package var generation: Int
  package var start: Nanoseconds
  /// Whether the clock was read between stages; of brief batches it isn't always.
  package var hasStages: Bool
  /// When each stage ended, in Keras's order; stage i began where stage i − 1 ended.
  package var stageEnds: PerStage<Nanoseconds>
  /// Of each stage's time, waiting for the interpreter lock.
  package var stageWaits: PerStage<Nanoseconds>
  /// When the batch was whole.
  package var finished: Nanoseconds
  /// When it was in the queue.
  package var put: Nanoseconds
  /// Batches in the queue, this one included.
  package var depth: Int
  /// CPU time of the worker's thread from `start` to `finished`; absent for batches so short that
  /// the clock would show in them.
  package var cpu: Nanoseconds?
  /// The same per stage, measured on every 16th batch; otherwise absent.
  package var stageCPU: PerStage<Nanoseconds>?
  /// Spent waiting for the interpreter lock, from `start` to `finished`.
  package var lockWait: Nanoseconds
  /// Spent after the last stage on making bytes of the batch for another process.
  package var serialization: Nanoseconds
  /// How much longer kernels took than their profile.
  package var overrun: Nanoseconds

  package init(batch: Int, worker: Int, pictures: Int, generation: Int, start: Nanoseconds) {
    self.batch = batch
    self.worker = worker
    self.pictures = pictures
    self.generation = generation
    self.start = start
    hasStages = true
    stageEnds = .init(repeating: start)
    stageWaits = .init(repeating: .zero)
    finished = start
    put = start
    depth = 0
    cpu = nil
    stageCPU = nil
    lockWait = .zero
    serialization = .zero
    overrun = .zero
  }

  /// The wall time of the stage at `index`, in Keras's order, without waiting for the lock.
  package func wall(_ index: Int) -> Nanoseconds {
    stageEnds[index] - (index == 0 ? start : stageEnds[index - 1]) - stageWaits[index]
  }
}

package struct BatchTaken: Sendable, BitwiseCopyable {
  package var batch: Int
  /// When the consumer began to want it.
  package var wanted: Nanoseconds
  package var at: Nanoseconds
  /// Batches left in the queue.
  package var depth: Int
  /// Times the consumer found the queue empty and slept.
  package var polls: Int

  package init(batch: Int, wanted: Nanoseconds, at: Nanoseconds, depth: Int, polls: Int) {
    self.batch = batch
    self.wanted = wanted
    self.at = at
    self.depth = depth
    self.polls = polls
  }
}

/// One training step: wanted, taken, host work, transfer, compute.
package struct StepDone: Sendable, BitwiseCopyable {
  package var batch: Int
  package var pictures: Int
  package var wanted: Nanoseconds
  package var taken: Nanoseconds
  /// Host work over, waiting for the interpreter lock included.
  package var hostEnd: Nanoseconds
  package var transferEnd: Nanoseconds
  package var end: Nanoseconds
  package var lockWait: Nanoseconds
  /// CPU time of the consumer's thread since its last step.
  package var cpu: Nanoseconds
  /// Part of the host work: reading a batch that came from another process.
  package var deserialization = Nanoseconds.zero
  /// The processors' clock at the step's end, as a share of the highest.
  package var clock = 1.0

  package init(
    batch: Int, pictures: Int, wanted: Nanoseconds, taken: Nanoseconds, hostEnd: Nanoseconds,
    transferEnd: Nanoseconds, end: Nanoseconds, lockWait: Nanoseconds, cpu: Nanoseconds
  ) {
    self.batch = batch
    self.pictures = pictures
    self.wanted = wanted
    self.taken = taken
    self.hostEnd = hostEnd
    self.transferEnd = transferEnd
    self.end = end
    self.lockWait = lockWait
    self.cpu = cpu
  }
}

package struct WorkerWait: Sendable, BitwiseCopyable {
  package enum Reason: UInt8, Sendable, BitwiseCopyable {
    /// Found the queue full and slept a fixed time (`keras-threads`).
    case nap
    /// Held a finished batch until there was room (`blocking`, `keras-processes`).
    case room
    /// Had made all that it was given ahead (`torch`).
    case demand
  }

  package var worker: Int
  package var reason: Reason
  package var start: Nanoseconds
  package var end: Nanoseconds

  package init(worker: Int, reason: Reason, start: Nanoseconds, end: Nanoseconds) {
    self.worker = worker
    self.reason = reason
    self.start = start
    self.end = end
  }
}

package struct ChangeApplied: Sendable, BitwiseCopyable {
  package var generation: Int
  /// The first batch it holds for.
  package var batch: Int
  package var at: Nanoseconds

  package init(generation: Int, batch: Int, at: Nanoseconds) {
    self.generation = generation
    self.batch = batch
    self.at = at
  }
}

/// What happens too rarely for a lane and carries more than numbers.
package enum Note: Sendable, Equatable {
  /// A change was asked for; it holds once a batch of its generation begins.
  case asked(ScenarioChange, generation: Int, scenario: Scenario)
  case paused
  case resumed
  /// The whole process stood still until now: stopped by its terminal, or a machine asleep.
  case stoodStill(since: Nanoseconds)
  case epochRestarted
  case marker(String)
}
