package import Pipeline
import Quantities

/// What a reading of somebody's own job says about its training loop beyond the scenario, which was made from
/// the job's first steps.
extension Reading {
  /// As few steps have a spread.
  private static let fewestSteps = 16
  /// The share of waits that are as short as a batch that lies ready is handed over in.
  private static let shortest = 10

  /// A job's scenario with its training loop as it was measured: the steps, and a validation after each epoch. A
  /// session of augtop's own has its loop's times in the scenario.
  package var measuredScenario: Scenario {
    var measured = scenario
    guard scenario.isJob else { return measured }
    measured.consumer = measuredConsumer
    if let validation = epoch.phaseShares.first(where: { $0.kind == .validation }) {
      let limits = Scenario.computeTimes
      let time = min(
        max(.seconds(rounding: validation.seconds), limits.lowerBound), limits.upperBound)
      measured.phases.validation = EpochPhases.Validation(samples: scenario.batchSize, step: time)
    }
    return measured
  }

  /// The training step as it is now: the measured mean and spread, with the host's share, without the time in which
  /// the loop's thread waited for a core, which the simulation adds where threads are many; and what it takes the loop
  /// to get a batch that lies ready, which no step escapes. The scenario's own where no step was measured.
  var measuredConsumer: Consumer {
    var consumer = scenario.consumer
    guard let step = consumer.wholeStep > .zero ? self.consumer.step : nil else { return consumer }
    let share = job?.loop?.computing ?? min(1, consumer.host.seconds / consumer.wholeStep.seconds)
    let limits = Scenario.computeTimes
    let host = step.duration * share
    let device = step.duration - host - step.duration * (job?.loop?.kept ?? 0)
    var compute = min(max(device, limits.lowerBound), limits.upperBound)
    if let copy = job?.copy {
      // From memory that isn't pinned, the loop waits for the copy, and the device for the loop.
      consumer.transfer = min(copy.duration, compute / 2)
      compute -= consumer.transfer
    }
    consumer.host = host + (scenario.makesInLoop ? .zero : handingOver.duration)
    consumer.compute = .constant(compute)
    if let deviation = stepDeviation, deviation > 0.02 * step.seconds, deviation < step.seconds {
      // Of a step that the loop's thread computes all of, next to nothing is left to vary.
      let rest = min(.seconds(rounding: deviation * (1 - share)), compute * StepTime.widest)
      consumer.compute = .logNormal(mean: compute, deviation: rest)
    }
    return consumer
  }

  /// The time in which the loop gets a batch that lies ready: the shortest tenth of the last waits where batches lie
  /// ready most of the time; else what passes between a batch's leaving its worker and the loop's having it, which is
  /// the same work and seems to be none while the loop waits anyway.
  var handingOver: Nanoseconds {
    guard queue.medianDepth > 0 else { return consumer.wakeLatency }
    let waits = timeline.gpu.filter { $0.activity == .starved }.map { $0.end - $0.start }.sorted()
    return waits.count >= Self.fewestSteps ? waits[waits.count / Self.shortest] : .zero
  }

  /// The standard deviation of the last steps, in seconds; nil of too few.
  private var stepDeviation: Double? {
    let steps = timeline.gpu.filter { $0.activity == .busy }.map { ($0.end - $0.start).seconds }
    guard steps.count >= Self.fewestSteps else { return nil }
    let mean = steps.reduce(0, +) / Double(steps.count)
    return (steps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(steps.count - 1))
      .squareRoot()
  }
}
