import Augmentation
package import Quantities

extension SessionLedger {
  /// The session's state at `now`. Ends the frame whose depth and busy share are in the reading.
  package mutating func reading(at now: Nanoseconds) -> Reading {
    endFrame(at: now)
    return snapshot(at: now)
  }

  /// Ends the frame as `reading(at:)` does, without making a reading.
  package mutating func endFrame(at now: Nanoseconds) {
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
    // A measured effect stays valid during a pause.
    if afterwards != nil || !pending.isEmpty { effect?.after = afterwards }
    rememberWalls(tally(at: now))
  }

  /// Of the last two seconds; where nothing was made in them, since the last change.
  private func tally(at now: Nanoseconds) -> Tally {
    let recent = recent.sum(at: now)
    return recent.batches > 0 ? recent : sinceChange
  }

  private func snapshot(at now: Nanoseconds) -> Reading {
    let recentTally = recent.sum(at: now)
    let tally = recentTally.batches > 0 ? recentTally : sinceChange
    let consumerTally = recentTally.steps > 0 ? recentTally : sinceChange
    var reading = Reading(
      scenario: requested, dataset: dataset, stages: stages, epoch: epochReading,
      queue: queueReading)
    reading.at = now
    reading.cores = requested.cores ?? cores
    reading.state = state
    reading.pending = pending.map(\.change)
    reading.consumer = consumerTally.consumer
    reading.consumer.history = busyHistory
    reading.workers = tally.workers(count: requested.workers)
    reading.workers.spread = makes.relative
    reading.stages = stageReadings(tally)
    reading.timeline = timeline.reading(rate: reading.consumer.batchesPerSecond)
    reading.effect = effect
    reading.pastEffects = pastEffects
    reading.check = instrumentCheck
    reading.markers = markers
    reading.badPictures = badPictures
    reading.batchesMade = batchesMade
    reading.batchesTrained = batchesTrained
    reading.imagesTrained = imagesTrained
    reading.lastStepEnd = lastStepEnd
    return reading
  }

  /// The same over the report's whole window; falls back on what there is where it hasn't begun.
  package mutating func summary(at now: Nanoseconds) -> Reading {
    var reading = reading(at: now)
    let tally = settled.steps > 0 && settled.cpuImages > 0 ? settled : sinceChange
    let history = reading.consumer.history
    reading.consumer = tally.consumer
    reading.consumer.history = history
    reading.workers = tally.workers(count: requested.workers)
    reading.stages = stageReadings(tally)
    return reading
  }

  private var instrumentCheck: InstrumentCheck? {
    guard let span = settledBlocks?.span.seconds, span > 0, settled.taken > 0 else { return nil }
    let wait = settled.queueWait.seconds / Double(settled.taken)
    return InstrumentCheck(
      depth: depth.wholeMean, depthByLaw: Double(settled.steps) / span * wait,
      accounted: settled.consumerTime.seconds / span, steps: settled.steps)
  }

  var epochEstimate: EpochEstimate? { settledEstimate ?? estimate(blocks) }
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
    Double(inForce.batchesPerEpoch(samples: epoch.samples, of: dataset.count))
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
    var reading = QueueReading(limit: requested.queueRoom)
    reading.depth = depth.depth
    reading.history = depthHistory
    if let last = depthHistory.last { reading.frame = last }
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
    return stages.map { stage in
      var reading = StageReading(stage: stage, isOn: requested.stages.contains(stage.id))
      let perImage = tally.perImage(stage.id)
      reading.cpuPerImage = perImage.cpu
      reading.wallPerImage = perImage.wall
      reading.lastWallPerImage = lastWalls[stage.id.index]
      if total > .zero { reading.share = tally.sum(of: stage.id).wall.seconds / total.seconds }
      reading.epochDelta = delta(flipping: stage)
      return reading
    }
  }

  private func delta(flipping stage: SessionStage) -> EpochEstimate? {
    guard stage.isSwitchable, pending.isEmpty, let now = epochEstimate else { return nil }
    // Few have been measured, and to look for one by its hash takes longer than to look at all.
    let stages = inForce.stages.symmetricDifference(StageSet(stage.id))
    let known = measured.first { scenario, _ in
      scenario.stages == stages
        && scenario == inForce.applying(.stage(stage.id, on: stages.contains(stage.id)))
    }
    return known?.value.minus(now)
  }

  private func append<Entry>(_ entry: Entry, to history: inout [Entry]) {
    // Two at a time, so that an entry's place in its pair always follows from whether the count is odd.
    if history.count >= Self.historyLength { history.removeFirst(2) }
    history.append(entry)
  }
}
