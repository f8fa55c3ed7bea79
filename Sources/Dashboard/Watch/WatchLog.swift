import Augmentation
import Pipeline
import Quantities
import Screen

/// The session as plain lines: one for each change worth saying, for logs and screen readers.
package struct WatchLog: Sendable {
  /// A limit is said when it has held for so long.
  static let settling = Nanoseconds.seconds(1)

  /// An effect is said when its interval is narrow, or after so long on a machine that is never quiet.
  static let longestMeasuring = Nanoseconds.seconds(10)

  private var saidVerdict: Verdict.Kind?
  private var saidStage: StageID?
  private var candidate: (kind: Verdict.Kind, stage: StageID?, since: Nanoseconds)?
  private var changes: [ScenarioChange] = []
  private var saidBatch: Int?
  private var changed = Nanoseconds.zero
  private var hasSaidEffect = true
  private var epoch = 1
  private var notice: Notice?
  private var hasSaidTrial = true
  private var selection: StageID?
  private var wasHelpShown = false
  private var wasMenuOpen = false

  /// A log in which nothing has been said.
  package init() {}

  /// The changes since the last call, in lines without a line's end.
  package mutating func lines(_ model: Model) -> [String] {
    var lines: [String] = []
    if let line = noticeLine(model) { lines.append(line) }
    if let line = selectionLine(model) { lines.append(line) }
    lines += epochLines(model.reading)
    lines += effectLines(model)
    if let line = trialLine(model) { lines.append(line) }
    if let line = verdictLine(model.reading) { lines.append(line) }
    let time = NumberText.fixed(model.reading.at.seconds, 1)
    let timed = lines.map { "\(time) s  \($0)" }
    return timed + overlayLines(model)
  }

  private mutating func noticeLine(_ model: Model) -> String? {
    guard model.notice != notice else { return nil }
    notice = model.notice
    return notice?.text
  }

  private mutating func selectionLine(_ model: Model) -> String? {
    defer { selection = model.selection }
    guard let selection, selection != model.selection,
      model.stages.indices.contains(model.selection.index)
    else { return nil }
    return "selected: \(model.stages[model.selection].name)"
  }

  private mutating func epochLines(_ reading: Reading) -> [String] {
    guard reading.epoch.number > epoch else {
      epoch = reading.epoch.number
      return []
    }
    let ended = reading.epoch.number - 1
    epoch = reading.epoch.number
    let extra = reading.epoch.firstExtra
    let first =
      ended == 1 && extra > 0
      ? ", \(NumberText.epoch(extra)) of it for start-up and the first step" : ""
    return [
      "epoch \(ended) ended"
        + (reading.epoch.last.map { ": \(NumberText.epoch($0))" } ?? "") + first
    ]
  }

  /// The batch from which a change holds, and once it is measured its effect and the prediction.
  private mutating func effectLines(_ model: Model) -> [String] {
    let reading = model.reading
    guard let effect = reading.effect, reading.pending.isEmpty, let batch = effect.firstBatch else {
      return []
    }
    var lines: [String] = []
    if effect.changes != changes || batch != saidBatch {
      changes = effect.changes
      saidBatch = batch
      changed = reading.at
      hasSaidEffect = false
      lines.append("\(changes.label(reading.stageList)) since batch \(batch)")
    }
    guard !hasSaidEffect, let after = effect.after,
      after.half <= after.seconds * 0.02 || reading.at - changed >= Self.longestMeasuring
    else { return lines }
    hasSaidEffect = true
    let spans =
      (effectSpans(reading) ?? [])
      + (checkSpans(model.facts, isSimulated: model.isSimulated).map { [Span("; ")] + $0 } ?? [])
    return lines + [spans.map(\.text).joined()]
  }

  private mutating func trialLine(_ model: Model) -> String? {
    guard let trial = model.trial, trial.paired.isOver else {
      hasSaidTrial = model.trial == nil
      return nil
    }
    guard !hasSaidTrial else { return nil }
    hasSaidTrial = true
    return trialSpans(model.facts)?.map(\.text).joined()
  }

  private mutating func verdictLine(_ reading: Reading) -> String? {
    let verdict = Verdict(reading)
    guard verdict.kind != .measuring else { return nil }
    guard verdict.kind != saidVerdict || verdict.stage != saidStage else {
      candidate = nil
      return nil
    }
    // A pause doesn't let the session's time pass.
    if verdict.kind != .paused, verdict.kind != .failed {
      guard let candidate, candidate.kind == verdict.kind, candidate.stage == verdict.stage else {
        candidate = (verdict.kind, verdict.stage, reading.at)
        return nil
      }
      guard reading.at - candidate.since >= Self.settling else { return nil }
    }
    saidVerdict = verdict.kind
    saidStage = verdict.stage
    candidate = nil
    let headline = verdict.headline(for: reading.scenario)
    return "verdict: \(headline.isEmpty ? "" : headline + " ")\(verdict.because)"
  }

  /// The help or the menu, whole, when it opens.
  private mutating func overlayLines(_ model: Model) -> [String] {
    defer {
      wasHelpShown = model.isHelpShown
      wasMenuOpen = model.isMenuOpen
    }
    if model.isHelpShown, !wasHelpShown {
      return helpLines(
        KeyMap.bindings(in: model.keyMode, model.stages).filter {
          !$0.actions.allSatisfy(\.needsScreen)
        }
      ).map { $0.map(\.text).joined() }
    }
    if model.isMenuOpen, !wasMenuOpen {
      return ["export as:"] + KeyMap.exports.map { " \($0.key)  \($0.choice.rawValue)" }
        + [" esc  no export"]
    }
    return []
  }
}
