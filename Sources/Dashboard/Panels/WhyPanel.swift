import Augmentation
import Pipeline
import Quantities
import Screen

func drawWhyPanel(
  _ model: Model, hidden: [Panel], at place: ScreenLayout.Place, on grid: inout CellGrid
) {
  let more =
    hidden.isEmpty
    ? []
    : [
      Span("\(hidden.count) more: ", .muted), Span("Alt ", .key),
      Span(hidden.map { String($0.digit) }.joined(separator: " "), .key),
    ]
  let score = scoreSpans(model.shownFacts)
  let gap = more.isEmpty || score.isEmpty ? [] : [Span("   ")]
  let isRoomy = (score + gap + more).width + 14 < place.area.width
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .why, note: isRoomy ? score + gap + more : more)
  let rest = drawWhy(model, in: inside, on: &grid)
  if hidden.contains(.history), place.frame != .none {
    drawFoldedHistory(model, in: rest, on: &grid)
  }
}

/// The reason, what the last key did, and the best next change, in columns on wide screens. A line that
/// doesn't fit whole is left out, the least important first.
///
/// - Returns: The rows below the lines; none where they are in several columns.
private func drawWhy(_ model: Model, in area: Rect, on grid: inout CellGrid) -> Rect {
  let nothing = Rect(x: area.x, y: area.maxY, width: 0, height: 0)
  let lines = whyLines(model)
  let candidates = whyWidths(area.width).compactMap { widths in
    kept(lines, widths: widths, height: area.height).map { (widths: widths, texts: $0) }
  }
  // Of two that lose nothing the one with fewer rows, else the first.
  guard let best = candidates.min(by: { loss($0.texts) < loss($1.texts) }) else { return nothing }
  var x = area.x
  let columns = best.widths.map { width in
    defer { x += width + whyGap }
    return Rect(x: x, y: area.y, width: width, height: area.height)
  }
  for text in best.texts {
    for (line, spans) in text.rows.enumerated() {
      grid.draw(spans, in: columns[text.column].row(text.row + line))
    }
  }
  guard columns.count == 1 else { return nothing }
  let used = best.texts.reduce(0) { $0 + $1.rows.count }
  return Rect(x: area.x, y: area.y + used, width: area.width, height: area.height - used)
}

/// Rows that all lines take at a width, in the panel's columns.
func whyRowCount(_ model: Model, width: Int) -> Int {
  let texts = whyLines(model).map(\.text)
  let sum = texts.reduce(0) { $0 + $1.rows(width: width / 4).count }
  return whyWidths(width).compactMap { widths in
    (1...max(1, sum)).first { placed(texts, widths: widths, height: $0) != nil }
  }.min() ?? sum
}

/// Cells between two columns.
private let whyGap = 2

/// The widths that the columns may have. Of two the first may be wider: it has the sentences.
private func whyWidths(_ width: Int) -> [[Int]] {
  let count = ScreenLayout.whyColumns(width)
  let room = width - whyGap * (count - 1)
  let equal = [Int](repeating: room / count, count: count)
  return count == 2 ? [[room * 3 / 5, room - room * 3 / 5], equal] : [equal]
}

/// As many lines as there is room for, the most important first, and of those as many words; nil where not
/// even one fits.
private func kept(_ lines: [WhyLine], widths: [Int], height: Int) -> [PlacedText]? {
  let byRank = lines.indices.sorted { (lines[$0].rank, $0) < (lines[$1].rank, $1) }
  var texts = [WrappedText?](repeating: nil, count: lines.count)
  var places: [PlacedText]?
  func keep(_ text: WrappedText, _ index: Int) {
    let before = texts[index]
    texts[index] = text
    if let fitting = (1...max(1, height)).lazy.compactMap({
      placed(texts.compactMap(\.self), widths: widths, height: $0)
    }).first {
      places = fitting
    } else {
      texts[index] = before
    }
  }
  for index in byRank { keep(lines[index].brief ?? lines[index].text, index) }
  // The rest of the room goes to the longer words, the most important first.
  for index in byRank where texts[index] != nil {
    if lines[index].brief != nil { keep(lines[index].text, index) }
  }
  return places
}

/// A line of the panel: its rank decides what stays where there is little room.
private struct WhyLine {
  var rank: Int
  var text: WrappedText
  /// In fewer words.
  var brief: WrappedText?

  init(rank: Int, spans: [Span], brief: [Span]? = nil) {
    self.rank = rank
    text = WrappedText(spans)
    self.brief = brief.map(WrappedText.init)
  }
}

private func whyLines(_ model: Model) -> [WhyLine] {
  let facts = model.shownFacts
  let reading = facts.reading
  let verdict = facts.verdict.verdict
  var lines: [WhyLine] = []
  let headline = [Span(verdict.headline(for: reading.scenario), verdict.role, attributes: .bold)]
  let because = verdict.because.isEmpty ? [] : [Span(" \(verdict.because)", .text)]
  lines.append(WhyLine(rank: 0, spans: headline + because))
  if let inversion = verdict.inversion {
    lines.append(
      WhyLine(
        // It explains the red percentage, so it isn't left out before that.
        rank: 1, spans: [Span(inversion, .accent)],
        brief: [Span("Less work, longer epoch.", .accent)]))
  }
  if let spans = resimulationSpans(reading, hasVerdict: true) {
    lines.append(WhyLine(rank: 1, spans: spans))
  }
  if let warning = verdict.warning { lines.append(WhyLine(rank: 4, spans: [Span(warning, .bad)])) }
  if let bad = reading.badPictures.named.last {
    lines.append(
      WhyLine(
        rank: 6,
        spans: [Span("left out ", .muted), Span("\(bad.path): ", .text), Span(bad.reason, .warn)]))
  }
  // A trial's own switches are no keys.
  if !facts.isOfTrial, let effect = effectSpans(reading) {
    let check = checkSpans(facts, isSimulated: model.isSimulated)
    let last = [Span("Last key  ", .muted)]
    lines.append(
      WhyLine(
        rank: 1, spans: last + effect + (check.map { [Span("; ", .muted)] + $0 } ?? []),
        brief: last + (effectSpans(reading, namesBatch: false) ?? effect)))
  }
  if let (spans, brief) = baselineSpans(facts) {
    lines.append(WhyLine(rank: 1, spans: spans, brief: brief))
  }
  if let trial = trialSpans(facts) { lines.append(WhyLine(rank: 1, spans: trial)) }
  if let advice = adviceSpans(model) {
    lines.append(WhyLine(rank: 1, spans: advice.spans, brief: advice.brief))
  }
  if let hinted = model.hinted {
    lines.append(WhyLine(rank: 5, spans: hintSpans(hinted)))
  }
  let judged = facts.verdict.judged
  lines.append(
    WhyLine(rank: 7, spans: timesSpans(judged), brief: timesSpans(judged, isBrief: true)))
  return lines
}

private func hintSpans(_ stage: SessionStage) -> [Span] {
  [
    Span("Press ", .text), Span(KeyMap.key(of: stage).map(String.init) ?? "space", .key),
    Span(": \(stage.name) off, less work. ", .text),
    Span("Will the epoch get shorter?", .accent, attributes: .bold),
  ]
}

/// - Parameter isBrief: Whether a published step's GPU goes without its name.
private func timesSpans(_ reading: Reading, isBrief: Bool = false) -> [Span] {
  let make = [
    Span("make ", .muted), Span(reading.workers.make.map(NumberText.span) ?? "–", .value),
  ]
  let cores =
    reading.coreWaitShare.map {
      [Span(" (\(NumberText.percent($0)) \(isBrief ? "no core" : "of it without a core"))", .warn)]
    } ?? []
  let wait = reading.workers.lockWait
  let lock = wait > .zero ? [Span(" + lock \(NumberText.span(wait))", .muted)] : []
  // A step from the table of GPUs isn't measured here.
  let source =
    reading.scenario.consumer.published.map { gpu in
      [Span(isBrief ? " published" : " published for \(gpu.name), batches of \(gpu.batch)", .muted)]
    } ?? []
  return make + cores + lock
    + [Span(" · step ", .muted), Span(reading.consumer.step.map(NumberText.span) ?? "–", .value)]
    + source
    + [
      Span(" · \(ConsumerWords(reading.scenario).starved) ", .muted),
      Span(NumberText.percent(reading.consumer.starved), .value),
    ]
}

/// The effect of the last change on the epoch; it stays until the next one.
///
/// - Parameter namesBatch: Whether to say since which batch it holds.
func effectSpans(_ reading: Reading, namesBatch: Bool = true) -> [Span]? {
  reading.effect.map {
    effectSpans(
      $0, reading.stageList, isPending: !reading.pending.isEmpty, namesBatch: namesBatch)
  }
}

private func effectSpans(
  _ effect: ChangeEffect, _ stages: StageList, isPending: Bool, namesBatch: Bool
) -> [Span] {
  let label = effect.changes.label(stages)
  guard let batch = effect.firstBatch, !isPending else {
    return [Span(label, .accent), Span(": from the next batch on…", .muted)]
  }
  var spans = [
    Span(label, .accent), Span(namesBatch ? " since batch \(batch): " : ": ", .muted),
  ]
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

/// A difference is known well enough to say that there is none, once its interval is so narrow
/// relative to the epoch.
private let narrowInterval = 0.05

/// " (−34 %)", that no difference is seen, or that it is too early to tell.
func changeSpan(from before: EpochEstimate, to after: EpochEstimate) -> Span {
  let difference = after.minus(before)
  guard before.seconds > 0 else { return Span("") }
  guard difference.isDistinguishable else {
    let half = NumberText.halfWithUnit(difference.half, of: before.seconds)
    return difference.half <= before.seconds * narrowInterval
      ? Span(" (no difference seen, ±\(half))", .muted)
      : Span(" (too early to tell, ±\(half))", .muted)
  }
  let change = difference.seconds / before.seconds
  // Less than half a percent is neither good nor bad news.
  guard abs(change) >= 0.005 else {
    return Span(" (\(change > 0 ? "+" : "−")\(NumberText.smallPercent(abs(change))))", .muted)
  }
  return Span(
    " (\(change > 0 ? "+" : "")\(NumberText.percent(change)))", change > 0 ? .bad : .good,
    attributes: .bold)
}

extension Verdict {
  /// The limit in a word or two; empty where there is none yet.
  func headline(for scenario: Scenario) -> String {
    switch kind {
    case .measuring: ""
    case .paused: ""
    case .failed: "Failed."
    case .gpuBound: scenario.isJob ? "Step-bound." : "GPU-bound."
    case .inputBound: "Input-bound:"
    case .waitPolicyBound: "Wait-policy-bound."
    case .interpreterBound: "Interpreter-bound."
    case .clockBound: "Clock-bound."
    case .serializationBound: scenario.isJob ? "Bound by handing over." : "Serialization-bound."
    }
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
