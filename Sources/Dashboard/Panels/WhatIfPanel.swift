import Pipeline
import Quantities
import Screen

/// A change that keys make, or a pair of changes, with the epoch predicted after it.
struct WhatIfRow: Sendable {
  /// One change or two.
  var changes: [ScenarioChange]
  /// The keys to press, as `l l`, or `7 + l` for a pair.
  var key: String
  /// As the changes' log names it.
  var label: String
  /// The same in fewer words.
  var brief: String
  /// The predicted epoch.
  var epoch: EpochEstimate
  /// The epoch minus the epoch now, in seconds.
  var difference: EpochEstimate
  /// Whether it is two changes.
  var isPair: Bool { changes.count > 1 }

  /// Seconds that the epoch gets shorter by; negative where it gets longer.
  var gain: Double { -difference.seconds }
  /// Whether the epoch gets shorter by more than the uncertainty of the prediction.
  var helps: Bool { difference.high < 0 }
  /// Whether it gets longer by more than that.
  var harms: Bool { difference.low > 0 }
  /// `l×2` for `l l`, also of a pair's keys.
  var briefKey: String {
    key.split(separator: "+", omittingEmptySubsequences: false).map { part in
      let keys = part.split(separator: " ")
      return keys.count > 1 && Set(keys).count == 1
        ? "\(keys[0])×\(keys.count)" : keys.joined(separator: " ")
    }.joined(separator: " + ")
  }
}

/// Every predicted change, the best first; none where nothing is predicted for the present scenario.
/// Stages are left out whose switch can't be told from no change, and so are other loaders of a watched job.
///
/// - Parameter pairs: The most pairs among them, the best ones.
func whatIfRows(_ facts: Facts, pairs: Int = 0) -> [WhatIfRow] {
  guard let predictions = facts.fittingPredictions else { return [] }
  let stages = facts.reading.stageList
  // What is advised is among them, also where it takes several keys.
  let advised = predictions.advice?.bestSingle.map { [$0] } ?? []
  let epochs = predictions.epochs.merging(
    advised.compactMap { line in line.changes.first.map { ($0, line.epoch) } },
    uniquingKeysWith: { own, _ in own })
  let singles = epochs.compactMap { change, epoch -> WhatIfRow? in
    let keys = KeyMap.keys(for: change, in: predictions.scenario, stages: stages)
    // In a watched job most changes are its author's to make, and have no key.
    guard let key = keys ?? (predictions.scenario.isJob ? "" : nil) else { return nil }
    let difference = predictions.difference(of: epoch)
    switch change {
    case .stage(let stage, _)
    where !difference.isDistinguishable || predictions.scenario.costsNothing(stages[stage]):
      return nil
    // Known between bounds only, which may say nothing.
    case .loader where predictions.scenario.isJob && !difference.isDistinguishable: return nil
    default: break
    }
    return WhatIfRow(
      changes: [change], key: key, label: change.label(stages), brief: change.briefLabel(stages),
      epoch: epoch,
      difference: difference)
  }
  let best = (predictions.advice?.pairs ?? []).filter(\.price.isSmall).prefix(pairs)
  let both = best.map { line in
    WhatIfRow(
      changes: line.changes,
      key: predictions.scenario.isJob
        ? "" : keySpans(line, predictions.scenario, stages).map(\.text).joined(),
      label: line.changes.map { $0.label(stages) }.joined(separator: ", "),
      brief: line.changes.map { $0.briefLabel(stages) }.joined(separator: ", "),
      epoch: line.epoch, difference: predictions.difference(of: line.epoch))
  }
  return (singles + both).sorted { ($0.epoch.seconds, $0.label) < ($1.epoch.seconds, $1.label) }
}

/// The change that is advised next, or the pair where no single one helps: what the reason names and the
/// list marks. Another GPU is never advised, as no key buys it; nil where nothing helps.
///
/// - Parameter rows: As `whatIfRows` returns them.
func bestNext(_ facts: Facts, among rows: [WhatIfRow]) -> WhatIfRow? {
  guard let predictions = facts.fittingPredictions else { return nil }
  if let advice = predictions.advice, advice.pairs != nil {
    let best = advice.bestSingle ?? advice.bestPair
    return rows.first { $0.changes == best?.changes }
  }
  let stages = facts.reading.stageList
  let isJob = predictions.scenario.isJob
  return rows.first { $0.helps && $0.changes.price(stages, isJob: isJob).isSmall }
}

func drawWhatIfPanel(_ model: Model, at place: ScreenLayout.Place, on grid: inout CellGrid) {
  let facts = model.shownFacts
  let width = place.area.width - (place.frame == .box ? 4 : 2)
  let rows = whatIfRows(facts, pairs: WhatIfColumns.pairs(width, isZoomed: model.isZoomed))
  let columns = WhatIfColumns(width, rows, isZoomed: model.isZoomed)
  let room = max(0, place.area.height - place.frame.rows)
  let first = min(model.scrolls[.whatIf] ?? 0, max(0, rows.count - room))
  let now = facts.fittingPredictions.map { "now \(NumberText.epoch($0.now))" } ?? ""
  let inside = grid.drawFrame(
    place, isFocused: model.focus == .whatIf, note: now.isEmpty ? [] : [Span(now, .value)],
    more: rows.count - min(rows.count, room))
  guard !rows.isEmpty else {
    grid.drawWrapped([Span(awaited(facts, model), .muted)], in: inside)
    return
  }
  let most = rows.map(\.gain).max() ?? 0
  let best = bestNext(facts, among: rows)?.changes
  for (line, row) in rows.dropFirst(first).prefix(room).enumerated() {
    let area = inside.row(line)
    columns.draw(row, isBest: row.changes == best, most: most, in: area, on: &grid)
    if row.key.count == 1, let key = row.key.first { grid.markTarget(area, as: .character(key)) }
  }
  guard facts.reading.scenario.isJob, rows.count < room else { return }
  grid.draw(
    otherLoaders(rows, columns).map { Span($0, .muted) }, in: inside.row(rows.count))
}

/// What a watched job's rows say of other libraries' loaders, in as many words as have room.
private func otherLoaders(_ rows: [WhatIfRow], _ columns: WhatIfColumns) -> [String] {
  let hasRows = rows.contains { row in
    row.changes.contains { if case .loader = $0 { true } else { false } }
  }
  let words =
    hasRows
    ? ["other loaders: the middle of best and worst", "loaders: middle of bounds"]
    : ["other loaders: the bounds tell nothing", "other loaders: unknown"]
  return [columns.isNarrow ? words[1] : words[0]]
}

/// The reason why there is no prediction yet.
private func awaited(_ facts: Facts, _ model: Model) -> String {
  let reading = facts.reading
  let purpose = "Each \(reading.scenario.isJob ? "change" : "key")'s epoch, predicted."
  if model.keyMode == .replay { return "A recording isn't predicted: R goes on from here." }
  guard reading.canBePredicted else {
    return "A recording hasn't all that a job's predictions need: nothing is predicted."
  }
  switch reading.state {
  case .failed: return "The session failed: nothing is predicted."
  case .paused: return "\(purpose) Paused: P goes on."
  case .finished: return "The session is over: nothing is predicted."
  case .running: break
  }
  guard reading.consumer.steps >= Predictions.leastSteps else {
    return "\(purpose) Waits for \(Predictions.leastSteps) steps: \(reading.consumer.steps) so far."
  }
  return "\(purpose) The first round is being simulated."
}

/// The columns of the panel at a width: fewer, and shorter words, where it is narrow.
private struct WhatIfColumns {
  /// Cells for the keys of a pair, as `l×3 + ]×10`.
  private static let keys = 10
  /// A shorter bar tells nothing.
  private static let leastBar = 4

  let isNarrow: Bool
  let hasBar: Bool
  let lengths: [Length]

  /// Cells for the names of all pairs, which the whole screen lists; the rest of its width is for the bars.
  private static let pairNames = 22...44
  private static let leastZoomedBar = 10

  init(_ width: Int, _ rows: [WhatIfRow], isZoomed: Bool) {
    isNarrow = Self.isNarrow(width)
    let isTight = width < 60
    // Names are whole before the epoch stands beside its difference.
    let epoch = width < 34 ? 0 : isTight ? 7 : 9
    let difference = isTight ? 8 : 9
    // In a watched job no change may have a key.
    let keys = rows.allSatisfy(\.key.isEmpty) ? 0 : isNarrow ? 3 : Self.keys
    let mark = isNarrow ? 0 : 2
    let names = rows.filter { !$0.isPair }.map { CellWidth.of($0.brief) }
    let room = width - keys - epoch - difference - mark - (keys > 0 ? 2 : 1)
    let pairs = Self.pairNames
    let least =
      isTight
      ? 18
      : isZoomed
        ? min(pairs.upperBound, max(pairs.lowerBound, room - Self.leastZoomedBar)) : 20
    let name = max(least, names.max() ?? 0)
    let rest = room - name
    hasBar = !isNarrow && rest >= Self.leastBar
    lengths = [
      .cells(keys), .cells(keys > 0 ? 1 : 0), hasBar ? .cells(name) : .share(1),
      .cells(hasBar ? 1 : 0), hasBar ? .share(1) : .cells(0),
      .cells(epoch), .cells(difference), .cells(mark),
    ]
  }

  private static func isNarrow(_ width: Int) -> Bool { width < 50 }

  /// The best pair where its words have room, and all of them on the whole screen.
  static func pairs(_ width: Int, isZoomed: Bool) -> Int {
    isZoomed ? .max : isNarrow(width) ? 0 : 1
  }

  func draw(
    _ row: WhatIfRow, isBest: Bool, most: Double, in area: Rect, on grid: inout CellGrid
  ) {
    let places = area.sideBySide(lengths)
    let role: Role = row.helps ? .good : row.harms ? .bad : .muted
    let key = isNarrow || CellWidth.of(row.key) > Self.keys ? row.briefKey : row.key
    grid.draw([Span(key, .key)], in: places[0])
    let name = Style(isBest ? .title : .text, attributes: isBest ? .bold : [])
    // The keys of a pair say which changes these are where their names have no room.
    let labels = [row.label, row.brief, row.isPair ? "both" : row.brief].map { [Span($0, name)] }
    grid.draw(labels.first { $0.width <= places[2].width } ?? labels[2], in: places[2])
    if hasBar, row.gain > 0, most > 0 {
      grid.drawBar(row.gain / most, in: places[4], ink: .role(.good), isTracked: false)
    }
    let difference = NumberText.signedEpoch(-row.gain)
    // The two columns don't touch.
    if CellWidth.of(difference) < places[6].width {
      grid.draw(
        [Span(NumberText.epoch(row.epoch.seconds), .value)], in: places[5], alignment: .right)
    }
    grid.draw([Span(difference, role)], in: places[6], alignment: .right)
    if isBest { grid.draw([Span("◄", .good)], in: places[7], alignment: .right) }
  }
}

extension Scenario {
  /// Whether a stage costs no time that could be measured: a kernel that has nothing to do.
  func costsNothing(_ stage: SessionStage) -> Bool { costs == .native && stage.isIdle }
}

extension ScenarioChange {
  /// The label in the fewest words.
  func briefLabel(_ stages: StageList) -> String {
    switch self {
    case .stage(let stage, _): stages[stage].name
    case .loader(let loader): loader.rawValue
    case .queueLimit(let limit): "queue \(limit)"
    case .interpreterLock(let on): "lock \(on ? "on" : "off")"
    case .compute(let time): "step \(DurationText.spaced(time))"
    case .keptWorkers(let on): on ? "persistent" : "not persistent"
    case .pinnedMemory(let on): on ? "pinned" : "not pinned"
    case .stages, .ablation, .workers, .prefetch, .costs, .governor, .setting: label(stages)
    }
  }
}
