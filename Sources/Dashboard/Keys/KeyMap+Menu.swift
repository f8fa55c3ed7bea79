package import Pipeline
package import Screen

extension KeyMap {
  /// The formats in the export menu, each with its key and its purpose.
  package static let exports: [(choice: ExportFormat, key: Character, summary: String)] = [
    (.chrome, "c", "chrome://tracing, Perfetto, speedscope"),
    (.speedscope, "s", "speedscope.app, one profile a track"),
    (.collapsed, "f", "collapsed stacks, for flame graphs"),
    (.csv, "v", "a folder of tables"),
    (.openmetrics, "o", "OpenMetrics text"),
    (.prometheus, "p", "text format, for Prometheus"),
    (.otlp, "t", "spans in JSON, for OpenTelemetry"),
    (.html, "h", "one page with plots"),
    (.markdown, "m", "a summary"),
  ]

  /// The keys while the export menu is open; other keys do nothing then.
  static let menuBindings: [KeyBinding] =
    exports.map { entry in
      KeyBinding(
        keys: [.character(entry.key)], label: "\(entry.key)", actions: [.exportAs(entry.choice)],
        short: nil, summary: entry.summary, group: .session)
    } + [
      KeyBinding(
        keys: [.up, .character("k"), .down, .character("j"), .home, .end], label: "↑↓ k j",
        actions: [.selectUp, .selectUp, .selectDown, .selectDown, .selectFirst, .selectLast],
        short: "select", summary: "select a format", group: .session),
      KeyBinding(
        keys: [.enter, .character(" ")], label: "⏎", actions: [.exportSelected, .exportSelected],
        short: "export", summary: "export as the selected format", group: .session),
      KeyBinding(
        keys: [.escape, .character("E")], label: "esc", actions: [.closeMenu, .closeMenu],
        short: "close", summary: "close the menu", group: .session),
      KeyBinding(
        keys: [.character("q"), .control("c")], label: "q", actions: [.quit, .quit], short: nil,
        summary: "quit", group: .view),
    ]

  private static let menuActions: [Key: Action] = menuBindings.reduce(into: [:]) { map, binding in
    for (key, action) in zip(binding.keys, binding.actions) { map[key] = action }
  }

  /// The message of a key: its action, or `unboundKey`.
  ///
  /// - Parameter stages: The session's.
  package static func message(
    for key: Key, in mode: KeyMode, isMenuOpen: Bool, stages: StageList
  ) -> Message {
    let action = isMenuOpen ? menuActions[key] : action(for: key, in: mode, stages)
    return action.map(Message.key) ?? .unboundKey
  }
}
