package import Pipeline
import Quantities
package import Screen

/// The kind of session that keys act on: a live one, a watched job, a recording, or a re-simulation of a
/// recording.
package enum KeyMode: CaseIterable, Sendable {
  /// The session on the screen: one that augtop runs, somebody's own job, a recording, or a simulation that
  /// continues one.
  case live, watched, replay, resimulation
}

extension KeyMap {
  /// The keys of a replay, apart from those it shares with a live session.
  package static let replayBindings: [KeyBinding] = [
    KeyBinding(
      keys: [.character("P"), .character(" ")], label: "P space",
      actions: [.replay(.playOrHold), .replay(.playOrHold)], short: "play",
      summary: "play, or hold", group: .replay),
    KeyBinding(
      keys: [.character("R")], label: "R", actions: [.replay(.resimulate)], short: "re-simulate",
      summary: "run on from here with the recorded costs", group: .replay),
    KeyBinding(
      keys: [.character(".")], label: ".", actions: [.replay(.stepBatch)], short: "batch",
      summary: "hold, and step on by one batch", group: .replay),
    KeyBinding(
      keys: [.left, .right], label: "← →",
      actions: [.replay(.seek(by: .seconds(-1))), .replay(.seek(by: .seconds(1)))], short: "1 s",
      summary: "a second back or on", group: .replay),
    KeyBinding(
      keys: [.pageUp, .pageDown], label: "PgUp PgDn",
      actions: [.replay(.seek(by: .seconds(-10))), .replay(.seek(by: .seconds(10)))],
      short: "10 s", summary: "ten seconds back or on", group: .replay),
    KeyBinding(
      keys: [.home, .end], label: "Home End", actions: [.replay(.toStart), .replay(.toEnd)],
      short: nil, summary: "the recording's start or end", group: .replay),
    KeyBinding(
      keys: [.character("{"), .character("}")], label: "{ }",
      actions: [.replay(.previousLandmark), .replay(.nextLandmark)], short: "switch",
      summary: "the marker or switch before or after", group: .replay),
    speed,
  ]

  /// The keys of a re-simulation, apart from those it shares with a live session.
  private static let resimulationBindings: [KeyBinding] = [
    KeyBinding(
      keys: [.character("R")], label: "R", actions: [.replay(.resimulate)], short: "recording",
      summary: "back to the recording", group: .replay),
    KeyBinding(
      keys: [.character("P")], label: "P", actions: [.replay(.playOrHold)], short: "hold",
      summary: "hold, or go on", group: .replay),
    speed,
  ]

  private static let speed = KeyBinding(
    keys: [.character("<"), .character(">")], label: "< >",
    actions: [.replay(.slower), .replay(.faster)], short: "speed",
    summary: "slower or faster: ×0.1 to ×100", group: .replay)

  /// The bindings that footer and help show.
  ///
  /// - Parameter stages: The session's.
  package static func bindings(in mode: KeyMode, _ stages: StageList) -> [KeyBinding] {
    let live = bindings(stages)
    return switch mode {
    case .live: live
    case .watched: live.filter { $0.isOfJobs(hasSwitches: stages.contains { key(of: $0) != nil }) }
    case .replay: replayBindings + live.filter { $0.isOfRecordings }
    case .resimulation: resimulationBindings + live.filter { $0.isOfSimulations }
    }
  }

  private static let replayActions = actions.merging(map(replayBindings)) { $1 }
  private static let resimulationActions =
    actions.merging(map(replayBindings.filter { !$0.isOfStages })) { $1 }
    .merging(map(resimulationBindings)) { $1 }

  /// The action of a key; nil where the mode has no such key.
  ///
  /// - Parameter stages: The session's.
  /// - Complexity: O(1).
  package static func action(for key: Key, in mode: KeyMode, _ stages: StageList) -> Action? {
    let action =
      switch mode {
      case .live, .watched: actions[key]
      case .replay: replayActions[key]
      case .resimulation: resimulationActions[key]
      }
    return action ?? stageActions(stages)[key]
  }
}

extension KeyBinding {
  /// Whether the key works in a replay; other keys report that a recording can't be switched.
  fileprivate var isOfRecordings: Bool {
    group == .view && !actions.contains(.earlier) && !isOfPictures || actions.contains(.selectUp)
      || actions.contains(.export)
  }

  /// Whether the key is about pictures, which recordings and watched jobs don't have.
  private var isOfPictures: Bool { actions.contains { $0 == .nextPicture || $0 == .holdPicture } }

  /// Whether the key works in a watched job; other keys report why not.
  fileprivate func isOfJobs(hasSwitches: Bool) -> Bool {
    let switches = group == .stages && !actions.contains(.nextRow) || actions.contains(.trial)
    return isOfRecordings || actions.contains { $0 == .earlier || $0 == .record || $0 == .marker }
      || actions.contains { $0 == .selectFirst || $0 == .pageUp } || hasSwitches && switches
  }

  fileprivate var isOfSimulations: Bool {
    !actions.contains { $0 == .pause || $0 == .record || $0 == .marker || $0 == .earlier }
  }

  /// Keys that select and switch stages where they don't move a recording.
  fileprivate var isOfStages: Bool {
    keys.contains { $0 == .character(" ") || $0 == .home || $0 == .pageUp }
  }
}
