import Augmentation
import Pipeline
import Quantities
import Screen

/// What the predictor advises: the best single change and the best pair, or that nothing helps; nil until
/// the pairs have been predicted for the scenario that is shown.
func advisedSpans(_ model: Model) -> [Span]? {
  guard let predictions = model.fittingPredictions, let advice = predictions.advice,
    advice.pairs != nil
  else { return nil }
  guard advice.bestSingle != nil || advice.bestPair != nil else {
    return [
      Span("Nothing helps", .text, attributes: .bold),
      Span(advice.isGPUTheLimit ? ": the GPU is the limit; " : "; ", .text),
      Span("faster input could win ", .text), Span(NumberText.epoch(advice.mostToWin), .value),
      Span(" at most.", .text),
    ]
  }
  let first = model.keyMode == .replay ? [Span("R", .key), Span(", then ", .text)] : []
  var spans = [Span("Best: ", .text)] + first
  let lines = [advice.bestSingle, advice.bestPair].compactMap { $0 }
  for (index, line) in lines.enumerated() {
    if index > 0 { spans.append(Span("; ", .muted)) }
    spans += lineSpans(line, now: advice.now, predictions.scenario, model.stages)
  }
  return spans + [Span(".", .text)]
}

/// "`7` + `l`: 5.6 s, −12 %"; a change without a key has its name.
private func lineSpans(
  _ line: Advice.Line, now: EpochEstimate, _ scenario: Scenario, _ stages: StageList
) -> [Span] {
  var spans: [Span] = []
  var before = scenario
  for (index, change) in line.changes.enumerated() {
    if index > 0 { spans.append(Span(" + ", .muted)) }
    if let keys = KeyMap.keys(for: change, in: before, stages: stages) {
      spans.append(Span(keys, .key))
    } else {
      spans.append(Span(change.label(stages), .accent))
    }
    before.apply(change)
  }
  spans += [
    Span(": ", .text), Span(NumberText.epoch(line.epoch.seconds), .value),
    Span(", \(NumberText.percent(line.difference.seconds / now.seconds))", .good),
  ]
  if line.price == .augmentation { spans.append(Span(" less augmentation", .warn)) }
  if line.isEdge { spans.append(Span(" edge", .warn)) }
  return spans
}
