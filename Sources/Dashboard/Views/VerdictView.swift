import Augmentation
import Pipeline
import Quantities
import Screen

func drawVerdictPanel(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let inside = grid.drawBox(
    in: area, title: [Span("Verdict", .title)], note: scoreSpans(model))
  drawVerdict(model, in: inside.inset(horizontally: 1), on: &grid)
}

/// The verdict, the line of times, what the last key did, and what to try; the first lines matter
/// most, so that a small area keeps them.
func drawVerdict(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  let reading = model.shown
  let verdict = Verdict(reading)
  let isTight = area.height <= 4
  var rest = area
  func place(_ spans: [Span], leaving kept: Int = 0) {
    let room = rest.stacked([.cells(max(0, rest.height - kept)), .share(1)])[0]
    guard room.height > 0 else { return }
    let used =
      isTight
      ? { () -> Int in
        grid.draw(spans, in: room.row(0))
        return 1
      }() : grid.drawWrapped(spans, in: room)
    rest = rest.stacked([.cells(used), .share(1)])[1]
  }
  let headline = [Span(verdict.headline, verdict.role, attributes: .bold)]
  let because = headline + (verdict.because.isEmpty ? [] : [Span(" \(verdict.because)", .text)])
  let isKnown = verdict.kind != .measuring && verdict.kind != .paused && verdict.kind != .failed
  let advice =
    (isKnown ? advisedSpans(model) : nil)
    ?? adviceSpans(verdict, model.keyMode, reading.stageList)
  // On one line the advice, whole, is worth more than half of the reason.
  let isCut = isTight && because.width > area.width
  if isCut, let advice {
    place(
      [Span(verdict.shortHeadline(reading.stageList), verdict.role, attributes: .bold), Span(" ")]
        + advice)
  } else {
    place(because)
  }
  if let resimulation = resimulationSpans(reading, hasVerdict: true) { place(resimulation) }
  if let warning = verdict.warning { place([Span(warning, .bad)]) }
  if let bad = reading.badPictures.named.last, !isTight {
    place([Span("left out ", .muted), Span("\(bad.path): ", .text), Span(bad.reason, .warn)])
  }
  place(timesSpans(reading))
  let effect = effectSpans(reading)
  if let effect { place(effect) }
  if let check = checkSpans(model) { place(check) }
  if let trial = trialSpans(model) { place(trial) }
  if let inversion = verdict.inversion {
    // The advice must still fit.
    place([Span(inversion, .accent)], leaving: isCut || advice == nil ? 0 : 1)
  }
  // The hint gives way to the effect where there is no room for both.
  if let hinted = model.hinted {
    place(hintSpans(hinted))
  } else if !isCut, let advice {
    place(advice)
  }
  if isCut, rest.height > 0 { grid.drawWrapped([Span(verdict.because, .text)], in: rest) }
}

private func hintSpans(_ stage: SessionStage) -> [Span] {
  [
    Span("Press ", .text), Span(KeyMap.key(of: stage).map(String.init) ?? "space", .key),
    Span(": \(stage.name) off, less work. ", .text),
    Span("Will the epoch get shorter?", .accent, attributes: .bold),
  ]
}

private func timesSpans(_ reading: Reading) -> [Span] {
  let make = [
    Span("make ", .muted), Span(reading.workers.make.map(NumberText.span) ?? "–", .value),
  ]
  let wait = reading.workers.lockWait
  let lock = wait > .zero ? [Span(" + lock \(NumberText.span(wait))", .muted)] : []
  return make + lock + [
    Span(" · step ", .muted), Span(reading.consumer.step.map(NumberText.span) ?? "–", .value),
    Span(" · starved ", .muted), Span(NumberText.percent(reading.consumer.starved), .value),
  ]
}

/// The effects of earlier changes on the epoch, the latest first.
func drawPastEffects(_ reading: Reading, in area: Rect, on grid: inout CellGrid) {
  guard area.height > 2 else { return }
  let inside = grid.drawBox(in: area, title: [Span("Earlier changes", .title)])
    .inset(horizontally: 1)
  for (row, effect) in reading.pastEffects.prefix(inside.height).enumerated() {
    grid.draw(spans(effect, reading.stageList, isPending: false), in: inside.row(row))
  }
}

/// The effect of the last change on the epoch; it stays until the next one.
func effectSpans(_ reading: Reading) -> [Span]? {
  reading.effect.map { spans($0, reading.stageList, isPending: !reading.pending.isEmpty) }
}

private func spans(_ effect: ChangeEffect, _ stages: StageList, isPending: Bool) -> [Span] {
  let label = effect.changes.label(stages)
  guard let batch = effect.firstBatch, !isPending else {
    return [Span(label, .accent), Span(": from the next batch on…", .muted)]
  }
  var spans = [Span(label, .accent), Span(" since batch \(batch): ", .muted)]
  guard let after = effect.after else {
    spans.append(Span("measuring the epoch…", .muted))
    return spans
  }
  guard let before = effect.before else {
    spans += [Span("epoch ", .text), Span(NumberText.epoch(after.seconds), .value)]
    spans.append(Span(" (not measured before)", .muted))
    return spans
  }
  spans += [
    Span("epoch ", .text), Span(NumberText.epoch(before.seconds, like: after.seconds), .value),
    Span(" → ", .muted),
    Span(NumberText.epoch(after.seconds, like: before.seconds), .value, attributes: .bold),
  ]
  return spans + [changeSpan(from: before, to: after)]
}

/// " (−34 %)", or that no difference is seen.
func changeSpan(from before: EpochEstimate, to after: EpochEstimate) -> Span {
  let difference = after.minus(before)
  guard difference.isDistinguishable, before.seconds > 0 else {
    return Span(" (no difference seen)", .muted)
  }
  let change = difference.seconds / before.seconds
  return Span(
    " (\(change > 0 ? "+" : "")\(NumberText.percent(change)))", change > 0 ? .bad : .good,
    attributes: .bold)
}

private func adviceSpans(_ verdict: Verdict, _ mode: KeyMode, _ stages: StageList) -> [Span]? {
  func press(_ key: String, _ rest: String) -> [Span] {
    let first = mode == .replay ? [Span("R", .key), Span(", then ", .text)] : []
    return [Span("Press ", .text)] + first + [Span(key, .key), Span(rest, .text)]
  }
  switch verdict.advice {
  case .wait: return nil
  // A recorded pause ends by itself.
  case .resume: return mode == .replay ? nil : press("P", " to go on.")
  case .lessWork(let stage):
    guard let key = KeyMap.key(of: stages[stage]) else { return nil }
    return press(String(key), ": less work. Watch the epoch.")
  case .moreWorkers: return press("w", ": one worker more.")
  case .blockingLoader: return press("l", ": a loader without naps. Watch the epoch.")
  case .fasterGPU: return press("-", ": a faster GPU. No stage switch will change the epoch.")
  case .noLock: return press("i", ": no shared lock, as workers in processes have it.")
  case .noGovernor: return press("g", ": the highest clock all the time.")
  case .sharedMemory: return press("l", ": a loader that copies nothing.")
  }
}

extension Verdict {
  var headline: String {
    switch kind {
    case .measuring: ""
    case .paused: ""
    case .failed: "Failed."
    case .gpuBound: "GPU-bound."
    case .inputBound: "Input-bound:"
    case .waitPolicyBound: "Wait-policy-bound."
    case .interpreterBound: "Interpreter-bound."
    case .clockBound: "Clock-bound."
    case .serializationBound: "Serialization-bound."
    }
  }

  /// The headline where no reason follows.
  func shortHeadline(_ stages: StageList) -> String {
    guard kind == .inputBound else { return headline }
    return stage.map { "Input-bound by \(stages[$0].name)." } ?? "Input-bound."
  }

  var role: Role {
    switch kind {
    case .measuring, .paused: .muted
    case .gpuBound: .good
    case .inputBound: .warn
    case .failed, .waitPolicyBound, .interpreterBound, .clockBound, .serializationBound: .bad
    }
  }
}

extension [ScenarioChange] {
  /// All of a few changes; of many the last one, since that is the key just pressed.
  func label(_ stages: StageList) -> String {
    guard count > 3, let last else { return map { $0.label(stages) }.joined(separator: " + ") }
    return "\(last.label(stages)) and \(count - 1) before"
  }
}
