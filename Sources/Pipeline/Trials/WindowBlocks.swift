package import Augmentation
package import Quantities

/// The measurements of a settled stretch of a session in blocks of time, so that each number has an
/// interval.
///
/// Blocks are cut as in `StepBlocks`, for the same reason.
package struct WindowBlocks: Sendable {
  struct Block: SpanSum {
    var tally = Tally()
    /// Depth times seconds, and the seconds for which it is known.
    var depthArea = 0.0
    var depthTime = 0.0

    mutating func add(_ other: Block) {
      tally.add(other.tally)
      depthArea += other.depthArea
      depthTime += other.depthTime
    }
  }

  /// The beginning of the first block.
  package let start: Nanoseconds
  /// When the last step ended.
  package private(set) var end: Nanoseconds
  private var blocks: TimeBlocks<Block>
  private var periods: StepBlocks
  private var depth: Int?
  private var depthSince: Nanoseconds

  /// Nothing measured yet.
  package init(from start: Nanoseconds) {
    self.start = start
    end = start
    blocks = TimeBlocks(from: start)
    depthSince = start
    periods = StepBlocks(from: start)
  }

  /// Whether there are blocks enough for intervals.
  package var isEnough: Bool { blocks.full.count >= TimeBlock.fewest }
  /// The time that has been measured.
  package var span: Nanoseconds { end - start }
  /// Steps measured.
  package var steps: Int { periods.steps }

  /// Adds an event to the block in which it ends.
  ///
  /// - Complexity: O(1) amortised.
  package mutating func record(_ event: Event) {
    switch event {
    case .made(let made):
      move(to: made.depth, at: made.put)
      blocks.open.tally.add(made)
    case .taken(let taken): move(to: taken.depth, at: taken.at)
    case .stepped(let step):
      blocks.open.tally.add(step)
      periods.step(endingAt: step.end)
      close(at: step.end)
    case .waited(let wait): blocks.open.tally.add(wait)
    case .applied: break
    // Its time isn't training: the blocks go on where it ends.
    case .phase(let phase): periods.leaveOut(phase.start..<phase.end)
    }
  }

  /// Adds the totals of events that weren't recorded one by one.
  package mutating func record(_ unrecorded: UnrecordedTotals) {
    blocks.open.tally.add(unrecorded)
    guard unrecorded.steps > 0 else { return }
    periods.steps(unrecorded.steps, endingAt: unrecorded.to)
    close(at: unrecorded.to)
  }

  private mutating func move(to depth: Int, at now: Nanoseconds) {
    advanceDepth(to: now)
    self.depth = depth
  }

  private mutating func advanceDepth(to now: Nanoseconds) {
    guard now > depthSince else { return }
    if let depth {
      let time = (now - depthSince).seconds
      blocks.open.depthArea += time * Double(depth)
      blocks.open.depthTime += time
    }
    depthSince = now
  }

  private mutating func close(at now: Nanoseconds) {
    end = max(end, now)
    guard blocks.isDue(at: now) else { return }
    advanceDepth(to: now)
    blocks.close(at: now)
  }
}

/// A measure that a window can give with an interval.
package enum WindowMeasure: Hashable, Sendable {
  /// From step to step, in seconds.
  case period
  /// Pictures trained a second.
  case imagesPerSecond
  /// Shares of the simulated GPU's time.
  case busy, host, starved
  /// Seconds a step, without waits for a batch or the lock.
  case step
  /// Seconds a batch, without waiting for the lock; and that wait.
  case make, lockWait
  /// Shares of the workers' time: naps, and waits for room or demand.
  case napping, waiting
  /// Batches in the queue.
  case depth
  /// A stage's CPU time in seconds a picture.
  case stageCPU(StageID)
  /// A stage's wall time in seconds a picture.
  case stageWall(StageID)
}

extension WindowBlocks {
  /// A number and its interval; nil where nothing of the kind was measured.
  ///
  /// All but the period are ratios of sums, weighted by the samples in each block: CPU times, for
  /// example, are measured for every 16th batch only.
  ///
  /// - Source: Cochran, "Sampling Techniques", 1977, 6.3: the variance of a ratio of sums.
  package func estimate(_ measure: WindowMeasure) -> Estimate? {
    if measure == .period { return periods.estimateOfPeriod }
    let parts = blocks.full.map { $0.ratio(measure) }.filter { $0.base > 0 }
    let last = blocks.open.ratio(measure)
    let base = parts.reduce(last.base) { $0 + $1.base }
    guard base > 0 else { return nil }
    let value = parts.reduce(last.amount) { $0 + $1.amount } / base
    guard parts.count >= TimeBlock.fewest else { return Estimate(value) }
    let count = Double(parts.count)
    let whole = parts.reduce(0) { $0 + $1.base }
    let ratio = parts.reduce(0) { $0 + $1.amount } / whole
    let squares = parts.reduce(0) { sum, part in
      let rest = part.amount - ratio * part.base
      return sum + rest * rest
    }
    let error = (squares * count / (count - 1)).squareRoot() / whole
    return Estimate(value, Estimate.Spread(error: error, freedom: parts.count - 1))
  }

  /// The reading of the whole window, for the verdict.
  package func reading(
    of scenario: Scenario, dataset: DatasetFacts, stages: StageList, cores: Int
  ) -> Reading {
    let tally = blocks.total.tally
    var reading = Reading(
      scenario: scenario, dataset: dataset, stages: stages,
      epoch: EpochReading(samples: dataset.count), queue: QueueReading(limit: scenario.queueRoom))
    reading.at = end
    reading.cores = scenario.cores ?? cores
    reading.consumer = tally.consumer
    reading.workers = tally.workers(count: scenario.workers)
    let all = tally.stages.reduce(0) { $0 + $1.wall.seconds }
    reading.stages = stages.map { stage in
      var reading = StageReading(stage: stage, isOn: scenario.stages.contains(stage.id))
      if all > 0 { reading.share = tally.sum(of: stage.id).wall.seconds / all }
      return reading
    }
    return reading
  }
}

extension WindowBlocks.Block {
  fileprivate func ratio(_ measure: WindowMeasure) -> (amount: Double, base: Double) {
    let consumer = tally.consumerTime.seconds
    let workers = tally.workerTime.seconds
    return switch measure {
    case .period: (0, 0)
    case .imagesPerSecond: (Double(tally.imagesTrained), consumer)
    case .busy: (tally.busy.seconds, consumer)
    case .host: (tally.host.seconds, consumer)
    case .starved: (tally.starved.seconds, consumer)
    case .step: ((tally.host + tally.busy).seconds, Double(tally.steps))
    case .make: (tally.make.seconds, Double(tally.batches))
    case .lockWait: (tally.lockWait.seconds, Double(tally.batches))
    case .napping: (tally.napped.seconds, workers)
    case .waiting: (tally.waitedForRoom.seconds, workers)
    case .depth: (depthArea, depthTime)
    case .stageCPU(let stage):
      (tally.sum(of: stage).cpu.seconds, Double(tally.cpuImages))
    case .stageWall(let stage):
      (tally.sum(of: stage).wall.seconds, Double(tally.stageImages))
    }
  }
}
