package import Augmentation

/// What limits a session now, why, and what to try.
package struct Verdict: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case measuring
    case paused
    /// The device computes all the time: nothing on the input side matters.
    case gpuBound = "gpu-bound"
    /// Batches can't be made faster.
    case inputBound = "input-bound"
    /// Both sides sleep: neither is the limit, the way they wait for each other is.
    case waitPolicyBound = "wait-policy-bound"
  }

  package enum Advice: Sendable, Equatable {
    case wait
    case resume
    case lessWork(Stage)
    case moreWorkers
    case blockingLoader
    case fasterGPU
  }

  package var kind: Kind
  /// The stage that costs most, where batches are the limit.
  package var stage: Stage?
  /// One sentence with numbers.
  package var because: String
  package var advice: Advice
}

extension Verdict {
  /// Loss against the better of the two sides above which the wait policy is to blame.
  private static let tolerableLoss = 0.05
  /// Fewer steps under the present settings say nothing yet.
  private static let fewestSteps = 10

  /// Judges a reading; a pure function.
  ///
  /// With `make` the time of a batch over all workers and `step` the GPU's, nothing can be faster
  /// than the longer of the two. Where the session is much slower than that although workers nap,
  /// the naps are what costs; else the longer one is the limit.
  package init(_ reading: Reading) {
    guard reading.state != .paused else {
      self.init(kind: .paused, because: "The session is paused.", advice: .resume)
      return
    }
    let workers = reading.workers
    guard let make = workers.make, let step = reading.consumer.step,
      reading.consumer.batchesPerSecond > 0, reading.consumer.steps >= Self.fewestSteps,
      reading.pending.isEmpty
    else {
      self.init(kind: .measuring, because: "Measuring.", advice: .wait)
      return
    }
    let period = 1 / reading.consumer.batchesPerSecond
    let makeEach = (make + workers.lockWait).seconds / Double(max(1, workers.count))
    let possible = max(makeEach, step.seconds)
    let starved = percent(reading.consumer.starved)

    if period > possible * (1 + Self.tolerableLoss), workers.napping > Self.tolerableLoss {
      self.init(
        kind: .waitPolicyBound,
        because: "Workers sleep \(percent(workers.napping)) while the GPU starves \(starved):"
          + " a batch every \(time(period)), possible \(time(possible)).",
        advice: .blockingLoader)
    } else if makeEach > step.seconds {
      let costliest = reading.stages.max { $0.share < $1.share }
      let stage = costliest?.stage ?? .load
      self.init(
        kind: .inputBound, stage: stage,
        because: "\(stage.rawValue) takes \(percent(costliest?.share ?? 0)) of making a batch;"
          + " the GPU starves \(starved).",
        advice: Self.adviceForInput(reading, costliest: stage))
    } else {
      self.init(
        kind: .gpuBound,
        because: "The GPU is the limit: starved \(starved), workers idle"
          + " \(percent(workers.napping + workers.waitingForRoom)).",
        advice: .fasterGPU)
    }
  }

  private static func adviceForInput(_ reading: Reading, costliest: Stage) -> Advice {
    // Python work under one lock doesn't run in parallel, so another worker would only wait.
    if !reading.scenario.interpreterLock, reading.workers.count < reading.cores {
      return .moreWorkers
    }
    return costliest.isSwitchable ? .lessWork(costliest) : .moreWorkers
  }
}

private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

private func time(_ seconds: Double) -> String {
  seconds < 1e-3
    ? "\(Int((seconds * 1e6).rounded())) µs" : "\(hundredths(seconds * 1e3)) ms"
}

private func hundredths(_ value: Double) -> String {
  let whole = Int((value * 100).rounded())
  let rest = whole % 100
  return "\(whole / 100).\(rest < 10 ? "0" : "")\(rest)"
}
