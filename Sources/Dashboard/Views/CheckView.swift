import Augmentation
import Pipeline
import Quantities
import Screen

/// "predicted 8.5 s, measured 8.6 s, error 0.9 %".
func checkSpans(_ facts: Facts, isSimulated: Bool) -> [Span]? {
  guard let checked = facts.checked else { return nil }
  let other = checked.measured?.seconds ?? checked.predicted.seconds
  var spans = [
    Span("predicted ", .muted),
    Span(NumberText.epoch(checked.predicted.seconds, like: other), .value),
  ]
  // A measured epoch that may still be far off says nothing about the prediction.
  if let measured = checked.measured, let error = checked.error, checked.isSettled {
    spans += [
      Span(isSimulated ? ", simulated " : ", measured ", .muted),
      Span(NumberText.epoch(measured.seconds, like: checked.predicted.seconds), .value),
      Span(", error ", .muted),
      Span(NumberText.smallPercent(error), error < 0.03 ? .good : error < 0.08 ? .warn : .bad),
    ]
  } else {
    spans.append(Span(", measuring…", .muted))
  }
  return spans
}

/// How good the predictions were so far.
func scoreSpans(_ facts: Facts) -> [Span] {
  let score = facts.scoreSoFar
  guard let median = score.median else { return [] }
  return [
    Span(
      "\(score.count) prediction\(score.count == 1 ? "" : "s") checked, median error \(NumberText.smallPercent(median))",
      .muted)
  ]
}

/// The progress of a trial, or its result.
func trialSpans(_ facts: Facts) -> [Span]? {
  guard let trial = facts.trial else { return nil }
  let label = "\(trial.stage.name) \(trial.wasOn ? "off" : "on")"
  let paired = trial.paired
  var spans = [Span("trial ", .muted), Span(label, .accent)]
  if !paired.isOver {
    spans.append(Span(": block \(paired.done + 1) of \(paired.blocks)", .muted))
  }
  guard let result = paired.result else { return spans }
  let scenario = facts.reading.scenario
  let batches = Double(
    scenario.batchesPerEpoch(
      samples: facts.reading.epoch.samples, of: facts.reading.dataset.count))
  let difference = result.difference * batches
  let half = result.half * batches
  let interval = " ±\(NumberText.half(half, of: difference))"
  guard result.isDistinguishable, half.isFinite else {
    return spans + [Span(": not yet distinguishable", .warn)]
      + (half.isFinite ? [Span(" (\(NumberText.signedEpoch(difference))\(interval))", .muted)] : [])
  }
  return spans + [
    Span(": epoch ", .text),
    Span(NumberText.signedEpoch(difference), difference > 0 ? .bad : .good, attributes: .bold),
    Span(interval, .muted), Span(" (90 %, paired)", .muted),
  ]
}
