import Pipeline
import Quantities
import Screen

/// The best next change, or what else to try; nil where nothing is known or there is nothing to do.
///
/// - Returns: All of it, and the same without the pair of changes where there is one.
func adviceSpans(_ model: Model) -> (spans: [Span], brief: [Span]?)? {
  let facts = model.shownFacts
  let verdict = facts.verdict.verdict
  switch verdict.kind {
  case .measuring, .failed: return nil
  case .paused:
    // A recorded pause ends by itself.
    return model.keyMode == .replay
      ? nil : ([Span("Press ", .text), Span("P", .key), Span(" to go on.", .text)], nil)
  case .gpuBound, .inputBound, .waitPolicyBound, .interpreterBound, .clockBound,
    .serializationBound:
    break
  }
  let first = model.keyMode == .replay ? [Span("R", .key), Span(", then ", .text)] : []
  guard let predictions = facts.fittingPredictions else {
    return fallbackSpans(verdict, facts.reading, first).map { ($0, nil) }
  }
  let stages = facts.reading.stageList
  if let advice = predictions.advice, advice.pairs != nil {
    return advisedSpans(advice, predictions.scenario, stages, first)
  }
  guard let best = bestNext(facts, among: whatIfRows(facts)) else {
    return (
      [Span("Best next ", .muted), Span("nothing here makes the epoch shorter.", .text)], nil
    )
  }
  let spans =
    [Span("Best next ", .muted)] + first
    + (best.key.isEmpty ? [] : [Span("\(best.key) ", .key)]) + [Span(best.label, .text)]
    + epochSpans(from: predictions.now, to: best.epoch.seconds)
  return (spans, nil)
}

/// The best single change and the best pair, or that nothing helps.
private func advisedSpans(
  _ advice: Advice, _ scenario: Scenario, _ stages: StageList, _ first: [Span]
) -> (spans: [Span], brief: [Span]?) {
  guard let best = advice.bestSingle ?? advice.bestPair else {
    let nothing = [
      Span("Best next ", .muted), Span("nothing helps", .text, attributes: .bold),
      Span(
        advice.isGPUTheLimit ? ": the \(ConsumerWords(scenario).limit) is the limit" : "", .text),
    ]
    let most = [
      Span("; faster input could win ", .text), Span(NumberText.epoch(advice.mostToWin), .value),
      Span(" at most", .text),
    ]
    return (nothing + most, nothing)
  }
  let single = [Span("Best next ", .muted)] + first + lineSpans(best, advice, scenario, stages)
  guard let pair = advice.bestPair, pair.changes != best.changes else { return (single, nil) }
  let both =
    [Span("; both ", .muted)] + keySpans(pair, scenario, stages)
    + epochSpans(from: nil, to: pair.epoch.seconds, of: advice.now.seconds)
  return (single + both + warningSpans(pair), single)
}

/// "`l` loader blocking   epoch 8.4 → 5.6 s (−33 %)".
private func lineSpans(
  _ line: Advice.Line, _ advice: Advice, _ scenario: Scenario, _ stages: StageList
) -> [Span] {
  let keys = keySpans(line, scenario, stages)
  let named = line.changes.label(stages)
  // Changes without keys are named already.
  return
    (keys.contains { $0.style == Style(.key) }
    ? keys + [Span(" \(named)", .text)] : [Span(named, .text)])
    + epochSpans(from: advice.now.seconds, to: line.epoch.seconds) + warningSpans(line)
}

/// The keys of a change or a pair: `7` + `l`.
func keySpans(_ line: Advice.Line, _ scenario: Scenario, _ stages: StageList) -> [Span] {
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
  return spans
}

private func epochSpans(from now: Double?, to then: Double, of whole: Double? = nil) -> [Span] {
  let before = now ?? whole ?? then
  let start =
    now.map {
      [
        Span("  epoch ", .muted), Span(NumberText.epoch($0, like: then), .value),
        Span(" → ", .muted),
      ]
    } ?? [Span(" → ", .muted)]
  return start + [
    Span(NumberText.epoch(then, like: before), .good, attributes: .bold),
    Span(" (\(NumberText.percent(then / before - 1)))", .good),
  ]
}

private func warningSpans(_ line: Advice.Line) -> [Span] {
  (line.price == .augmentation ? [Span(" less augmentation", .warn)] : [])
    + (line.isEdge ? [Span(" unsure", .warn)] : [])
}

private func fallbackSpans(
  _ verdict: Verdict, _ reading: Reading, _ first: [Span]
) -> [Span]? {
  if reading.scenario.isJob, verdict.advice != .wait {
    let sentence = verdict.jobAdvice(for: reading)
    return [Span("Next ", .muted), Span("\(sentence).", .text)]
  }
  let stages = reading.stageList
  func press(_ key: String, _ rest: String) -> [Span] {
    [Span("Press ", .text)] + first + [Span(key, .key), Span(rest, .text)]
  }
  switch verdict.advice {
  case .wait, .resume: return nil
  case .lessWork(let stage):
    guard let key = KeyMap.key(of: stages[stage]) else { return nil }
    return press(String(key), ": less work. Watch the epoch.")
  case .moreWorkers: return press("w", ": one worker more.")
  case .blockingLoader: return press("l", ": a loader without naps. Watch the epoch.")
  case .fasterGPU: return press("-", ": a faster GPU.")
  case .noLock: return press("i", ": no shared lock, as workers in processes have it.")
  case .noGovernor: return press("g", ": the highest clock all the time.")
  case .sharedMemory: return press("l", ": a loader that copies nothing.")
  }
}
