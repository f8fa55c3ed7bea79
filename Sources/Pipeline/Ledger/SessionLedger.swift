import Augmentation
package import Quantities

/// Turns a session's events into readings. It reads no clock, so live, virtual and replayed sessions
/// share it.
///
/// Events come in the order of `Event.at`, as far as the caller can sort them. Memory is flat however
/// long the session is.
package struct SessionLedger: Sendable {
  /// The report's window starts this long after the session's start or the last change…
  package static let settlingTime = Nanoseconds.seconds(1)
  /// …and this many steps.
  package static let settlingSteps = 20
  /// Frames in a reading: sixteen seconds of them.
  package static let framesKept = 160
  /// Effects of earlier changes that are kept in a reading.
  package static let rememberedEffects = 16

  let dataset: DatasetFacts
  /// The session's stages; a setting that changes makes one idle, or not.
  package private(set) var stages: StageList
  let cores: Int
  /// The scenario with all requested changes.
  package internal(set) var requested: Scenario
  /// Of the newest batch.
  package internal(set) var inForce: Scenario
  var generation = 0
  var pending: [PendingChange] = []

  var state = SessionState.running
  var recent = RecentTally()
  var sinceChange = Tally()
  var settled = Tally()
  var blocks = StepBlocks(from: .zero)
  var settledBlocks: StepBlocks?
  var settlingFrom = Nanoseconds.zero
  var settlingSteps = 0

  var epoch: EpochClock
  var phases = PhaseTrack()
  /// A watched job's validations; a session of augtop's own has them in its scenario.
  var validations = ValidationTrack()
  /// Phases in the report's window.
  var settledPhases = Nanoseconds.zero
  var depth = DepthTrack()
  var putTimes = PutTimes()
  /// When each worker put its last batch; nil where it has waited since.
  var lastPut: [Nanoseconds?] = []
  /// By the stage's place; nil where it hasn't been measured under these costs.
  var lastWalls: [Nanoseconds?]
  var makes = MakeSpread()
  var rests = RestTrack()
  var lastDepths = DepthSpan(low: 0, mean: 0, high: 0)
  /// The latest frames, oldest first.
  var frames: [FrameReading] = []
  /// When the present frame began.
  var frameStart = Nanoseconds.zero
  var frame = Tally()
  /// Times of making a batch, and from one step's end to the next, since the last change.
  var makeTimes = TimeHistogram(octaveBits: 6)
  var stepTimes = TimeHistogram(octaveBits: 6)
  var timeline = TimelineTrack()
  var effect: ChangeEffect?
  var pastEffects: [ChangeEffect] = []
  var measured: [Scenario: EpochEstimate] = [:]
  var beforeChange: EpochEstimate?
  var markers = 0
  /// Pictures left out because they can't be read.
  package internal(set) var badPictures = BadPicturesReading()
  var batchesMade = 0
  var batchesTrained = 0
  var imagesTrained = 0
  /// The end of the last step; zero before the first.
  var lastStepEnd = Nanoseconds.zero

  struct PendingChange: Sendable {
    var generation: Int
    var change: ScenarioChange
    var scenario: Scenario
  }

  /// - Parameters:
  ///   - stages: The session's; nil means the generator's.
  ///   - cores: The machine's processors.
  package init(
    scenario: Scenario, dataset: DatasetFacts, stages: StageList? = nil, cores: Int = 1
  ) {
    self.dataset = dataset
    self.stages = stages ?? scenario.generatorStages
    lastWalls = Array(repeating: nil, count: self.stages.count)
    self.cores = cores
    requested = scenario
    inForce = scenario
    epoch = EpochClock(samples: scenario.samplesPerEpoch ?? dataset.count)
  }

  /// Counts one event.
  package mutating func record(_ event: Event) {
    switch event {
    case .made(let made): record(made)
    case .taken(let taken): record(taken)
    case .stepped(let step): record(step)
    case .waited(let wait):
      timeline.add(wait, hasLock: inForce.hasSharedLock)
      setLastPut(nil, of: wait.worker)
      rests.add(wait)
      guard wait.start >= settlingFrom else { return }
      recent.update(at: phases.trainingTime(at: wait.end)) { $0.add(wait) }
      sinceChange.add(wait)
      if settledBlocks != nil { settled.add(wait) }
    case .applied(let applied): record(applied)
    case .phase(let phase): record(phase)
    }
  }

  /// Takes in a note: a request, a pause, a restart of the epoch or a marker.
  package mutating func note(_ note: Note, at now: Nanoseconds) {
    switch note {
    case .asked(let change, let generation, let scenario):
      ask(change, generation: generation, scenario: scenario)
    case .paused:
      state = .paused
      epoch.pause(at: now)
    case .resumed:
      state = .running
      epoch.resume(at: now)
      timeline.restart()
      restartWindows(at: now)
    case .stoodStill(let since):
      epoch.pause(at: since)
      epoch.resume(at: now)
      timeline.restart()
      restartWindows(at: now)
    case .epochRestarted:
      epoch.restart(at: now)
    case .marker:
      markers += 1
    case .badPicture(let picture, let count):
      badPictures.add(picture, count: count)
    }
  }

  /// The session ran to its bound, or can't go on for a reason.
  package mutating func finish(failure: String? = nil) {
    state = failure.map(SessionState.failed) ?? .finished
  }

  /// Whether the report's window has begun.
  package var hasSettled: Bool { settledBlocks != nil }

  /// When the report's window began; nil until it has.
  package var windowStart: Nanoseconds? { settledBlocks?.start }

  /// Whether the window's sums include an event: one that began before the window lies only partly in
  /// it.
  package func takes(_ event: Event) -> Bool {
    guard hasSettled else { return false }
    return switch event {
    case .made(let made): made.generation == generation && made.start >= settlingFrom
    case .taken: true
    case .stepped(let step): step.wanted >= settlingFrom
    case .waited(let wait): wait.start >= settlingFrom
    case .applied: false
    case .phase(let phase): phase.start >= settlingFrom
    }
  }

  private mutating func record(_ made: BatchMade) {
    depth.move(to: made.depth, at: made.put)
    putTimes.put(made.batch, at: made.put)
    timeline.add(made, hasLock: inForce.hasSharedLock)
    batchesMade += 1
    if made.generation > generation {
      // A full lane dropped the `ChangeApplied` event of this generation.
      record(
        ChangeApplied(generation: made.generation, batch: made.batch, at: made.start))
    }
    let before = made.worker < lastPut.count ? lastPut[made.worker] : nil
    setLastPut(made.put, of: made.worker)
    let isRested = rests.isFirst(made)
    guard made.generation == generation, made.start >= settlingFrom else { return }
    recent.update(at: phases.trainingTime(at: made.put)) { tally in
      tally.add(made)
      if isRested { tally.addRested(made) }
      guard let before, made.start >= before else { return }
      tally.handling += made.start - before
      tally.handlings += 1
    }
    makes.add(made, isRested: isRested)
    makeTimes.add(made.finished - made.start - made.lockWait)
    frame.add(made)
    sinceChange.add(made)
    if settledBlocks != nil { settled.add(made) }
  }

  private mutating func record(_ taken: BatchTaken) {
    depth.move(to: taken.depth, at: taken.at)
    timeline.add(taken)
    addWake(taken)
    guard settledBlocks != nil, let wait = putTimes.wait(of: taken.batch, until: taken.at) else {
      return
    }
    settled.taken += 1
    settled.queueWait += wait
  }

  /// Counts the wake-up of a consumer that slept until the batch was put: it had looked before then.
  private mutating func addWake(_ taken: BatchTaken) {
    guard taken.polls == 0, taken.wanted >= settlingFrom,
      let latency = putTimes.wait(of: taken.batch, until: taken.at),
      latency >= .zero, taken.at - latency > taken.wanted
    else { return }
    recent.update(at: phases.trainingTime(at: taken.at)) {
      $0.wake += latency
      $0.wakes += 1
    }
  }

  private mutating func setLastPut(_ moment: Nanoseconds?, of worker: Int) {
    while lastPut.count <= worker { lastPut.append(nil) }
    lastPut[worker] = moment
  }

  private mutating func record(_ step: StepDone) {
    batchesTrained += 1
    imagesTrained += step.pictures
    let before = lastStepEnd
    if inForce.isJob, epoch.begin(asking: step.wanted) { leaveOutPause(until: step.wanted) }
    lastStepEnd = max(lastStepEnd, step.end)
    phases.step()
    timeline.add(step)
    // A step that began before the window lies only partly in it.
    if step.wanted >= settlingFrom {
      if before >= settlingFrom { stepTimes.add(step.end - before) }
      recent.update(at: phases.trainingTime(at: step.end)) { $0.add(step) }
      frame.add(step)
      sinceChange.add(step)
      if settledBlocks != nil { settled.add(step) }
    }
    blocks.step(endingAt: step.end)
    settledBlocks?.step(endingAt: step.end)
    settle(1, at: step.end)
    epoch.step(pictures: step.pictures, endingAt: step.end)
  }

  /// Begins the report's window once it is time.
  mutating func settle(_ steps: Int, at end: Nanoseconds) {
    guard settledBlocks == nil, end > settlingFrom else { return }
    settlingSteps += steps
    if settlingSteps >= Self.settlingSteps, end - settlingFrom >= Self.settlingTime {
      settledBlocks = StepBlocks(from: end)
      depth.restartWhole(at: end)
    }
  }

  /// A phase is part of its epoch, and of no window: nothing can be trained in it.
  private mutating func record(_ phase: PhaseBegun) {
    let known = phaseSeconds
    phases.record(phase)
    if inForce.isJob, inForce.phases.validation == nil { validations.record(phase) }
    // Epochs that were measured before a validation was seen have one, too.
    shiftEpochs(by: phaseSeconds - known)
    epoch.phase(phase)
    timeline.add(phase)
    blocks.leaveOut(phase.start..<phase.end)
    settledBlocks?.leaveOut(phase.start..<phase.end)
    if settledBlocks != nil { settledPhases += phase.length }
    if settlingFrom <= phase.start, settledBlocks == nil { settlingFrom += phase.length }
  }

  private mutating func record(_ applied: ChangeApplied) {
    guard applied.generation > generation else { return }
    generation = applied.generation
    // All at once: one by one, each would move those behind it.
    let begun = pending.prefix { $0.generation <= applied.generation }.count
    if begun > 0 {
      inForce = pending[begun - 1].scenario
      pending.removeFirst(begun)
    }
    if pending.isEmpty { effect?.firstBatch = applied.batch }
    restartWindows(at: applied.at)
  }

  private mutating func ask(_ change: ScenarioChange, generation: Int, scenario: Scenario) {
    // After a pause the estimate begins anew, but what was measured still holds.
    let now = epochEstimate ?? measured[inForce]
    if let now, pending.isEmpty {
      remember(now, for: inForce)
      if var past = effect {
        past.after = now
        pastEffects.insert(past, at: 0)
        if pastEffects.count > Self.rememberedEffects { pastEffects.removeLast() }
      }
      effect = ChangeEffect(changes: [change], before: now)
      beforeChange = now
    } else {
      // The epoch wasn't measured since the last change: the two count as one.
      effect = ChangeEffect(
        changes: (effect?.changes ?? []).filter { !change.supersedes($0) } + [change],
        before: effect?.before)
    }
    if scenario.costs != requested.costs || scenario.settings != requested.settings {
      lastWalls = Array(repeating: nil, count: stages.count)
    }
    let settings = requested.settings
    requested = scenario
    if scenario.settings != settings { followSettings() }
    pending.append(PendingChange(generation: generation, change: change, scenario: scenario))
  }

  /// Marks the generator's stages as idle, or not, by the settings that were asked for.
  mutating func followSettings() {
    if stages.isGenerators { stages = requested.generatorStages }
  }

  private mutating func restartWindows(at now: Nanoseconds) {
    recent = RecentTally()
    sinceChange = Tally()
    settled = Tally()
    frame = Tally()
    makeTimes.removeAll()
    stepTimes.removeAll()
    makes = MakeSpread()
    // A pause or a worker's absence isn't time between two batches.
    lastPut = []
    rests = RestTrack()
    blocks = StepBlocks(from: now)
    settledBlocks = nil
    settledPhases = .zero
    settlingFrom = now
    settlingSteps = 0
    epoch.samples = inForce.samplesPerEpoch ?? dataset.count
  }

  private mutating func shiftEpochs(by seconds: Double) {
    guard seconds != 0 else { return }
    measured = measured.mapValues { $0.shifted(by: seconds) }
    beforeChange = beforeChange?.shifted(by: seconds)
    let before = effect?.before?.shifted(by: seconds)
    effect?.before = before
  }

  mutating func remember(_ estimate: EpochEstimate, for scenario: Scenario) {
    if measured.count >= 4_096 { measured.removeAll() }
    measured[scenario] = estimate
  }
}
