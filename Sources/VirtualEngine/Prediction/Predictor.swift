package import Augmentation
package import Pipeline
import Quantities

/// Why there is no prediction.
package enum PredictionGap: Error, Equatable {
  /// Too few batches or steps have been measured under the present settings.
  case measuring
  /// A stage that would be on has never been measured under these costs.
  case neverMeasured(StageID)
  /// The scenario has costs under which the session has measured no stage.
  case otherCosts
  /// The changed scenario is invalid.
  case impossible(ScenarioFault)
  /// By the rules nothing would ever be trained.
  case standsStill
}

/// Predicts the epoch after a change by running the session's own rules on simulated time, with the
/// costs that a reading has measured.
///
/// With a cost profile, a stage costs the profile's time, or more where its kernel was measured to
/// take longer. With native costs, a batch costs the measured time, multiplied by the ratio of the
/// kernels' times with the changed stages to those with the present ones. Where that ratio hasn't been
/// measured (in a replay, for example), each stage costs its measured time, scaled so that the stages
/// add up to whole batches; the stages don't quite add up, see `KernelTable`. The time between batches
/// and the wake-up latency of a waiting thread are measured, too.
///
/// The change is made in the middle of the simulated session, as a key makes it in a live one. Where
/// several workers nap, it is made at several moments, and the prediction is the mean.
///
/// - Complexity: 1 200 batches take some 0.5 ms.
package struct Predictor: Sendable {
  /// Steps simulated for one prediction: as many as make polling's pattern repeat several times.
  private static let standardSteps = 1_200
  /// Costs and step times are known to about this, relative to themselves.
  private static let uncertainty = 0.01
  /// Wake-ups that were probed and not measured in the session itself: between half of it and twice.
  private static let latencyFactors = [0.5, 2]
  /// Naps end within this of the requested time, in nanoseconds.
  private static let napUncertainty = 30e3
  /// The uncertainty of the load that a governor measures: the machine adds some to that of the
  /// session's threads.
  private static let loadUncertainty = 0.01
  /// The number of moments at which a change is made, where the moment can matter.
  private static let moments = 4

  let reading: Reading
  private let model: MeasuredCosts
  private let steps: Int
  private let moments: SessionMoments
  /// The scenario of the session, which predictions are about; of a job the reading's has the measured step.
  private let scenario: Scenario
  /// The epoch that a job has, over the one that the rules give: what they don't explain stays as it is.
  private var unexplained = 1.0

  /// - Parameters:
  ///   - latencies: This machine's wake-up latencies, for kinds of waits that the session hasn't had
  ///     yet.
  ///   - kernels: The times of native stages under other switches, where they have been measured.
  ///   - steps: Simulated for each prediction; nil means 1 200.
  /// - Throws: `PredictionGap.measuring` where too few steps were measured, `.standsStill` where no step
  ///   would end, and what `costs(of:)` throws.
  package init(
    _ reading: Reading, latencies: WakeLatencies = WakeLatencies(), kernels: KernelTable? = nil,
    steps: Int? = nil
  ) throws(PredictionGap) {
    var reading = reading
    scenario = reading.scenario
    if scenario.isJob { reading.scenario.consumer = reading.measuredConsumer }
    self.reading = reading
    self.steps = steps ?? Self.steps(reading)
    model = try MeasuredCosts(reading, latencies: latencies, kernels: kernels)
    guard
      let moments = SessionMoments(
        reading.scenario, dataset: reading.dataset, costs: try model.costs(of: reading.scenario),
        machineCores: reading.cores, count: Self.moments)
    else { throw .standsStill }
    self.moments = moments
    guard scenario.isJob, reading.consumer.batchesPerSecond > 0 else { return }
    let measured = Double(batchesPerEpoch) / reading.consumer.batchesPerSecond
    unexplained =
      measured
      / (try seconds(
        reading.scenario, model.costs(of: reading.scenario), from: 0, steps: self.steps))
  }

  /// Batches of the session's epoch.
  private var batchesPerEpoch: Int {
    let samples = reading.scenario.samplesPerEpoch ?? reading.dataset.count
    return reading.scenario.batchesPerEpoch(samples: samples, of: reading.dataset.count)
  }

  /// Naps in one simulation: during a long step the workers of Keras's threads nap thousands of times.
  private static let mostNaps = 20_000.0
  /// As few steps still show how the queue fills and empties.
  private static let fewestSteps = 16

  /// Fewer steps where they are so long that naps would take most of the time.
  private static func steps(_ reading: Reading) -> Int {
    guard reading.scenario.loader == .kerasThreads, let step = reading.consumer.step else {
      return standardSteps
    }
    let naps = step.seconds / Loader.kerasWorkerNap.seconds * Double(reading.scenario.workers)
    guard naps * Double(standardSteps) > mostNaps else { return standardSteps }
    return max(fewestSteps, min(standardSteps, Int(nearest: mostNaps / naps)))
  }

  /// The epoch now, by the rules and the measured costs.
  ///
  /// - Throws: `PredictionGap.impossible` where the scenario fails its check, `.standsStill`
  ///   where no step would end, and what `costs(of:)` throws.
  package func epoch() throws(PredictionGap) -> EpochEstimate { try epoch(of: reading.scenario) }

  /// The epoch after a change, with the interval that the costs' uncertainty leaves.
  ///
  /// - Throws: As `epoch()`, for the changed scenario.
  package func epoch(after change: ScenarioChange) throws(PredictionGap) -> EpochEstimate {
    try epoch(of: reading.scenario.applying(change))
  }

  /// The epoch after all of `changes`, made in order.
  ///
  /// - Throws: As `epoch()`, for the changed scenario.
  package func epoch(
    after changes: [ScenarioChange]
  ) throws(PredictionGap) -> EpochEstimate {
    try epoch(of: changes.reduce(reading.scenario) { $0.applying($1) })
  }

  /// The stages' costs in a scenario, derived from the measurements.
  ///
  /// - Throws: `PredictionGap.otherCosts` for native costs where the session has a cost profile;
  ///   `.measuring` or `.neverMeasured` where a stage's time is unknown.
  package func costs(of scenario: Scenario) throws(PredictionGap) -> StageCosts {
    try model.costs(of: scenario)
  }

  /// The epochs after each change that one key press can make; those that can't be predicted are left
  /// out.
  ///
  /// - Parameter keepsGoing: Called before each; from false on all others are left out.
  /// - Throws: As `epoch()`, for the session's present scenario only.
  package func predictions(
    while keepsGoing: () -> Bool = { true }
  ) throws(PredictionGap) -> Predictions {
    let now = try epoch()
    var epochs: [ScenarioChange: EpochEstimate] = [:]
    for change in reading.scenario.singleChanges(reading.stageList) where keepsGoing() {
      if let epoch = try? epoch(after: change) { epochs[change] = epoch }
    }
    var predictions = Predictions(scenario: scenario, now: now.seconds, epochs: epochs)
    predictions.nowHalf = now.half
    return predictions
  }

  /// The epoch after all of `changes`, from one simulation; nil where it can't be predicted.
  func roughEpoch(after changes: [ScenarioChange]) -> Double? {
    let scenario = changes.reduce(reading.scenario) { $0.applying($1) }
    guard (try? scenario.check()) != nil, let costs = try? model.costs(of: scenario) else {
      return nil
    }
    return try? seconds(scenario, costs, from: 0, steps: steps / 4)
  }

  private func epoch(of scenario: Scenario) throws(PredictionGap) -> EpochEstimate {
    do {
      try scenario.check()
    } catch {
      throw .impossible(error)
    }
    let costs = try model.costs(of: scenario)
    let starts = scenario.hasPhases ? Self.moments : 1
    var band: [Double] = []
    for start in 0..<starts {
      band.append(
        try seconds(scenario, costs, from: start, steps: steps / starts))
    }
    let best = band.reduce(0, +) / Double(starts)
    // A little less work and later naps, and the other way round: at a knife edge that is a lot.
    for sign in [-1.0, 1] {
      var other = costs.scaled(by: 1 + sign * Self.uncertainty)
      other.napLateness -= sign * Self.napUncertainty
      band.append(try seconds(scenario, other, from: 0, steps: steps / starts))
    }
    for factor in Self.latencyFactors {
      let other = try model.costs(of: scenario, probedTimes: factor)
      guard other.latencies != costs.latencies else { continue }
      band.append(try seconds(scenario, other, from: 0, steps: steps / starts))
    }
    if let governor = scenario.governor {
      for sign in [-1.0, 1] {
        var other = scenario
        other.governor?.threshold = governor.threshold + sign * Self.loadUncertainty
        band.append(try seconds(other, costs, from: 0, steps: steps / starts))
      }
    }
    let low = band.min() ?? best
    let high = band.max() ?? best
    let floor = best * Self.uncertainty / 2
    return EpochEstimate(
      seconds: best, low: min(low, best - floor), high: max(high, best + floor))
  }

  private func seconds(
    _ scenario: Scenario, _ costs: StageCosts, from start: Int, steps: Int
  ) throws(PredictionGap) -> Double {
    guard
      let seconds = moments.epoch(of: scenario, costs: costs, from: start, steps: steps)
    else { throw .standsStill }
    return seconds * unexplained
  }
}

extension EpochEstimate {
  /// Whether differences too small to measure (1 % of the costs, or the moment of the change) move
  /// the prediction by 5 % or more.
  package var isSensitive: Bool {
    max(high / seconds - 1, 1 - low / seconds) >= PerturbedEpoch.sensitivity
  }
}

extension Scenario {
  /// Several workers nap by the clock, each in its own phase.
  fileprivate var hasPhases: Bool { loader == .kerasThreads && workers > 1 }
}

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
    let measured = Double(reading.consumer.wakeLatency.count)
    costs.latencies.lock = idle
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
      guard let wall = work(of: stage, stage.lastWallPerImage), clock == 1 else { continue }
      let nominal = costs.perPicture[stage.stage.id.index]
      // Within this a measurement doesn't contradict the profile.
      guard Double(wall.count) > nominal * 1.05 + 50 else { continue }
      costs.perPicture[stage.stage.id.index] = Double(wall.count)
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
    // The time of a whole batch is measured on every batch, at the present clock; at the highest clock
    // it would be shorter.
    let taken = Double(make.count) / Double(max(1, picturesPerBatch))
    let picture = max(0, taken - Double(loadWait.count)) * clock
    costs = costs.scaled(by: picture / whole * slowdown(from: reading.workers, to: scenario))
    costs.handling = Double(reading.workers.handling.count)
    costs.spread = reading.workers.spread
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
