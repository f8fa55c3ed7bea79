package import Pipeline
import Quantities

/// Advice: every change that the user could make, alone and in pairs, on simulated time.
extension Predictor {
  /// Predicts every single change; those that can't be predicted are left out.
  ///
  /// - Parameters:
  ///   - epochs: What this predictor has predicted already.
  ///   - keepsGoing: Called before each; from false on all others are left out.
  /// - Throws: As `epoch()`, for the session's present scenario only.
  package func advice(
    knowing epochs: [ScenarioChange: EpochEstimate] = [:], while keepsGoing: () -> Bool = { true }
  ) throws(PredictionGap) -> Advice {
    let now = try epoch()
    let singles = reading.scenario.advisedChanges(reading.stageList).compactMap { change in
      keepsGoing() ? line([change], now, known: epochs[change]) : nil
    }
    return Advice(now: now, unstarved: unstarved, singles: singles)
  }

  /// The same with every pair.
  ///
  /// A pair whose first simulation isn't shorter than the better of its parts is no advice, so only the
  /// others get an interval, which takes several simulations more.
  ///
  /// - Complexity: O(changes²) simulations.
  package func withPairs(_ advice: Advice, while keepsGoing: () -> Bool = { true }) -> Advice {
    let parts = Dictionary(
      advice.singles.compactMap { line in line.changes.first.map { ($0, line.epoch.seconds) } },
      uniquingKeysWith: { first, _ in first })
    let pairs = reading.scenario.advisedPairs(reading.stageList).compactMap {
      pair -> Advice.Line? in
      guard keepsGoing(), let rough = roughEpoch(after: pair) else { return nil }
      let better = pair.map { parts[$0] ?? advice.now.seconds }.min() ?? advice.now.seconds
      guard rough < min(better, advice.now.seconds) else { return nil }
      return line(pair, advice.now)
    }
    return Advice(
      now: advice.now, unstarved: advice.unstarved, singles: advice.singles, pairs: pairs)
  }

  private func line(
    _ changes: [ScenarioChange], _ now: EpochEstimate, known: EpochEstimate? = nil
  ) -> Advice.Line? {
    (known ?? (try? epoch(after: changes))).map {
      Advice.Line(
        changes, epoch: $0, now: now,
        price: changes.price(reading.stageList, isJob: reading.scenario.isJob),
        isEdge: $0.isSensitive)
    }
  }

  /// Seconds of an epoch in which every batch is there when the GPU is ready for it, and the lock free.
  private var unstarved: Double {
    let scenario = reading.scenario
    let nominal = scenario.consumer.meanStep.seconds + reading.consumer.deserialization.seconds
    let samples = scenario.samplesPerEpoch ?? reading.dataset.count
    return nominal
      * Double(scenario.batchesPerEpoch(samples: samples, of: reading.dataset.count))
  }
}
