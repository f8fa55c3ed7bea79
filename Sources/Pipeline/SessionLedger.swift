import Augmentation

/// Turns a session's events into readings; knows no clock, so live, virtual and replayed sessions
/// share it.
///
/// Events are told in the order of `Event.at`, as far as the teller can. Memory is flat however long
/// the session is.
package struct SessionLedger: Sendable {
  /// The report's window starts this long after the session's start or the last change…
  package static let settlingTime = Nanoseconds.seconds(1)
  /// …and this many steps.
  package static let settlingSteps = 20
  /// Entries of the queue's and the GPU's history.
  package static let historyLength = 160
  /// Effects of earlier changes that a reading tells.
  package static let rememberedEffects = 16

  let dataset: DatasetFacts
  /// With all changes asked for.
  package private(set) var wished: Scenario
  /// Of the newest batch.
  private(set) var inForce: Scenario
  private var generation = 0
  private var pending: [PendingChange] = []

  private var state = SessionState.running
  private var recent = RecentTally()
  private var sinceChange = Tally()
  private var settled = Tally()
  private var blocks = StepBlocks(from: .zero)
  private var settledBlocks: StepBlocks?
  private var settlingFrom = Nanoseconds.zero
  private var settlingSteps = 0

  private var epoch: EpochClock
  private var depth = DepthTrack()
  private var depthHistory: [DepthSpan] = []
  private var busyHistory: [Double] = []
  private var frame = Tally()
  private var timeline = TimelineTrack()
  private var effect: ChangeEffect?
  private var pastEffects: [ChangeEffect] = []
  private var measured: [Scenario: EpochEstimate] = [:]
  private var beforeChange: EpochEstimate?
  private var markers = 0
  private var batchesMade = 0
  private var batchesTrained = 0
  private var imagesTrained = 0

  private struct PendingChange: Sendable {
    var generation: Int
    var change: ScenarioChange
    var scenario: Scenario
  }

  package init(scenario: Scenario, dataset: DatasetFacts) {
    self.dataset = dataset
    wished = scenario
    inForce = scenario
    epoch = EpochClock(samples: scenario.samplesPerEpoch ?? dataset.count)
  }

  package mutating func record(_ event: Event) {
    switch event {
    case .made(let made): record(made)
    case .taken(let taken):
      depth.move(to: taken.depth, at: taken.at)
      timeline.add(taken)
    case .stepped(let step): record(step)
    case .waited(let wait):
      timeline.add(wait)
      recent.update(at: wait.end) { $0.add(wait) }
      sinceChange.add(wait)
      if settledBlocks != nil { settled.add(wait) }
    case .applied(let applied): record(applied)
    }
  }

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
    case .epochRestarted:
      epoch.restart(at: now)
    case .marker:
      markers += 1
    }
  }

  /// The session ran to its bound, or can't go on for a reason.
  package mutating func finish(failure: String? = nil) {
    state = failure.map(SessionState.failed) ?? .finished
  }

  /// Whole epochs trained so far.
  package var epochsDone: Int { epoch.number - 1 }

  private mutating func record(_ made: BatchMade) {
    depth.move(to: made.depth, at: made.put)
    timeline.add(made)
    batchesMade += 1
    if made.generation > generation {
      // The event that says so was dropped by a full lane.
      record(
        ChangeApplied(generation: made.generation, batch: made.batch, at: made.start))
    }
    guard made.generation == generation else { return }
    recent.update(at: made.put) { $0.add(made) }
    sinceChange.add(made)
    if settledBlocks != nil { settled.add(made) }
  }

  private mutating func record(_ step: StepDone) {
    batchesTrained += 1
    imagesTrained += step.pictures
    timeline.add(step)
    recent.update(at: step.end) { $0.add(step) }
    frame.add(step)
    sinceChange.add(step)
    blocks.step(endingAt: step.end)
    if settledBlocks != nil {
      settledBlocks?.step(endingAt: step.end)
      settled.add(step)
    } else if step.end > settlingFrom {
      settlingSteps += 1
      if settlingSteps >= Self.settlingSteps, step.end - settlingFrom >= Self.settlingTime {
        settledBlocks = StepBlocks(from: step.end)
        depth.restartWhole(at: step.end)
      }
    }
    epoch.step(pictures: step.pictures, endingAt: step.end)
  }

  private mutating func record(_ applied: ChangeApplied) {
    guard applied.generation > generation else { return }
    generation = applied.generation
    while let first = pending.first, first.generation <= applied.generation {
      inForce = first.scenario
      pending.removeFirst()
    }
    if pending.isEmpty { effect?.firstBatch = applied.batch }
    restartWindows(at: applied.at)
  }

  private mutating func ask(_ change: ScenarioChange, generation: Int, scenario: Scenario) {
    let now = epochEstimate
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
        changes: (effect?.changes ?? []) + [change], before: effect?.before)
    }
    wished = scenario
    pending.append(PendingChange(generation: generation, change: change, scenario: scenario))
  }

  private mutating func restartWindows(at now: Nanoseconds) {
    recent = RecentTally()
    sinceChange = Tally()
    settled = Tally()
    frame = Tally()
    blocks = StepBlocks(from: now)
    settledBlocks = nil
    settlingFrom = now
    settlingSteps = 0
    epoch.samples = inForce.samplesPerEpoch ?? dataset.count
  }

  private mutating func remember(_ estimate: EpochEstimate, for scenario: Scenario) {
    if measured.count >= 4_096 { measured.removeAll() }
    measured[scenario] = estimate
  }
}

// MARK: - Readings

extension SessionLedger {
  /// The state of things at `now`; ends the frame whose depth and busy share the reading tells.
  package mutating func reading(at now: Nanoseconds) -> Reading {
    if state != .paused {
      append(depth.takeSpan(at: now), to: &depthHistory)
      if frame.steps > 0 || busyHistory.isEmpty {
        append(frame.consumer.busy, to: &busyHistory)
      } else {
        append(busyHistory[busyHistory.count - 1], to: &busyHistory)
      }
      frame = Tally()
    }
    if let settledEstimate { remember(settledEstimate, for: inForce) }
    let afterwards = pending.isEmpty ? epochEstimate : nil
    effect?.after = afterwards

    let recentTally = recent.sum(at: now)
    let tally = recentTally.batches > 0 ? recentTally : sinceChange
    let consumerTally = recentTally.steps > 0 ? recentTally : sinceChange
    var reading = Reading(
      scenario: wished, dataset: dataset, epoch: epochReading, queue: queueReading)
    reading.at = now
    reading.state = state
    reading.pending = pending.map(\.change)
    reading.consumer = consumerTally.consumer
    reading.consumer.history = busyHistory
    reading.workers = tally.workers(count: wished.workers)
    reading.stages = stageReadings(tally)
    reading.timeline = timeline.reading(rate: reading.consumer.batchesPerSecond)
    reading.effect = effect
    reading.pastEffects = pastEffects
    reading.markers = markers
    reading.batchesMade = batchesMade
    reading.batchesTrained = batchesTrained
    reading.imagesTrained = imagesTrained
    return reading
  }

  /// The same over the report's whole window; falls back on what there is where it hasn't begun.
  package mutating func summary(at now: Nanoseconds) -> Reading {
    var reading = reading(at: now)
    let tally = settled.steps > 0 && settled.batches > 0 ? settled : sinceChange
    let history = reading.consumer.history
    reading.consumer = tally.consumer
    reading.consumer.history = history
    reading.workers = tally.workers(count: wished.workers)
    reading.stages = stageReadings(tally)
    return reading
  }

  private var epochEstimate: EpochEstimate? { settledEstimate ?? estimate(blocks) }
  private var settledEstimate: EpochEstimate? { settledBlocks.flatMap(estimate) }

  private func estimate(_ blocks: StepBlocks) -> EpochEstimate? {
    guard let (seconds, half) = blocks.estimate, let half else { return nil }
    let batches = batchesPerEpoch
    return EpochEstimate(
      seconds: seconds * batches, low: max(0, seconds - half) * batches,
      high: (seconds + half) * batches)
  }

  /// Batches that the epoch's samples take: the last of each pass over the data may be short.
  private var batchesPerEpoch: Double {
    let (passes, rest) = epoch.samples.quotientAndRemainder(dividingBy: dataset.count)
    return Double(
      passes * inForce.batchesPerEpoch(samples: dataset.count)
        + inForce.batchesPerEpoch(samples: rest))
  }

  private var epochReading: EpochReading {
    var reading = EpochReading(samples: epoch.samples)
    reading.number = epoch.number
    reading.samplesSeen = epoch.samplesSeen
    reading.last = epoch.last?.seconds
    reading.beforeChange = beforeChange
    reading.settled = settledEstimate
    reading.estimate = epochEstimate
    let rough = settledBlocks?.estimate ?? blocks.estimate
    guard let projected = reading.estimate?.seconds ?? rough.map({ $0.seconds * batchesPerEpoch })
    else { return reading }
    reading.projected = projected
    let left = 1 - reading.fraction
    reading.remaining = projected * left
    reading.remainingHalf = reading.estimate.map { $0.half * left }
    return reading
  }

  private var queueReading: QueueReading {
    var reading = QueueReading(limit: wished.queueLimit)
    reading.depth = depth.depth
    reading.history = depthHistory
    if let last = depthHistory.last { reading.frame = last }
    reading.meanDepth = depth.wholeMean
    reading.medianDepth = depth.wholeMedian
    reading.maxDepth = depth.highest
    return reading
  }

  private func stageReadings(_ tally: Tally) -> [StageReading] {
    let total = tally.stageWall.indices.reduce(Nanoseconds.zero) { $0 + tally.stageWall[$1] }
    return Stage.allCases.map { stage in
      var reading = StageReading(
        stage: stage, isOn: wished.stages.contains(stage),
        isIdle: wished.settings.isIdle(stage))
      let perImage = tally.perImage(stage.index)
      reading.cpuPerImage = perImage.cpu
      reading.wallPerImage = perImage.wall
      if total > .zero { reading.share = tally.stageWall[stage.index].seconds / total.seconds }
      reading.epochDelta = delta(flipping: stage)
      return reading
    }
  }

  private func delta(flipping stage: Stage) -> EpochDelta? {
    guard stage.isSwitchable, pending.isEmpty, let now = epochEstimate else { return nil }
    let flipped = inForce.applying(.stage(stage, on: !inForce.stages.contains(stage)))
    guard let then = measured[flipped] else { return nil }
    let half = (now.half * now.half + then.half * then.half).squareRoot()
    let difference = then.seconds - now.seconds
    return EpochDelta(seconds: difference, low: difference - half, high: difference + half)
  }

  private func append<Entry>(_ entry: Entry, to history: inout [Entry]) {
    if history.count >= Self.historyLength { history.removeFirst() }
    history.append(entry)
  }
}
