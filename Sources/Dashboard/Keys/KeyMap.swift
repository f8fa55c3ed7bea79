package import Augmentation
package import Pipeline
package import Screen

/// The meaning of a key.
package enum Action: Hashable, Sendable {
  /// Flips the switch of a stage, of the selected one, or of all.
  case toggle(StageID)
  case toggleSelected, toggleAll
  /// Changes to another of the five ablations.
  case nextRow, previousRow
  /// Moves the selection.
  case selectUp, selectDown, selectFirst, selectLast
  /// Moves it by ten lines.
  case pageUp, pageDown
  /// Pauses the session, or resumes it.
  case pause
  /// Begins a new epoch.
  case restartEpoch
  /// Changes the number of workers by one.
  case moreWorkers, fewerWorkers
  /// Changes the queue's limit by one, or the prefetch with the loader `torch`.
  case longerQueue, shorterQueue
  /// Changes the GPU's compute time by a tenth of its power of ten.
  case slowerGPU, fasterGPU
  /// Changes to the next loader, or to the next source of costs.
  case nextLoader, nextCosts
  /// Switches the emulated interpreter lock, or the clock governor.
  case interpreterLock, governor
  /// Begins or ends a trial on the selected stage.
  case trial
  /// Sets a marker in the recording.
  case marker
  /// Starts or stops recording.
  case record
  /// Opens the export menu.
  case export
  /// Exports in a format, from the export menu.
  case exportAs(ExportFormat)
  /// Exports in the menu's selected format, or closes the menu.
  case exportSelected, closeMenu
  /// Changes to the next theme.
  case nextTheme
  /// Focuses a panel, or the next or previous one.
  case focus(Panel)
  case focusNext, focusPrevious
  /// Gives the focused panel all the room, or takes it away again.
  case zoom, unzoom
  /// Changes to the next arrangement of panels.
  case nextArrangement
  /// Scrolls the history, or changes how much time it shows.
  case earlier, later, longerWindow, shorterWindow
  /// Takes the present figures as those to compare with, or lets them go.
  case baseline
  /// Saves what is shown.
  case saveScreen
  /// Opens the menu of values, the list of themes, or that of presets.
  case values, themes, presets
  /// Steps on to the flow's next picture, draws it with new random numbers, or holds it.
  case nextPicture, redrawPicture, holdPicture
  /// Shows a picture's change by the selected stage alone, or by all.
  case stagePicture
  /// Freezes the view, or lets it go on.
  case freeze
  /// Shows the help.
  case help
  /// Ends the program.
  case quit
  /// A request that only a replay accepts.
  case replay(ReplayRequest)
}

/// One line of the key map: it drives input, footer, help and the README's table.
package struct KeyBinding: Sendable {
  /// The keys, in the order of `actions`.
  package let keys: [Key]
  /// As the footer and the help show the keys.
  package let label: String
  /// The action of each key.
  package let actions: [Action]
  /// In the footer; nil where there is no room for it.
  package let short: String?
  /// In the footer only after all the others.
  package var isMinor = false
  /// The line for help and README.
  package let summary: String
  /// The heading that the help lists it under.
  package let group: Group

  /// The headings of the help, in their order.
  package enum Group: String, CaseIterable, Sendable {
    /// Keys that move a replay; switch stages; change the scenario; act on the session; act on the view.
    case replay = "Replay"
    case stages = "Stages"
    case scenario = "Scenario"
    case session = "Session"
    case view = "View"
  }
}

/// The keys of the screen: one table for input, footer, help and README.
package enum KeyMap {
  /// The keys of a live session.
  ///
  /// - Parameter stages: The session's.
  package static func bindings(_ stages: StageList) -> [KeyBinding] {
    let keyed = stages.filter { key(of: $0) != nil }
    guard !keyed.isEmpty else { return bindings }
    let keys = keyed.compactMap(key)
    return [
      KeyBinding(
        keys: keys.map { .character($0) }, label: label(of: keys),
        actions: keyed.map { .toggle($0.id) }, short: "stage",
        summary: "switch a stage off or on", group: .stages)
    ] + bindings
  }

  /// The key that switches a stage; nil where it can't be switched, has none, or has one that does
  /// something else here.
  package static func key(of stage: SessionStage) -> Character? {
    guard stage.isSwitchable, let key = stage.key, actions[.character(key)] == nil else {
      return nil
    }
    return key
  }

  /// `1–0 b s`: digits that follow one another on the keyboard are written as a range.
  private static func label(of keys: [Character]) -> String {
    let digits = Array("1234567890")
    var runs: [[Character]] = []
    for key in keys {
      let place = digits.firstIndex(of: key)
      if let last = runs.last?.last, let place, place > 0, digits[place - 1] == last {
        runs[runs.count - 1].append(key)
      } else {
        runs.append([key])
      }
    }
    return runs.map { run in
      run.count > 2
        ? "\(run[0])–\(run[run.count - 1])" : run.map(String.init).joined(separator: " ")
    }.joined(separator: " ")
  }

  /// The keys that every live session has.
  private static let bindings: [KeyBinding] = [
    KeyBinding(
      keys: [.up, .character("k"), .down, .character("j")], label: "↑↓ k j",
      actions: [.selectUp, .selectUp, .selectDown, .selectDown], short: nil,
      summary: "select a stage, or scroll the panel", group: .stages),
    KeyBinding(
      keys: [.home, .end], label: "Home End", actions: [.selectFirst, .selectLast], short: nil,
      summary: "its first or last line", group: .stages),
    KeyBinding(
      keys: [.pageUp, .pageDown], label: "PgUp PgDn", actions: [.pageUp, .pageDown], short: nil,
      summary: "ten lines up or down", group: .stages),
    KeyBinding(
      keys: [.character(" ")], label: "space", actions: [.toggleSelected], short: nil,
      summary: "switch the selected stage", group: .stages),
    KeyBinding(
      keys: [.character("a")], label: "a", actions: [.toggleAll], short: "all",
      summary: "all stages off, or on again", group: .stages),
    KeyBinding(
      keys: [.character("n"), .character("N")], label: "n/N", actions: [.nextRow, .previousRow],
      short: "ablation", isMinor: true, summary: "the five ablations, one after the other",
      group: .stages),
    KeyBinding(
      keys: [.character("l")], label: "l", actions: [.nextLoader], short: "loader",
      summary: "loader: Keras threads, blocking, torch…",
      group: .scenario),
    KeyBinding(
      keys: [.character("w"), .character("W")], label: "w/W",
      actions: [.moreWorkers, .fewerWorkers], short: "workers",
      summary: "one worker more, one fewer", group: .scenario),
    KeyBinding(
      keys: [.character("]"), .character("[")], label: "[ ]",
      actions: [.longerQueue, .shorterQueue], short: "queue",
      summary: "a shorter or longer queue, or prefetch", group: .scenario),
    KeyBinding(
      keys: [.character("+"), .character("="), .character("-")], label: "- +",
      actions: [.slowerGPU, .slowerGPU, .fasterGPU], short: "gpu",
      summary: "a shorter or longer GPU step (compute)", group: .scenario),
    KeyBinding(
      keys: [.character("c")], label: "c", actions: [.nextCosts], short: "costs",
      summary: "stages cost: native, or measured Python", group: .scenario),
    KeyBinding(
      keys: [.character("i")], label: "i", actions: [.interpreterLock], short: "lock",
      summary: "the emulated interpreter lock on or off", group: .scenario),
    KeyBinding(
      keys: [.character("g")], label: "g", actions: [.governor], short: "governor", isMinor: true,
      summary: "the emulated clock governor on or off", group: .scenario),
    KeyBinding(
      keys: [.character(":")], label: ":", actions: [.values], short: "values",
      summary: "type values: GPU step, ranges, seed…", group: .scenario),
    KeyBinding(
      keys: [.character("O")], label: "O", actions: [.presets], short: nil,
      summary: "begin anew with a preset, from a list", group: .scenario),
    KeyBinding(
      keys: [.character("P")], label: "P", actions: [.pause], short: "pause",
      summary: "pause the session, or go on", group: .session),
    KeyBinding(
      keys: [.character("r")], label: "r", actions: [.restartEpoch], short: nil,
      summary: "start the epoch anew", group: .session),
    KeyBinding(
      keys: [.character("x")], label: "x", actions: [.trial], short: "trial",
      summary: "trial: measure the selected stage",
      group: .session),
    KeyBinding(
      keys: [.character("m")], label: "m", actions: [.marker], short: nil,
      summary: "set a marker in the recording", group: .session),
    KeyBinding(
      keys: [.character("e")], label: "e", actions: [.record], short: "record",
      summary: "start or stop recording a Perfetto trace", group: .session),
    KeyBinding(
      keys: [.character("E")], label: "E", actions: [.export], short: nil,
      summary: "export the recording: a menu", group: .session),
    KeyBinding(
      keys: [.tab, .backtab], label: "Tab ⇧Tab", actions: [.focusNext, .focusPrevious],
      short: "panel", summary: "focus the next or the previous panel", group: .view),
    KeyBinding(
      keys: Panel.allCases.map { .alt($0.digit) }, label: "Alt 1–0",
      actions: Panel.allCases.map { .focus($0) }, short: nil,
      summary: "focus a panel; Esc and the digit, too", group: .view),
    KeyBinding(
      keys: [.enter, .escape], label: "⏎ esc", actions: [.zoom, .unzoom], short: "zoom",
      summary: "the focused panel alone, and back", group: .view),
    KeyBinding(
      keys: [.character("v")], label: "v", actions: [.nextArrangement], short: "layout",
      summary: "the next layout: overview, time, stages", group: .view),
    KeyBinding(
      keys: [.left, .right], label: "← →", actions: [.earlier, .later], short: nil,
      summary: "earlier or later in the history", group: .view),
    KeyBinding(
      keys: [.character("("), .character(")")], label: "( )",
      actions: [.shorterWindow, .longerWindow], short: nil,
      summary: "a shorter or longer time in the history", group: .view),
    KeyBinding(
      keys: [.character("p"), .character("d")], label: "p d",
      actions: [.nextPicture, .redrawPicture], short: nil,
      summary: "the next picture; the same, drawn anew", group: .view),
    KeyBinding(
      keys: [.character("h"), .character("o")], label: "h o",
      actions: [.holdPicture, .stagePicture], short: nil,
      summary: "hold the picture; one stage alone", group: .view),
    KeyBinding(
      keys: [.character("B")], label: "B", actions: [.baseline], short: nil,
      summary: "take or drop a baseline to compare with", group: .view),
    KeyBinding(
      keys: [.character("S")], label: "S", actions: [.saveScreen], short: nil,
      summary: "save the screen: text, ANSI and SVG", group: .view),
    KeyBinding(
      keys: [.character("t"), .character("T")], label: "t/T", actions: [.nextTheme, .themes],
      short: "theme", isMinor: true, summary: "the next theme, or one from a list", group: .view),
    KeyBinding(
      keys: [.character("z")], label: "z", actions: [.freeze], short: nil,
      summary: "freeze the view; the session goes on", group: .view),
    KeyBinding(
      keys: [.character("?"), .function(1)], label: "?", actions: [.help, .help], short: "help",
      summary: "this overlay", group: .view),
    KeyBinding(
      keys: [.character("q"), .control("c")], label: "q", actions: [.quit, .quit], short: "quit",
      summary: "quit", group: .view),
  ]

  /// Of the keys that every session has.
  static let actions = map(bindings)

  static func map(_ bindings: [KeyBinding]) -> [Key: Action] {
    bindings.reduce(into: [:]) { map, binding in
      for (key, action) in zip(binding.keys, binding.actions) { map[key] = action }
    }
  }

  /// The actions of the stages' own keys.
  static func stageActions(_ stages: StageList) -> [Key: Action] {
    stages.reduce(into: [:]) { map, stage in
      if let key = key(of: stage) { map[.character(key)] = .toggle(stage.id) }
    }
  }
}
