import Augmentation
package import Pipeline

/// A paired trial on one stage: its switch is turned back and forth, and the epochs compared.
package struct StageTrial: Sendable, Equatable {
  /// The stage whose switch is turned.
  package let stage: SessionStage
  /// How the switch stood.
  let wasOn: Bool
  var paired = PairedTrial()

  func isOn(_ side: PairedTrial.Side) -> Bool { side == .asIs ? wasOn : !wasOn }
}

extension Model {
  /// Begins a trial on the selected stage, or ends the one that runs.
  mutating func toggleTrial() -> [Effect] {
    if isTrialRunning { return stopTrial() }
    guard stages.indices.contains(selection.index) else { return [] }
    let stage = stages[selection]
    guard stage.isSwitchable else {
      notice = Notice(text: "\(stage.name) is always on", isWarning: true)
      return []
    }
    guard reading.state == .running, !isPauseRequested else {
      notice = Notice(text: "a trial needs a running session: press P", isWarning: true)
      return []
    }
    let trial = StageTrial(stage: stage, wasOn: requested.stages.contains(selection))
    self.trial = trial
    notice = Notice(
      text: "trial of \(stage.name): switched back and forth \(trial.paired.blocks) times",
      isWarning: false)
    return []
  }

  var isTrialRunning: Bool { trial.map { !$0.paired.isOver } ?? false }

  /// Ends a trial before its time and puts the switch back.
  mutating func stopTrial() -> [Effect] {
    guard let trial, isTrialRunning else { return [] }
    self.trial = nil
    notice = Notice(text: "trial of \(trial.stage.name) stopped", isWarning: false)
    return turn(trial.stage.id, on: trial.wasOn)
  }

  /// Passes the newest reading to the trial, and turns the switch where the trial changes sides.
  mutating func updateTrial() -> [Effect] {
    guard var trial, !trial.paired.isOver else { return [] }
    let isOn = trial.isOn(trial.paired.side)
    let holds =
      reading.state == .running && reading.pending.isEmpty && unconfirmed.isEmpty
      && reading.scenario.stages.contains(trial.stage.id) == isOn
    trial.paired.observe(
      batches: reading.batchesTrained, lastStep: reading.lastStepEnd,
      phases: reading.phasesBefore, at: reading.at, holds: holds)
    self.trial = trial
    return turn(trial.stage.id, on: trial.isOn(trial.paired.side))
  }

  private mutating func turn(_ stage: StageID, on: Bool) -> [Effect] {
    guard requested.stages.contains(stage) != on else { return [] }
    let change = ScenarioChange.stage(stage, on: on)
    requested.apply(change)
    unconfirmed.add(change)
    return [.ask(.change(change))]
  }
}
