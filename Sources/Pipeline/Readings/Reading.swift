package import Augmentation
package import Quantities

/// An immutable snapshot of a session, made for the screen and the reports.
package struct Reading: Sendable {
  package var at = Nanoseconds.zero
  package var state = SessionState.running
  /// What is wished for now; a change in it may still be `pending`.
  package var scenario: Scenario
  package var dataset: DatasetFacts
  /// Processors that emulated work may use.
  package var cores = 1
  /// Changes asked for that no batch has been made under yet, oldest first.
  package var pending: [ScenarioChange] = []
  package var stages: [StageReading] = []
  package var epoch: EpochReading
  package var queue: QueueReading
  package var consumer = ConsumerReading()
  package var workers = WorkersReading()
  package var timeline = TimelineReading()
  package var effect: ChangeEffect?
  /// What earlier changes did, the latest first.
  package var pastEffects: [ChangeEffect] = []
  /// Over the report's window; nil until it has begun.
  package var check: InstrumentCheck?
  package var own = OwnCost()
  package var recording = RecordingState.off
  /// Where a replayed recording stands; nil for a session that happens now.
  package var replay: ReplayReading?
  package var markers = 0
  /// Batches made and pictures trained on since the session's start.
  package var batchesMade = 0
  package var batchesTrained = 0
  package var imagesTrained = 0

  package init(
    scenario: Scenario, dataset: DatasetFacts, epoch: EpochReading, queue: QueueReading
  ) {
    self.scenario = scenario
    self.dataset = dataset
    self.epoch = epoch
    self.queue = queue
  }

  package func stage(_ stage: Stage) -> StageReading? { stages.first { $0.stage == stage } }
}

package enum SessionState: Sendable, Equatable {
  case running, paused, finished
  /// It can't go on; the reason is for the user.
  case failed(String)
}

package struct StageReading: Sendable, Equatable {
  package var stage: Stage
  package var isOn: Bool
  /// On, but its setting is zero.
  package var isIdle: Bool
  /// Nil until it has been measured under the present settings.
  package var cpuPerImage: Nanoseconds?
  package var wallPerImage: Nanoseconds?
  /// The last that was measured of it, under whatever switches; nil under other costs.
  package var lastWallPerImage: Nanoseconds?
  /// Its part of the time it takes to make a batch, 0...1.
  package var share: Double
  /// Epoch with this switch flipped minus epoch now, in seconds, where both have been measured.
  package var epochDelta: EpochDelta?

  package init(stage: Stage, isOn: Bool, isIdle: Bool) {
    self.stage = stage
    self.isOn = isOn
    self.isIdle = isIdle
    share = 0
  }
}

package struct EpochDelta: Sendable, Equatable {
  package var seconds: Double
  package var low: Double
  package var high: Double

  package init(seconds: Double, low: Double, high: Double) {
    self.seconds = seconds
    self.low = low
    self.high = high
  }
}

/// An epoch's time with its 90 % interval.
package struct EpochEstimate: Sendable, Equatable, BitwiseCopyable {
  package var seconds: Double
  package var low: Double
  package var high: Double

  package init(seconds: Double, low: Double, high: Double) {
    self.seconds = seconds
    self.low = low
    self.high = high
  }

  package var half: Double { (high - low) / 2 }
}

package struct EpochReading: Sendable, Equatable {
  /// Counted from 1.
  package var number = 1
  package var samples: Int
  package var samplesSeen = 0
  /// How long this epoch would take at the present rate; nil before the first step.
  package var projected: Double?
  /// The same with its interval, once there are blocks enough; until then "measuring".
  package var estimate: EpochEstimate?
  /// The report's figure: its window starts after 1 s and 20 steps, and anew at a switch.
  package var settled: EpochEstimate?
  /// Until this epoch ends, and half the interval's width.
  package var remaining: Double?
  package var remainingHalf: Double?
  /// What the last whole epoch took, pauses left out.
  package var last: Double?
  /// The estimate at the moment of the last change.
  package var beforeChange: EpochEstimate?

  package init(samples: Int) { self.samples = samples }

  package var fraction: Double { min(1, Double(samplesSeen) / Double(max(1, samples))) }
}

/// The queue's depth over a span of time: it cycles faster than frames come and would alias.
package struct DepthSpan: Sendable, Equatable, BitwiseCopyable {
  package var low: Int
  package var mean: Double
  package var high: Int

  package init(low: Int, mean: Double, high: Int) {
    self.low = low
    self.mean = mean
    self.high = high
  }
}

package struct QueueReading: Sendable, Equatable {
  package var limit: Int
  package var depth = 0
  /// Over the last frame.
  package var frame = DepthSpan(low: 0, mean: 0, high: 0)
  /// One entry a frame, oldest first; the count is odd after an odd number of frames.
  package var history: [DepthSpan] = []
  /// Over the report's window.
  package var meanDepth = 0.0
  package var medianDepth = 0
  package var maxDepth = 0

  package init(limit: Int) { self.limit = limit }
}

/// The simulated GPU's time: `busy`, `host` and `starved` add up to 1.
///
/// It starves while the consumer waits for a batch, or for the interpreter lock to feed it.
package struct ConsumerReading: Sendable, Equatable {
  package var busy = 0.0
  package var host = 0.0
  package var starved = 0.0
  /// Busy share, one entry a frame, oldest first.
  package var history: [Double] = []
  /// Steps that these figures rest on.
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
  package var batchesPerSecond = 0.0
  package var imagesPerSecond = 0.0

  package init() {}
}

package struct WorkersReading: Sendable, Equatable {
  package var count = 0
  /// Mean wall time of making one batch, without waits; nil before the first.
  package var make: Nanoseconds?
  /// Mean wait for the interpreter lock while making one; not part of `make`.
  package var lockWait = Nanoseconds.zero
  /// Shares of the workers' time, 0...1.
  package var making = 0.0
  /// Slept because the queue was full.
  package var napping = 0.0
  /// Waited for room, or for demand.
  package var waitingForRoom = 0.0
  /// Kernel time beyond the cost profile, per batch.
  package var overrun = Nanoseconds.zero
  /// Mean time of making a batch's bytes for another process; part of `make`.
  package var serialization = Nanoseconds.zero
  /// Mean time between a put and the next start with nothing to wait for.
  package var handling = Nanoseconds.zero
  /// Of the last batches: time a picture, relative to their mean.
  package var spread: [Double] = []

  package init() {}
}

/// What a key did to the epoch.
package struct ChangeEffect: Sendable, Equatable {
  /// All changes since the epoch was last measured.
  package var changes: [ScenarioChange]
  /// The first batch for which all of them hold; nil while that is being waited for.
  package var firstBatch: Int?
  package var before: EpochEstimate?
  package var after: EpochEstimate?

  package init(changes: [ScenarioChange], before: EpochEstimate?) {
    self.changes = changes
    self.before = before
  }
}

/// What augtop itself costs, apart from the emulated work.
package struct OwnCost: Sendable, Equatable, BitwiseCopyable {
  /// Of one core: screen, recorder and recording.
  package var cpuFraction = 0.0
  /// Cores burnt by workers and consumer.
  package var emulatedCores = 0.0
  package var droppedEvents = 0
  package var nanosecondsPerEvent = 0.0
  package var residentBytes = 0

  package init() {}
}

package enum RecordingState: Sendable, Equatable {
  case off
  case on(path: String, bytes: Int)
  /// The session goes on, the recording doesn't.
  case failed(path: String, reason: String)
  case closed(path: String, bytes: Int)
}
