import Augmentation
package import Quantities

extension SessionLedger {
  /// The session's state at `now`. Ends the frame whose depth and busy share are in the reading.
  package mutating func reading(at now: Nanoseconds) -> Reading {
    endFrame(at: now)
    return snapshot(at: now)
  }

  /// Takes in what each worker does at this moment, by its number, for the next reading's timeline; nil
  /// for one that does nothing, or is between two activities.
  package mutating func setOpen(_ activities: [OpenActivity?]) {
    timeline.setOpen(activities, hasLock: inForce.hasSharedLock)
  }

  /// Ends the frame as `reading(at:)` does, without making a reading.
  package mutating func endFrame(at now: Nanoseconds) {
    // Readings that come in quick succession, as after a key, share a frame.
    if state != .paused, frames.isEmpty || now - frameStart >= Self.shortestFrame {
      appendFrame(at: now)
    }
    timeline.endFrame(rate: sinceChange.consumer.batchesPerSecond)
    if let settledEstimate { remember(settledEstimate, for: inForce) }
    let afterwards = pending.isEmpty ? epochEstimate : nil
    // A measured effect stays valid during a pause.
    if afterwards != nil || !pending.isEmpty { effect?.after = afterwards }
    rememberWalls(tally(at: now))
  }

  /// A shorter frame would tell how the queue stood at a moment, not over a time.
  private static let shortestFrame = Nanoseconds.milliseconds(60)

  private mutating func appendFrame(at now: Nanoseconds) {
    lastDepths = depth.takeSpan(at: now)
    var new = FrameReading(
      number: (frames.last?.number ?? 0) + 1, end: now, length: max(.zero, now - frameStart))
    frameStart = now
    new.depths = depth.spanTimes
    if frame.steps > 0 {
      new.busy = frame.busy.seconds
      new.host = frame.host.seconds
      new.starved = frame.starved.seconds
    } else if let shares = frames.last?.shares {
      new.busy = shares.busy * new.length.seconds
      new.host = shares.host * new.length.seconds
      new.starved = shares.starved * new.length.seconds
    }
    new.pictures = frame.imagesTrained
    new.workerCPU = frame.workerCPU.seconds
    frame = Tally()
    // Many at a time, since the rest moves up.
    if frames.count >= Self.framesKept { frames.removeFirst(Self.framesKept / 8) }
    frames.append(new)
    depth.setDepths(limit: inForce.queueRoom, deepest: inForce.deepestQueue)
  }

  /// Of the last two seconds; where nothing was made in them, since the last change.
  private func tally(at now: Nanoseconds) -> Tally {
    let recent = recent.sum(at: phases.trainingTime(at: now))
    return recent.batches > 0 ? recent : sinceChange
  }

  private func snapshot(at now: Nanoseconds) -> Reading {
    let recentTally = recent.sum(at: phases.trainingTime(at: now))
    let tally = recentTally.batches > 0 ? recentTally : sinceChange
    // Of steps that take long, two seconds hold too few to judge by.
    let consumerTally = recentTally.steps >= Verdict.fewestSteps ? recentTally : sinceChange
    var reading = Reading(
      scenario: requested, dataset: dataset, stages: stages, epoch: epochReading(at: now),
      queue: queueReading)
    reading.at = now
    reading.cores = requested.cores ?? cores
    reading.state = state
    reading.pending = pending.map(\.change)
    reading.consumer = consumerTally.consumer
    reading.frames = frames
    reading.makeTimes = makeTimes
    reading.stepTimes = stepTimes
    setRemaining(&reading.epoch, at: now)
    reading.workers = tally.workers(count: requested.workers)
    reading.workers.spread = makes.relative
    reading.stages = stageReadings(tally)
    reading.timeline = timeline.reading(isOpenKnown: !inForce.isJob)
    reading.effect = effect
    reading.pastEffects = pastEffects
    reading.check = instrumentCheck
    reading.markers = markers
    reading.badPictures = badPictures
    reading.batchesMade = batchesMade
    reading.batchesTrained = batchesTrained
    reading.imagesTrained = imagesTrained
    reading.lastStepEnd = lastStepEnd
    reading.phasesBefore = phases.beforeLastStep
    return reading
  }

  /// The same over the report's whole window; falls back on what there is where it hasn't begun.
  package mutating func summary(at now: Nanoseconds) -> Reading {
    var reading = reading(at: now)
    let tally = settled.steps > 0 && settled.cpuImages > 0 ? settled : sinceChange
    let wake = reading.consumer.wakeLatency
    reading.consumer = tally.consumer
    // Wake-ups are counted over the last seconds alone. Of a job they are its loop's work.
    if requested.isJob { reading.consumer.wakeLatency = wake }
    reading.workers = tally.workers(count: requested.workers)
    reading.stages = stageReadings(tally)
    return reading
  }

  private var instrumentCheck: InstrumentCheck? {
    guard let span = settledBlocks?.span.seconds, span > 0, settled.taken > 0 else { return nil }
    let wait = settled.queueWait.seconds / Double(settled.taken)
    return InstrumentCheck(
      depth: depth.wholeMean,
      // Batches wait during phases, too.
      depthByLaw: Double(settled.steps) / (span + settledPhases.seconds) * wait,
      accounted: settled.consumerTime.seconds / span, steps: settled.steps)
  }

  var epochEstimate: EpochEstimate? { settledEstimate ?? estimate(blocks) }
  private var settledEstimate: EpochEstimate? {
    // As a method passed to flatMap it would copy the ledger.
    guard let settledBlocks else { return nil }
    return estimate(settledBlocks)
  }

  private func estimate(_ blocks: StepBlocks) -> EpochEstimate? {
    guard let (seconds, half) = blocks.estimate, let half else { return nil }
    let batches = batchesPerEpoch
    let paused = phaseSeconds
    return EpochEstimate(
      seconds: seconds * batches + paused, low: max(0, seconds - half) * batches + paused,
      high: (seconds + half) * batches + paused)
  }

  /// Batches that the epoch's samples take: the last of each pass over the data may be short.
  private var batchesPerEpoch: Double {
    Double(inForce.batchesPerEpoch(samples: epoch.samples, of: dataset.count))
  }

  /// Seconds of phases in an epoch that isn't the first.
  var phaseSeconds: Double {
    inForce.phaseSeconds(batches: Int(batchesPerEpoch), machineCores: cores) + validationSeconds
  }

  /// Seconds of a watched job's validation an epoch.
  private var validationSeconds: Double { validations.seconds(epochsDone: epoch.number - 1) }

  private func epochReading(at now: Nanoseconds) -> EpochReading {
    var reading = EpochReading(samples: epoch.samples)
    reading.number = epoch.number
    reading.samplesSeen = epoch.samplesSeen
    reading.last = epoch.last?.seconds
    reading.beforeChange = beforeChange
    reading.settled = settledEstimate
    reading.estimate = epochEstimate
    let rough = settledBlocks?.estimate ?? blocks.estimate
    let paused = phaseSeconds
    reading.phaseShares = PhaseKind.allCases.compactMap { kind in
      let seconds =
        inForce.seconds(of: kind, batches: Int(batchesPerEpoch), machineCores: cores)
        + (kind == .validation ? validationSeconds : 0)
      return seconds > 0 ? PhaseShare(kind: kind, seconds: seconds) : nil
    }
    reading.firstExtra = inForce.firstEpochSeconds(machineCores: cores)
    reading.phase = phases.current(at: now)
    if isInLastPhases(at: now) {
      reading.number -= 1
      reading.samplesSeen = reading.samples
    }
    guard
      let projected = reading.estimate?.seconds
        ?? rough.map({ $0.seconds * batchesPerEpoch + paused })
    else { return reading }
    reading.projected = projected
    return reading
  }

  /// Whether an epoch's last step is over and the phases that follow it aren't.
  private func isInLastPhases(at now: Nanoseconds) -> Bool {
    guard epoch.samplesSeen == 0, epoch.number > 1, let phase = phases.current(at: now) else {
      return false
    }
    return phase != .workerStart
  }

  /// The time left by the rate of the last two seconds of training, which is also the one that the screen
  /// shows, and the phases that are still to come.
  ///
  /// The interval has the spread of that rate and of the time to come, and the size of a burst: where
  /// workers nap, the last batch comes with its round.
  private func setRemaining(_ epoch: inout EpochReading, at now: Nanoseconds) {
    guard !isInLastPhases(at: now) else {
      // How long it takes in all is known, and what is left of it.
      epoch.remaining = phases.leftOfEpoch(at: now)
      return setThisEpoch(epoch.last, &epoch)
    }
    guard let projected = epoch.projected else { return }
    let left = Double(max(0, epoch.samples - epoch.samplesSeen))
    let recent = recent.imageRate(at: phases.trainingTime(at: now))
    let seconds: Double
    if let recent, recent.steps >= Self.settlingSteps {
      seconds = left / recent.mean
      let deviation = recent.deviation / recent.mean
      let spread =
        deviation
        * (1 / Double(recent.slices) + RecentTally.seconds / max(seconds, 0.1))
        .squareRoot()
      let burst =
        requested.loader.polls ? Loader.kerasWorkerNap + Loader.kerasConsumerNap : .zero
      let batch = Double(requested.batchSize) / recent.mean
      epoch.remainingHalf = Self.deviations * spread * seconds + batch + burst.seconds / 2
    } else {
      seconds = (projected - phaseSeconds) * (1 - epoch.fraction)
      epoch.remainingHalf = epoch.estimate.map { $0.half * (1 - epoch.fraction) }
    }
    let remaining =
      seconds + phases.left(at: now) + validationSeconds
      + inForce.phasesLeft(
        samplesSeen: epoch.samplesSeen, of: epoch.samples, epoch: epoch.number,
        batchesTrained: batchesTrained, dataset: dataset, machineCores: cores)
    epoch.remaining = remaining
    setThisEpoch(self.epoch.elapsed(at: now).seconds + remaining, &epoch)
  }

  private func setThisEpoch(_ seconds: Double?, _ epoch: inout EpochReading) {
    epoch.thisEpoch = seconds
    guard let seconds else { return }
    let seen = inForce.batchesPerEpoch(samples: epoch.samplesSeen, of: dataset.count)
    epoch.phasePlaces = inForce.phasePlaces(
      ofEpoch: epoch.number, lasting: seconds, batches: Int(batchesPerEpoch),
      after: max(0, batchesTrained - seen), machineCores: cores)
    if validationSeconds > 0, seconds > 0 {
      let start = max(0, 1 - validationSeconds / seconds)
      epoch.phasePlaces.append(PhasePlace(kind: .validation, start: start, end: 1))
    }
  }

  /// Deviations of a normal distribution that leave out 5 % on each side.
  private static let deviations = 1.645

  private var queueReading: QueueReading {
    var reading = QueueReading(limit: requested.queueRoom)
    reading.depth = depth.depth
    reading.frame = lastDepths
    reading.meanDepth = depth.wholeMean
    reading.medianDepth = depth.wholeMedian
    reading.maxDepth = depth.highest
    return reading
  }

  private mutating func rememberWalls(_ tally: Tally) {
    guard pending.isEmpty else { return }
    for stage in stages where inForce.stages.contains(stage.id) {
      if let wall = tally.perImage(stage.id).wall { lastWalls[stage.id.index] = wall }
    }
  }

  private func stageReadings(_ tally: Tally) -> [StageReading] {
    let total = tally.stages.reduce(Nanoseconds.zero) { $0 + $1.wall }
    let now = pending.isEmpty && !measured.isEmpty ? epochEstimate : nil
    return stages.map { stage in
      var reading = StageReading(stage: stage, isOn: requested.stages.contains(stage.id))
      let perImage = tally.perImage(stage.id)
      reading.cpuPerImage = perImage.cpu
      reading.wallPerImage = perImage.wall
      reading.idlePerImage = perImage.idle
      reading.lastWallPerImage = lastWalls[stage.id.index]
      if total > .zero { reading.share = tally.sum(of: stage.id).wall.seconds / total.seconds }
      reading.epochDelta = now.flatMap { delta(flipping: stage, from: $0) }
      return reading
    }
  }

  private func delta(flipping stage: SessionStage, from now: EpochEstimate) -> EpochEstimate? {
    guard stage.isSwitchable else { return nil }
    // Few have been measured, and to look for one by its hash takes longer than to look at all.
    let stages = inForce.stages.symmetricDifference(StageSet(stage.id))
    let known = measured.first { scenario, _ in
      scenario.stages == stages
        && scenario == inForce.applying(.stage(stage.id, on: stages.contains(stage.id)))
    }
    return known?.value.minus(now)
  }
}
