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
  package var makeTimes = TimeHistogram(octaveBits: 6)
  /// Times from one step's end to the next since the last change.
  package var stepTimes = TimeHistogram(octaveBits: 6)
  /// The effect of the last change on the epoch; nil before the first.
  package var effect: ChangeEffect?
  /// The effects of earlier changes, the latest first.
  package var pastEffects: [ChangeEffect] = []
  /// The check of the measurements against one another, over the report's window; nil until it has
  /// begun.
  package var check: InstrumentCheck?
  /// The cost of augtop itself.
  package var own = OwnCost()
  /// Observations of a watched job; nil for a session of augtop's own, and in a replay.
  package var job: JobReading?
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
  /// Of that, waiting for something else than a core, as for a disk; nil where `wallPerImage` is.
  package var idlePerImage: Nanoseconds?
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
  /// CPU time of screen, recorder, recording and predictions, as a share of one core.
  package var cpuFraction = 0.0
  /// What of that predictions took in the same seconds.
  package var predicting = 0.0
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

extension StageReading {
  /// The wall time per picture in which the stage was at work or ready to be, but had no core: what is left
  /// of it without CPU time and waits for something else; nil where one of them wasn't measured.
  package var coreWaitPerImage: Nanoseconds? {
    guard let wallPerImage, let cpuPerImage else { return nil }
    return max(.zero, wallPerImage - cpuPerImage - (idlePerImage ?? .zero))
  }
}

extension Reading {
  /// Whether there is all that predictions need: a watched job's own costs are in no recording.
  package var canBePredicted: Bool { !scenario.isJob || job != nil }

  /// CPU time is measured on some batches and wall time on all, so less than this may be chance.
  private static let noticeable = 0.1

  /// The share of making a batch in which its worker waited for a core, beside more threads than there are
  /// cores, 0...1; nil where that isn't noticeable, or CPU time wasn't measured.
  package var coreWaitShare: Double? {
    let on = stages.filter(\.isOn)
    let wall = on.compactMap(\.wallPerImage).reduce(.zero, +)
    let wait = on.compactMap(\.coreWaitPerImage).reduce(.zero, +)
    guard wall > .zero else { return nil }
    let share = wait.seconds / wall.seconds
    return share >= Self.noticeable ? share : nil
  }
}
