import Augmentation
package import Pipeline
import Quantities

/// Costs as a reading has measured them.
package struct MeasuredCosts: Sendable {
  private let reading: Reading
  private let make: Nanoseconds
  private let probed: WakeLatencies
  private let kernels: KernelTable?

  /// - Parameters:
  ///   - latencies: This machine's wake-up latencies, for kinds of waits that the session hasn't had.
  ///   - kernels: The times of native stages under other switches, where they have been measured.
  /// - Throws: `PredictionGap.measuring` where changes are pending or too few steps were measured.
  package init(
    _ reading: Reading, latencies: WakeLatencies = WakeLatencies(), kernels: KernelTable? = nil
  ) throws(PredictionGap) {
    guard reading.pending.isEmpty, let make = reading.workers.make,
      reading.consumer.steps >= Predictions.leastSteps
    else { throw .measuring }
    self.reading = reading
    self.make = make
    probed = latencies
    self.kernels = kernels
  }

  /// - Parameter factor: Multiplies the times that were probed instead of measured in the session.
  /// - Throws: A `PredictionGap` where a stage's cost hasn't been measured.
  package func costs(
    of scenario: Scenario, probedTimes factor: Double = 1
  ) throws(PredictionGap) -> StageCosts {
    var costs: StageCosts
    switch scenario.costs {
    case .profile(let profile): costs = profiled(scenario, profile)
    case .native where reading.scenario.costs == .native: costs = try measured(scenario)
    case .native:
      guard let known = kernels?.costs(of: scenario.stages) else { throw .otherCosts }
      costs = known
    }
    let idle = Double(probed.idle.count)
    // Of a job, getting a batch is the loop's work.
    let handed = reading.scenario.isJob ? reading.handingOver : .zero
    let measured = Double(max(.zero, reading.consumer.wakeLatency - handed).count)
    // The profile's stays where nothing was probed.
    if idle > 0 { costs.latencies.lock = idle }
    if measured > 0 {
      costs.latencies.waking = measured
    } else if scenario.loader.waitsOnConditions {
      costs.latencies.waking = idle * factor
    }
    if scenario.hasSharedLock, scenario.burningThreads > scenario.cores ?? reading.cores {
      costs.latencies.handOver = Double(probed.handOver.count) * factor
    }
    costs.copying = copying
    return costs
  }

  /// A batch's copy, where the measured steps are as long as it; else it is shorter, and 0 will do.
  ///
  /// A copy moves more than a byte a nanosecond, so a longer step isn't as long as it is because of
  /// the copy.
  private var copying: Double {
    let consumer = reading.scenario.consumer
    guard let step = reading.consumer.step else { return 0 }
    let nominal = Double(Nanoseconds(consumer.wholeStep - consumer.host).count)
    let host = Double((Nanoseconds(consumer.host) + reading.consumer.deserialization).count)
    let measured = Double(step.count) - host
    let bytes = picturesPerBatch * reading.dataset.shape.count * MemoryLayout<Float>.stride
    // Within this a measurement doesn't contradict the scenario.
    return measured > nominal * 1.05 + 2_000 ? min(measured, Double(bytes)) : 0
  }

  /// The profile's costs, and where a kernel was measured to take longer, the kernel's.
  private func profiled(_ scenario: Scenario, _ profile: CostProfile) -> StageCosts {
    let shape = reading.dataset.shape
    var costs = StageCosts(
      scenario, profile: profile, shape: shape, stages: reading.stageList)
    guard reading.scenario.costs == scenario.costs else { return costs }
    for stage in reading.stages where scenario.stages.contains(stage.stage.id) {
      let waits = Nanoseconds(nearest: costs.waits[stage.stage.id.index])
      guard let wall = work(of: stage, stage.lastWallPerImage).map({ $0 - waits }), clock == 1
      else { continue }
      // A thread that waits for a core works no longer for it; the simulation has that wait itself.
      let taken = Double(min(wall, stage.cpuPerImage ?? wall).count)
      let nominal = costs.perPicture[stage.stage.id.index]
      // Within this a measurement doesn't contradict the profile.
      guard taken > nominal * 1.05 + 50 else { continue }
      costs.perPicture[stage.stage.id.index] = taken
    }
    return costs
  }

  private func measured(_ scenario: Scenario) throws(PredictionGap) -> StageCosts {
    let now = reading.scenario.stages
    var costs: StageCosts
    // Of a picture with the present stages.
    let whole: Double
    if scenario.stages != now, let kernels, let then = kernels[scenario.stages],
      let time = kernels[now]?.sum
    {
      costs = StageCosts(perPicture: then)
      whole = time
    } else {
      let walls = try walls(with: scenario.stages)
      costs = StageCosts(perPicture: walls).limited(to: scenario.stages)
      whole = StageCosts(perPicture: walls).limited(to: now).make(pictures: 1)
    }
    guard whole > 0 else { throw .measuring }
    if let parted = parted(costs.limited(to: scenario.stages)) { return parted }
    // The time of a whole batch is measured on every batch, at the present clock; at the highest clock
    // it would be shorter.
    let taken = Double(make.count) / Double(max(1, picturesPerBatch))
    let cold = afterRest
    let rests = cold * reading.workers.rested / Double(max(1, picturesPerBatch))
    let picture = max(0, taken - Double(loadWait.count) - rests) * clock
    costs = costs.scaled(by: picture / whole * slowdown(from: reading.workers, to: scenario))
    costs.handling = Double(reading.workers.handling.count)
    costs.spread = reading.workers.spread
    costs.afterRest = cold * clock
    return costs
  }

  /// How much longer a batch takes after a rest: as the session had it, else as it was probed.
  private var afterRest: Double {
    reading.workers.afterRest.map { Double($0.count) } ?? kernels?.afterRest ?? 0
  }

  /// A job's costs, its stages' burning told from their waiting; nil where that wasn't measured.
  private func parted(_ known: StageCosts) -> StageCosts? {
    guard reading.scenario.isJob, let burnt = reading.workers.cpu else { return nil }
    let (now, count) = (reading.scenario.stages, Double(max(1, picturesPerBatch)))
    let cpu = Double(burnt.count)
    let idle = Double(reading.workers.idle.count)
    guard cpu > 0 else { return nil }
    var (costs, before) = (known, (burnt: 0.0, waited: 0.0))
    for stage in reading.stages {
      let index = stage.stage.id.index
      let wall = stage.wallPerImage ?? stage.lastWallPerImage ?? .zero
      let work = min(stage.cpuPerImage ?? wall, wall)
      let waits = Double(min(stage.idlePerImage ?? .zero, wall).count)
      if now.contains(stage.stage.id) {
        before.burnt += Double(work.count)
        before.waited += waits
      }
      let isOn = known.perPicture[index] > 0
      costs.perPicture[index] = isOn ? Double(work.count) : 0
      costs.waits[index] = isOn ? waits : 0
    }
    guard before.burnt > 0 else { return nil }
    costs = costs.scaled(by: cpu / count / before.burnt)
    let waiting = before.waited > 0 ? idle / count / before.waited : 0
    for index in costs.waits.indices { costs.waits[index] *= waiting }
    costs.handling = Double(reading.workers.handling.count)
    costs.spread = reading.workers.spread
    // In steps that sums of floating-point numbers keep exactly.
    costs.loopThreads = ((reading.job?.loop?.threads ?? 1) * 64).rounded() / 64
    return costs
  }

  /// Workers that run at the same time slow each other down, in proportion to that time.
  private func slowdown(from workers: WorkersReading, to scenario: Scenario) -> Double {
    guard let kernels, scenario.workers != reading.scenario.workers else { return 1 }
    func factor(_ scenario: Scenario) -> Double {
      kernels.slowdown(workers: scenario.workers, cores: scenario.cores ?? reading.cores)
    }
    return factor(scenario) / (1 + (factor(reading.scenario) - 1) * workers.making)
  }

  /// A picture's mean wait for its data, which the first stage's time contains.
  private var loadWait: Nanoseconds { Nanoseconds(reading.scenario.loadWait?.mean ?? .zero) }

  /// A stage's time without the wait for data.
  private func work(of stage: StageReading, _ wall: Nanoseconds?) -> Nanoseconds? {
    stage.stage.id.index == 0 ? wall.map { max(.zero, $0 - loadWait) } : wall
  }

  /// The time of each stage that is on now or would be on.
  private func walls(with stages: StageSet) throws(PredictionGap) -> [Double] {
    var walls = [Double](repeating: 0, count: reading.stageList.count)
    for stage in reading.stages {
      let isOn = stages.contains(stage.stage.id)
      let wasOn = reading.scenario.stages.contains(stage.stage.id)
      guard isOn || wasOn else { continue }
      guard
        let wall = work(of: stage, (wasOn ? stage.wallPerImage : nil) ?? stage.lastWallPerImage)
      else {
        throw wasOn ? .measuring : .neverMeasured(stage.stage.id)
      }
      walls[stage.stage.id.index] = Double(wall.count)
    }
    return walls
  }

  private var clock: Double { reading.scenario.governor == nil ? 1 : reading.consumer.clock }

  private var picturesPerBatch: Int { min(reading.scenario.batchSize, reading.dataset.count) }
}
