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

  /// Begins to compare the prediction of a change with what readings measure after it.
  mutating func beginCheck(of change: ScenarioChange) {
    if let checked { score.add(checked) }
    checked = nil
    guard unconfirmed.isEmpty, let predictions, predictions.scenario == requested,
      let predicted = predictions.epochs[change]
    else { return }
    checked = CheckedPrediction(change: change, predicted: predicted)
  }

  mutating func updateCheck() {
    guard let checked, reading.pending.isEmpty, reading.effect?.changes == [checked.change],
      unconfirmed.isEmpty
    else { return }
    var newest = checked
    newest.measured = reading.effect?.after
    // A trial measures anew; a figure that has settled stays until the new one has.
    if newest.isSettled || !checked.isSettled { self.checked = newest }
  }
}
