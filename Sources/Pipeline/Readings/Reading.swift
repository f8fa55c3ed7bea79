package import Augmentation
package import Quantities

/// An immutable snapshot of a session, made for the screen and the reports.
package struct Reading: Sendable {
  /// The moment it was taken, counted from the session's start.
  package var at = Nanoseconds.zero
  /// Whether the session runs, is paused or has ended.
  package var state = SessionState.running
  /// The requested scenario; a change in it may still be `pending`.
  package var scenario: Scenario
  /// Number and shape of the pictures.
  package var dataset: DatasetFacts
  /// Processors that emulated work may use.
  package var cores = 1
  /// Requested changes under which no batch has been made yet, oldest first.
  package var pending: [ScenarioChange] = []
  /// The stages in the order in which a batch goes through them.
  package var stages: [StageReading] = []
  /// The session's stages.
  package let stageList: StageList
  /// Progress and duration of the epoch.
  package var epoch: EpochReading
  /// The batches that wait for the consumer.
  package var queue: QueueReading
  /// The simulated GPU.
  package var consumer = ConsumerReading()
  /// The workers that make batches.
  package var workers = WorkersReading()
  /// The last steps of every lane.
  package var timeline = TimelineReading()
  /// The latest frames, oldest first: a tenth of a second each.
  package var frames: [FrameReading] = []
  /// Times of making a batch since the last change.
  package var makeTimes = TimeSpread()
  /// Times from one step's end to the next since the last change.
  package var stepTimes = TimeSpread()
  /// The effect of the last change on the epoch; nil before the first.
  package var effect: ChangeEffect?
  /// The effects of earlier changes, the latest first.
  package var pastEffects: [ChangeEffect] = []
  /// The check of the measurements against one another, over the report's window; nil until it has
  /// begun.
  package var check: InstrumentCheck?
  /// The cost of augtop itself.
  package var own = OwnCost()
  /// Cores that programs beside a watched job keep busy; nil where that isn't known.
  package var othersCores: Double?
  /// The share of the last second in which each processor of the machine was busy, with any program; empty
  /// where that isn't measured.
  package var coreLoads: [Double] = []
  /// The recording of this session.
  package var recording = RecordingState.off
  /// The last change that was refused; nil before the first.
  package var refusal: SessionRefusal?
  /// The position of a replay; nil for a session that happens now.
  package var replay: ReplayReading?
  /// Markers set since the session's start.
  package var markers = 0
  /// Pictures left out because they can't be read.
  package var badPictures = BadPicturesReading()
  /// Batches made since the session's start.
  package var batchesMade = 0
  /// Batches trained since the session's start.
  package var batchesTrained = 0
  /// Pictures trained since the session's start.
  package var imagesTrained = 0
  /// When the last step of the present window ended; the window's start before the first.
  package var lastStepEnd = Nanoseconds.zero
  /// Phases before the last step's end, in all.
  package var phasesBefore = Nanoseconds.zero

  /// A snapshot without measurements.
  package init(
    scenario: Scenario, dataset: DatasetFacts, stages: StageList, epoch: EpochReading,
    queue: QueueReading
  ) {
    stageList = stages
    self.scenario = scenario
    self.dataset = dataset
    self.epoch = epoch
    self.queue = queue
  }

  /// The reading of one stage; nil where the session has no such stage.
  package func stage(_ id: StageID) -> StageReading? { stages.first { $0.stage.id == id } }
}

/// A change of the workers that was taken back, because the system gave no thread for one.
package struct SessionRefusal: Sendable, Equatable {
  /// Counted from 1 on.
  package var number: Int
  /// The change that the user asked for.
  package var change: ScenarioChange

  /// A refused change and its number.
  package init(number: Int, change: ScenarioChange) {
    self.number = number
    self.change = change
  }
}

/// The state of a session.
package enum SessionState: Sendable, Equatable {
  /// The session runs, is paused by the user, or has trained all its steps.
  case running, paused, finished
  /// The session can't go on; the reason is for the user.
  case failed(String)
}

/// The time that one stage takes, and the effect of its switch.
package struct StageReading: Sendable, Equatable {
  /// The stage.
  package var stage: SessionStage
  /// Whether the stage is switched on.
  package var isOn: Bool
  /// Whether it has nothing to do when it is on, because its range is zero.
  package var isIdle: Bool { stage.isIdle }
  /// CPU time per picture; nil until it has been measured under the present settings.
  package var cpuPerImage: Nanoseconds?
  /// Wall time per picture; nil until it has been measured under the present settings.
  package var wallPerImage: Nanoseconds?
  /// The last wall time per picture measured under any switches; nil after a change of costs.
  package var lastWallPerImage: Nanoseconds?
  /// Its part of the time it takes to make a batch, 0...1.
  package var share: Double
  /// Epoch with this switch flipped minus epoch now, in seconds, where both have been measured.
  package var epochDelta: EpochEstimate?

  /// A stage that hasn't been measured yet.
  package init(stage: SessionStage, isOn: Bool) {
    self.stage = stage
    self.isOn = isOn
    share = 0
  }
}

/// An epoch's duration, or a difference of two, with its 90 % interval.
package struct EpochEstimate: Sendable, Equatable, BitwiseCopyable {
  /// The duration, or the difference; negative where the epoch becomes shorter.
  package var seconds: Double
  /// The interval's lower end, in seconds.
  package var low: Double
  /// The interval's upper end, in seconds.
  package var high: Double

  /// A duration with its interval.
  package init(seconds: Double, low: Double, high: Double) {
    self.seconds = seconds
    self.low = low
    self.high = high
  }

  /// Half the interval's width, in seconds.
  package var half: Double { (high - low) / 2 }

  /// Whether the interval leaves zero out.
  package var isDistinguishable: Bool { low > 0 || high < 0 }

  /// The difference of two durations measured independently.
  package func minus(_ other: EpochEstimate) -> EpochEstimate {
    let half = (half * half + other.half * other.half).squareRoot()
    let difference = seconds - other.seconds
    return EpochEstimate(seconds: difference, low: difference - half, high: difference + half)
  }
}

/// Progress and duration of the epoch; durations in seconds.
package struct EpochReading: Sendable, Equatable {
  /// Counted from 1.
  package var number = 1
  /// Pictures of an epoch.
  package var samples: Int
  /// Pictures trained in this epoch.
  package var samplesSeen = 0
  /// The duration of the epoch at the present rate; nil before the first step.
  package var projected: Double?
  /// The same with its interval; nil until there are enough blocks for one.
  package var estimate: EpochEstimate?
  /// The report's figure: its window starts after 1 s and 20 steps, and anew at a switch.
  package var settled: EpochEstimate?
  /// The duration of this epoch: the time so far and the time left; nil before it can be estimated.
  package var thisEpoch: Double?
  /// The time until this epoch ends; nil before it can be estimated.
  package var remaining: Double?
  /// Half the width of its 90 % interval; nil until there are enough blocks for one.
  package var remainingHalf: Double?
  /// The duration of the last whole epoch without pauses; nil before the first has ended.
  package var last: Double?
  /// The estimate at the moment of the last change.
  package var beforeChange: EpochEstimate?
  /// The phases of an epoch that isn't the first, with their seconds; part of `projected` and `settled`.
  package var phaseShares: [PhaseShare] = []
  /// Seconds that the first epoch takes longer.
  package var firstExtra = 0.0
  /// The pause that training is in; nil while it trains.
  package var phase: PhaseKind?
  /// The phases of this epoch by their places in its time; none where checkpoints come too often for places.
  package var phasePlaces: [PhasePlace] = []

  /// An epoch that hasn't begun.
  package init(samples: Int) { self.samples = samples }

  /// The part that has been trained, 0...1.
  package var fraction: Double { min(1, Double(samplesSeen) / Double(max(1, samples))) }
  /// The part of this epoch's time that has passed, 0...1; nil before it can be estimated.
  package var timeFraction: Double? {
    guard let thisEpoch, let remaining, thisEpoch > 0 else { return nil }
    return min(1, max(0, 1 - remaining / thisEpoch))
  }
  /// Whether it takes longer than later ones, with start-up or a long first step.
  package var isLongerFirst: Bool { number == 1 && firstExtra > 0 }
}

/// The queue's depth over a span of time. Single samples would alias, because the depth cycles faster
/// than frames come.
package struct DepthSpan: Sendable, Equatable, BitwiseCopyable {
  /// The lowest depth.
  package var low: Int
  /// The mean over the time.
  package var mean: Double
  /// The highest depth.
  package var high: Int

  /// The depths of one span.
  package init(low: Int, mean: Double, high: Int) {
    self.low = low
    self.mean = mean
    self.high = high
  }
}

/// The queue between workers and consumer; depths in batches.
package struct QueueReading: Sendable, Equatable {
  /// The limit under the loader's rules.
  package var limit: Int
  /// The depth at the moment of the reading.
  package var depth = 0
  /// The depth over the last frame.
  package var frame = DepthSpan(low: 0, mean: 0, high: 0)
  /// The mean over the report's window.
  package var meanDepth = 0.0
  /// The median over the report's window, by time.
  package var medianDepth = 0
  /// The highest depth in the report's window.
  package var maxDepth = 0

  /// An empty queue.
  package init(limit: Int) { self.limit = limit }
}

/// The simulated GPU's time: `busy`, `host` and `starved` add up to 1.
///
/// The GPU starves while the consumer waits for a batch, or for the interpreter lock to feed it.
package struct ConsumerReading: Sendable, Equatable {
  /// The share of the time spent in transfer and compute.
  package var busy = 0.0
  /// The share spent in host work.
  package var host = 0.0
  /// The share spent waiting.
  package var starved = 0.0
  /// The number of steps that these figures are computed from.
  package var steps = 0
  /// Mean of one step's host work, transfer and compute; nil before the first.
  package var step: Nanoseconds?
  /// Mean wait of a step for the interpreter lock; part of `starved`, not of `step`.
  package var lockWait = Nanoseconds.zero
  /// Mean time of reading a batch that came from another process; part of `step`.
  package var deserialization = Nanoseconds.zero
  /// The processors' clock as a share of the highest, mean over the steps.
  package var clock = 1.0
  /// Mean time from a put to the moment at which a consumer that waited for it runs; 0 where it
  /// hardly ever waits.
  package var wakeLatency = Nanoseconds.zero
  /// Batches trained a second.
  package var batchesPerSecond = 0.0
  /// Pictures trained a second.
  package var imagesPerSecond = 0.0

  /// No steps yet.
  package init() {}
}

/// The workers that make batches, as means over all workers.
package struct WorkersReading: Sendable, Equatable {
  /// Their number.
  package var count = 0
  /// Mean wall time of making one batch, without waits; nil before the first.
  package var make: Nanoseconds?
  /// Mean wait for the interpreter lock while making one; not part of `make`.
  package var lockWait = Nanoseconds.zero
  /// The share of the workers' time spent making batches, 0...1.
  package var making = 0.0
  /// The share slept because the queue was full.
  package var napping = 0.0
  /// The share spent waiting for room, or for demand.
  package var waitingForRoom = 0.0
  /// Kernel time beyond the cost profile, per batch.
  package var overrun = Nanoseconds.zero
  /// Mean time of making a batch's bytes for another process; part of `make`.
  package var serialization = Nanoseconds.zero
  /// Mean time between a put and the next start with nothing to wait for.
  package var handling = Nanoseconds.zero
  /// Of the last batches: time a picture, relative to their mean.
  package var spread: [Double] = []

  /// Nothing measured yet.
  package init() {}
}

/// The effect of one or more changes on the epoch.
package struct ChangeEffect: Sendable, Equatable {
  /// All changes since the epoch was last measured.
  package var changes: [ScenarioChange]
  /// The first batch made under all these changes; nil until one has been made.
  package var firstBatch: Int?
  /// The epoch before the changes; nil where it hadn't been measured.
  package var before: EpochEstimate?
  /// The epoch since then; nil until it has been measured.
  package var after: EpochEstimate?

  /// Changes that have just been requested.
  package init(changes: [ScenarioChange], before: EpochEstimate?) {
    self.changes = changes
    self.before = before
  }
}

/// The cost of augtop itself, apart from the emulated work.
package struct OwnCost: Sendable, Equatable, BitwiseCopyable {
  /// CPU time of screen, recorder and recording, as a share of one core.
  package var cpuFraction = 0.0
  /// Cores that workers and consumer keep busy.
  package var emulatedCores = 0.0
  /// Events that found a full recording lane.
  package var droppedEvents = 0
  /// CPU time of recording one event.
  package var nanosecondsPerEvent = 0.0
  /// Memory in use.
  package var residentBytes = 0

  /// No cost measured yet.
  package init() {}
}

/// The state of a session's recording.
package enum RecordingState: Sendable, Equatable {
  /// No recording was started.
  case off
  /// The file is being written; its size so far.
  case on(path: String, bytes: Int)
  /// The recording has stopped; the session goes on.
  case failed(path: String, reason: String)
  /// The recording was stopped; the file is complete.
  case closed(path: String, bytes: Int)
}

/// A phase by its place in the epoch's time.
package struct PhasePlace: Sendable, Equatable, BitwiseCopyable {
  /// The phase.
  package var kind: PhaseKind
  /// Where it begins, 0...1.
  package var start: Double
  /// Where it ends, 0...1.
  package var end: Double

  /// A phase from `start` to `end`.
  package init(kind: PhaseKind, start: Double, end: Double) {
    self.kind = kind
    self.start = start
    self.end = end
  }
}

/// Seconds that one kind of phase takes in an epoch, in the mean over epochs.
package struct PhaseShare: Sendable, Equatable, BitwiseCopyable {
  /// The phase.
  package var kind: PhaseKind
  /// Above 0.
  package var seconds: Double

  /// A share of an epoch.
  package init(kind: PhaseKind, seconds: Double) {
    self.kind = kind
    self.seconds = seconds
  }
}
