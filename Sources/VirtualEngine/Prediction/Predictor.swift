package import Augmentation
package import Pipeline
import Quantities

/// Why there is no prediction.
package enum PredictionGap: Error, Equatable {
  /// Too few batches or steps have been measured under the present settings.
  case measuring
  /// A stage that would be on has never been measured under these costs.
  case neverMeasured(StageID)
  /// What the change would cost or save can't be seen in the job as it is.
  case notSeen
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
  private(set) var unexplained = 1.0
  /// Seconds of a job's epoch between its steps and waits.
  private(set) var pauses = JobPauses()

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
    let pauses = JobPauses(reading, batchesPerEpoch: batchesPerEpoch)
    let measured = Double(batchesPerEpoch) / reading.consumer.batchesPerSecond - pauses.inWaits
    unexplained =
      measured
      / (try seconds(
        reading.scenario, model.costs(of: reading.scenario), from: 0, steps: self.steps))
    self.pauses = pauses
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
    try checkIsSeen(scenario)
    do {
      try scenario.check()
    } catch {
      throw .impossible(error)
    }
    guard !isOtherLoader(scenario) else { return try boundsOfOtherLoader(scenario) }
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
    try rules(scenario, costs, from: start, steps: steps) * unexplained
      + pauses.seconds(of: scenario)
  }

  /// Seconds of an epoch's steps and waits by the rules and costs alone.
  ///
  /// - Throws: `PredictionGap.standsStill` where no step would end.
  func rulesAlone(_ scenario: Scenario, _ costs: StageCosts) throws(PredictionGap) -> Double {
    try rules(scenario, costs, from: 0, steps: steps)
  }

  private func rules(
    _ scenario: Scenario, _ costs: StageCosts, from start: Int, steps: Int
  ) throws(PredictionGap) -> Double {
    guard
      let seconds = moments.epoch(of: scenario, costs: costs, from: start, steps: steps)
    else { throw .standsStill }
    return seconds
  }

  /// What a job's epoch has besides steps and waits, as its validation: in no rate of batches.
  ///
  /// - Parameter changes: Of the job's scenario.
  package func pauses(after changes: [ScenarioChange] = []) -> Double {
    pauses.seconds(of: changes.reduce(reading.scenario) { $0.applying($1) })
  }

  /// - Throws: `PredictionGap.notSeen` for a job's loader with what hasn't been measured of it.
  private func checkIsSeen(_ scenario: Scenario) throws(PredictionGap) {
    let (now, job) = (reading.scenario, reading.job)
    guard now.isJob else { return }
    if scenario.keepsWorkers != now.keepsWorkers, job?.restart == nil { throw .notSeen }
    if scenario.consumer.isPinned != now.consumer.isPinned, job?.copy == nil { throw .notSeen }
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
