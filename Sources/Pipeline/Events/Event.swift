package import Augmentation
package import Quantities

/// One thing that happened in a session, with times counted from its start.
///
/// Small: only a batch's stage times lie elsewhere, and a recording lane copies those as well
/// (`RecordingLane`), so that a worker hands an event over without allocating.
package enum Event: Sendable {
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
  /// A pause of the training began.
  case phase(PhaseBegun)

  /// When it was over: the order in which events are recorded.
  package var at: Nanoseconds {
    switch self {
    case .made(let made): made.put
    case .taken(let taken): taken.at
    case .stepped(let step): step.end
    case .waited(let wait): wait.end
    case .applied(let applied): applied.at
    case .phase(let phase): phase.start
    }
  }

  /// When it began.
  package var start: Nanoseconds {
    switch self {
    case .made(let made): made.start
    case .taken(let taken): taken.wanted
    case .stepped(let step): step.wanted
    case .waited(let wait): wait.start
    case .applied(let applied): applied.at
    case .phase(let phase): phase.start
    }
  }
}

/// A pause of the training, recorded when it begins: its length is known already.
package struct PhaseBegun: Sendable, BitwiseCopyable {
  /// The reason.
  package var kind: PhaseKind
  /// When it began.
  package var start: Nanoseconds
  /// When it ends.
  package var end: Nanoseconds

  /// A phase with its planned end.
  package init(_ kind: PhaseKind, start: Nanoseconds, end: Nanoseconds) {
    self.kind = kind
    self.start = start
    self.end = end
  }

  /// From start to end.
  package var length: Nanoseconds { end - start }
}

/// A stage of one batch.
package struct StageTime: Sendable, Hashable, BitwiseCopyable {
  /// When it ended; it began where the stage before it ended, the first at the batch's start.
  package var end: Nanoseconds
  /// Of its time, waiting for the interpreter lock.
  package var wait: Nanoseconds
  /// CPU time; zero where the batch's `hasStageCPU` is false.
  package var cpu: Nanoseconds
  /// Of its time, waiting for something else than the lock or a core, as for a disk.
  package var idle = Nanoseconds.zero

  /// The end of a stage, and how much of its time was waiting and CPU time.
  package init(end: Nanoseconds, wait: Nanoseconds = .zero, cpu: Nanoseconds = .zero) {
    self.end = end
    self.wait = wait
    self.cpu = cpu
  }
}

/// How a worker spent its time on one batch: `start`, one boundary a stage, `finished`, `put`.
package struct BatchMade: Sendable {
  /// Counted from 0, in the order in which index batches were handed out.
  package var batch: Int
  /// The worker's number, from 0 on.
  package var worker: Int
  /// Pictures in the batch; the last of an epoch may be short.
  package var pictures: Int
  /// Which version of the scenario it was made under.
  package var generation: Int
  /// When the worker began the batch.
  package var start: Nanoseconds
  /// One for each stage of the session's list; empty where the clock wasn't read between stages, as
  /// of most brief batches.
  package var stages: [StageTime]
  /// When the batch was whole.
  package var finished: Nanoseconds
  /// When it was in the queue.
  package var put: Nanoseconds
  /// Batches in the queue, this one included.
  package var depth: Int
  /// CPU time of the worker's thread from `start` to `finished`; absent for batches so short that
  /// the clock would show in them.
  package var cpu: Nanoseconds?
  /// Whether the stages' CPU time was measured, as on every 16th batch.
  package var hasStageCPU: Bool
  /// Time spent waiting for the interpreter lock, from `start` to `finished`.
  package var lockWait: Nanoseconds
  /// Spent after the last stage on making bytes of the batch for another process.
  package var serialization: Nanoseconds
  /// How much longer kernels took than their profile.
  package var overrun: Nanoseconds
  /// From `start` to `finished`, waiting for something else than the lock or a core, as for a disk.
  package var idle = Nanoseconds.zero

  /// A batch that has just begun: no stages yet, all durations zero.
  package init(batch: Int, worker: Int, pictures: Int, generation: Int, start: Nanoseconds) {
    self.batch = batch
    self.worker = worker
    self.pictures = pictures
    self.generation = generation
    self.start = start
    stages = []
    finished = start
    put = start
    depth = 0
    cpu = nil
    hasStageCPU = false
    lockWait = .zero
    serialization = .zero
    overrun = .zero
  }

  /// When the stage at `index` began.
  package func stageStart(_ index: Int) -> Nanoseconds {
    index == 0 ? start : stages[index - 1].end
  }

  /// Books what a worker waited before and after the batch's work on the stages that it waited for, as if each stage
  /// had waited before its own work. Takes `finished`, beyond which no stage ends.
  ///
  /// - Parameters:
  ///   - loading: Of the wait, for the first stage.
  ///   - waits: What each stage waits; the rest.
  ///   - after: What of both came after the work.
  package mutating func book(
    loading: Nanoseconds, waits: some Collection<Nanoseconds>, after: Nanoseconds
  ) {
    guard !stages.isEmpty else { return }
    for index in stages.indices { stages[index].end = min(finished, stages[index].end + after) }
    // An end comes earlier by what the stages after it waited.
    var later = Nanoseconds.zero
    for (index, wait) in zip(stages.indices, waits).reversed() {
      // A session that ends cuts a wait short.
      stages[index].end = max(start, stages[index].end - later)
      stages[index].idle = wait
      later += wait
    }
    stages[0].idle += loading
  }

  /// The wall time of the stage at `index`, without waiting for the lock.
  package func wall(_ index: Int) -> Nanoseconds {
    stages[index].end - stageStart(index) - stages[index].wait
  }
}

/// The consumer took one batch out of the queue.
package struct BatchTaken: Sendable, BitwiseCopyable {
  /// The batch's number.
  package var batch: Int
  /// When the consumer first looked for the batch.
  package var wanted: Nanoseconds
  /// When the consumer took it.
  package var at: Nanoseconds
  /// Batches left in the queue.
  package var depth: Int
  /// Times the consumer found the queue empty and slept.
  package var polls: Int

  /// One taking, with times counted from the session's start.
  package init(batch: Int, wanted: Nanoseconds, at: Nanoseconds, depth: Int, polls: Int) {
    self.batch = batch
    self.wanted = wanted
    self.at = at
    self.depth = depth
    self.polls = polls
  }
}

/// One training step: wait for the batch, host work, transfer, compute.
package struct StepDone: Sendable, BitwiseCopyable {
  /// The number of the step's batch.
  package var batch: Int
  /// The pictures in the batch.
  package var pictures: Int
  /// When the consumer first looked for the batch.
  package var wanted: Nanoseconds
  /// When the consumer took the batch.
  package var taken: Nanoseconds
  /// The end of the host work, which includes waiting for the interpreter lock.
  package var hostEnd: Nanoseconds
  /// When the batch was on the GPU.
  package var transferEnd: Nanoseconds
  /// When the GPU had computed the step.
  package var end: Nanoseconds
  /// The consumer's waiting time for the interpreter lock.
  package var lockWait: Nanoseconds
  /// CPU time of the consumer's thread since its last step.
  package var cpu: Nanoseconds
  /// Part of the host work: reading a batch that came from another process.
  package var deserialization = Nanoseconds.zero
  /// The processors' clock at the step's end, as a share of the highest.
  package var clock = 1.0

  /// One step, with times counted from the session's start.
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

/// A worker's sleep between or after batches.
package struct WorkerWait: Sendable, BitwiseCopyable {
  /// Why the worker slept.
  package enum Reason: UInt8, Sendable, BitwiseCopyable {
    /// Found the queue full and slept a fixed time (`keras-threads`).
    case nap
    /// Held a finished batch until there was room (`blocking`, `keras-processes`).
    case room
    /// Had made all that it was given ahead (`torch`).
    case demand
  }

  /// The worker's number.
  package var worker: Int
  /// Why the worker slept.
  package var reason: Reason
  /// When the sleep began.
  package var start: Nanoseconds
  /// When the sleep ended.
  package var end: Nanoseconds

  /// A sleep from `start` to `end`.
  package init(worker: Int, reason: Reason, start: Nanoseconds, end: Nanoseconds) {
    self.worker = worker
    self.reason = reason
    self.start = start
    self.end = end
  }
}

/// A worker began the first batch for which a change holds.
package struct ChangeApplied: Sendable, BitwiseCopyable {
  /// The change's number, counted from 1.
  package var generation: Int
  /// The first batch it holds for.
  package var batch: Int
  /// When the worker began the batch.
  package var at: Nanoseconds

  /// The first batch of a generation, begun at `at`.
  package init(generation: Int, batch: Int, at: Nanoseconds) {
    self.generation = generation
    self.batch = batch
    self.at = at
  }
}

/// An occurrence that is too rare for a recording lane and carries more than numbers.
package enum Note: Sendable, Equatable {
  /// A change was asked for; it holds once a batch of its generation begins.
  case asked(ScenarioChange, generation: Int, scenario: Scenario)
  /// The session was paused.
  case paused
  /// The session was resumed.
  case resumed
  /// The whole process stood still until now: stopped by its terminal, or a machine asleep.
  case stoodStill(since: Nanoseconds)
  /// The user started a new epoch.
  case epochRestarted
  /// The user set a marker with this text.
  case marker(String)
  /// The first of `count` pictures that can't be read and were left out.
  case badPicture(BadPicture, count: Int)
}
