import Augmentation
import Pipeline

extension Model {
  /// Whether epochs after a key are simulated and not measured.
  var isSimulated: Bool { keyMode == .resimulation || keyMode == .live && sessionLabel != nil }

  /// Begins to compare the prediction of a change, or of the pair that it completes, with what readings
  /// measure after it.
  mutating func beginCheck(of change: ScenarioChange) {
    if let checked = facts.checked { facts.score.add(checked) }
    facts.checked = nil
    guard let predictions = facts.predictions else { return }
    let target = requested.applying(change)
    guard
      let predicted = requested == predictions.scenario && unconfirmed.isEmpty
        ? predictions.epochs[change] : nil,
      target != requested
    else {
      facts.checked = predictions.advised(target).map {
        CheckedPrediction(target: target, predicted: $0)
      }
      return
    }
    facts.checked = CheckedPrediction(target: target, predicted: predicted)
  }

  mutating func updateCheck() {
    guard let checked = facts.checked, reading.pending.isEmpty, reading.scenario == checked.target,
      let effect = reading.effect, unconfirmed.isEmpty
    else { return }
    var newest = checked
    newest.measured = effect.after
    // A trial measures anew; a figure that has settled stays until the new one has.
    if newest.isSettled || !checked.isSettled { facts.checked = newest }
    facts.history.note(predicted: checked.predicted)
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
