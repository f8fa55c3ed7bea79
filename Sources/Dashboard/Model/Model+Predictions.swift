import Augmentation
import Pipeline

extension Model {
  /// Whether epochs after a key are simulated and not measured.
  var isSimulated: Bool { keyMode == .resimulation || keyMode == .live && sessionLabel != nil }

  /// The predictions for the scenario that is shown; nil where there are none.
  var fittingPredictions: Predictions? {
    predictions.flatMap { $0.scenario == shown.scenario ? $0 : nil }
  }

  /// The errors of earlier predictions and, once it is settled, of the present one.
  var scoreSoFar: PredictionScore {
    var score = score
    if let checked { score.add(checked) }
    return score
  }

  /// Begins to compare the prediction of a change, or of the pair that it completes, with what readings
  /// measure after it.
  mutating func beginCheck(of change: ScenarioChange) {
    if let checked { score.add(checked) }
    checked = nil
    guard let predictions else { return }
    let target = requested.applying(change)
    guard
      let predicted = requested == predictions.scenario && unconfirmed.isEmpty
        ? predictions.epochs[change] : nil,
      target != requested
    else {
      checked = predictions.advised(target).map { CheckedPrediction(target: target, predicted: $0) }
      return
    }
    checked = CheckedPrediction(target: target, predicted: predicted)
  }

  mutating func updateCheck() {
    guard let checked, reading.pending.isEmpty, reading.scenario == checked.target,
      let effect = reading.effect, unconfirmed.isEmpty
    else { return }
    var newest = checked
    newest.measured = effect.after
    // A trial measures anew; a figure that has settled stays until the new one has.
    if newest.isSettled || !checked.isSettled { self.checked = newest }
  }
}

extension Predictions {
  /// The epoch advised for the changes that lead to a scenario; nil where none do.
  fileprivate func advised(_ target: Scenario) -> EpochEstimate? {
    let lines = (advice?.singles ?? []) + (advice?.pairs ?? [])
    return lines.first { line in
      line.changes.reduce(scenario) { $0.applying($1) } == target
    }?.epoch
  }
}
