import Augmentation
import Pipeline

extension Model {
  /// Nothing is measured here: what comes after a key is the rules' own word.
  var isSimulated: Bool { keyMode == .resimulation || keyMode == .live && sessionLabel != nil }

  /// The predictions, where there are any for what is shown.
  var fittingPredictions: Predictions? {
    predictions.flatMap { $0.scenario == shown.scenario ? $0 : nil }
  }

  /// What earlier checks and, once it is settled, the present one have shown.
  var scoreSoFar: PredictionScore {
    var score = score
    if let checked { score.add(checked) }
    return score
  }

  /// A key is about to change the scenario: its prediction is put to the test from now on.
  mutating func beginCheck(of change: ScenarioChange) {
    if let checked { score.add(checked) }
    checked = nil
    guard unconfirmed.isEmpty, let predictions, predictions.scenario == requested,
      let predicted = predictions.epochs[change]
    else { return }
    checked = CheckedPrediction(change: change, predicted: predicted)
  }

  mutating func followCheck() {
    guard let checked, reading.pending.isEmpty, reading.effect?.changes == [checked.change],
      unconfirmed.isEmpty
    else { return }
    var newest = checked
    newest.measured = reading.effect?.after
    // A trial measures anew; a figure that has settled stays until the new one has.
    if newest.isSettled || !checked.isSettled { self.checked = newest }
  }
}
