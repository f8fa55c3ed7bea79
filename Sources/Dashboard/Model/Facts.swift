import Pipeline
import Quantities

/// The session's state on the screen: all that a frozen view keeps.
struct Facts: Sendable {
  /// Readings come every tenth of a second, give or take.
  private static let judgingInterval = Nanoseconds.milliseconds(450)

  /// The newest snapshot.
  var reading: Reading
  /// The newest predictions; they name the scenario that they hold for.
  var predictions: Predictions?
  /// The limit, which stays in a steady state, and the means that it is about.
  var verdict: SteadyVerdict
  /// The session so far.
  var history = SessionHistory()
  /// The prediction for the last key, and the epoch measured since.
  var checked: CheckedPrediction?
  var score = PredictionScore()
  /// The picture before and after the generator; nil until one was wanted and made.
  var picture: PictureReading?
  /// Why the picture can't be made; nil where it can.
  var pictureFault: String?
  /// The figures that later ones are compared with; nil while there are none.
  var baseline: Baseline?
  /// The last line that a watched job has written; nil where its output isn't shown.
  var output: String?
  /// The trial that runs, or the last one's outcome.
  var trial: StageTrial?

  /// Whether the last change is a switch that the running trial has turned.
  var isOfTrial: Bool {
    guard let trial, !trial.paired.isOver, let last = reading.effect?.changes.last else {
      return false
    }
    if case .stage(let stage, _) = last { return stage == trial.stage.id }
    return false
  }

  /// The facts of a first reading.
  init(_ reading: Reading) {
    self.reading = reading
    verdict = SteadyVerdict(reading)
    history.take(reading)
  }

  mutating func take(_ reading: Reading) {
    self.reading = reading
    if isDue(reading) { verdict.take(reading) }
    history.take(reading)
  }

  /// Means over seconds are those of one moment in all panels, and of the next one half a second later;
  /// what isn't just newer figures is judged at once.
  private func isDue(_ reading: Reading) -> Bool {
    let judged = verdict.judged
    let passed = reading.at - judged.at
    return passed <= .zero || passed >= Self.judgingInterval
      || verdict.verdict.kind == .measuring || reading.state != judged.state
      || reading.pending != judged.pending || reading.scenario != judged.scenario
      || reading.effect?.changes != judged.effect?.changes
      || (reading.effect?.after == nil) != (judged.effect?.after == nil)
      || reading.replay?.resimulation?.from != judged.replay?.resimulation?.from
  }

  /// The predictions for the scenario that is shown; nil where there are none.
  var fittingPredictions: Predictions? {
    predictions.flatMap { $0.scenario == reading.scenario ? $0 : nil }
  }

  /// The errors of earlier predictions and, once it is settled, of the present one.
  var scoreSoFar: PredictionScore {
    var score = score
    if let checked { score.add(checked) }
    return score
  }
}
