package import Augmentation
import Quantities

/// The epoch that each possible change would lead to, predicted for one state of a session.
package struct Predictions: Sendable, Equatable {
  /// Steps to measure under the present settings before anything is predicted.
  package static let leastSteps = 8

  /// The scenario they hold for.
  package var scenario: Scenario
  /// The epoch that the simulation predicts without a change, in seconds.
  package var now: Double
  /// Half the width of that epoch's interval, in seconds.
  package var nowHalf = 0.0
  /// The predicted epoch after each change.
  package var epochs: [ScenarioChange: EpochEstimate]
  /// The changes that the user could make, ranked; nil until they have been predicted.
  package var advice: Advice?

  /// The predictions for one scenario.
  package init(scenario: Scenario, now: Double, epochs: [ScenarioChange: EpochEstimate]) {
    self.scenario = scenario
    self.now = now
    self.epochs = epochs
  }

  /// Epoch with a stage's switch flipped minus epoch now.
  package func delta(flipping stage: StageID) -> EpochEstimate? {
    let change = ScenarioChange.stage(stage, on: !scenario.stages.contains(stage))
    return epochs[change].map(difference)
  }

  /// An epoch minus the epoch now, with the uncertainty of both.
  package func difference(of epoch: EpochEstimate) -> EpochEstimate {
    epoch.minus(EpochEstimate(seconds: now, low: now - nowHalf, high: now + nowHalf))
  }
}

extension Scenario {
  /// The GPU's compute time a step longer or shorter, in steps that stay round: a tenth of the time's
  /// power of ten, 3.4, 3.5, 3.6 ms. Nil where that is beyond `computeTimes`.
  package func computeTime(longer: Bool) -> Duration? {
    let now = consumer.compute.mean
    var step = Duration.microseconds(1)
    // At a power of ten, going down takes the finer step.
    while longer ? step * 100 <= now : step * 100 < now { step *= 10 }
    let next = longer ? now + step : now - step
    return Self.computeTimes.contains(next) ? next : nil
  }

  /// Every change that one key press makes of this scenario: each stage's switch, and each knob one
  /// step on. Of somebody's own job, every change that its author can make in its loader, each other
  /// library's loader, and a GPU twice as fast.
  ///
  /// - Parameter list: The session's stages.
  package func singleChanges(_ list: StageList) -> [ScenarioChange] {
    var changes = stageChanges(list)
    changes += otherLoaders
    if isJob { changes += [fasterStep].compactMap(\.self) + loaderChoices }
    changes += [workers - 1, workers + 1].filter(loader.workerCounts.contains).map(
      ScenarioChange.workers)
    if loader == .torch {
      changes += [prefetch - 1, prefetch + 1].filter(Self.prefetchCounts.contains).map(
        ScenarioChange.prefetch)
    } else {
      changes += [queueLimit - 1, queueLimit + 1].filter(Self.queueLimits.contains).map(
        ScenarioChange.queueLimit)
    }
    // The steps and the machine of a job are its own.
    guard !isJob else { return changes }
    if let faster = computeTime(longer: false) { changes.append(.compute(faster)) }
    if costs != .native {
      if loader.sharesInterpreter { changes.append(.interpreterLock(!interpreterLock)) }
      changes.append(.costs(.native))
    }
    changes.append(.governor(governor == nil ? Governor() : nil))
    return changes
  }
}
