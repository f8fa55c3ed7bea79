import Pipeline
import Screen

/// The key map's short form, or the notice about the last key.
func drawFooter(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  if let notice = model.notice {
    grid.draw([Span(" \(notice.text)", notice.isWarning ? .warn : .accent)], in: area)
    return
  }
  if let exporting = model.exporting {
    grid.draw([Span(" exporting \(exporting.rawValue)", .accent)], in: area)
    return
  }
  if model.isHelpShown {
    let keys = [("↑↓", "scroll"), ("any other key", "closes")]
    grid.draw(keys.flatMap { [Span(" \($0.0)", .key), Span(" \($0.1) ", .muted)] }, in: area)
    return
  }
  if model.values != nil || model.choices != nil {
    let keys = [("↑↓", "select"), ("⏎", model.values == nil ? "take" : "set"), ("esc", "close")]
    grid.draw(keys.flatMap { [Span(" \($0.0)", .key), Span(" \($0.1) ", .muted)] }, in: area)
    return
  }
  let bindings =
    model.isMenuOpen ? KeyMap.menuBindings : KeyMap.bindings(in: model.keyMode, model.stages)
  var entries: [Int: [Span]] = [:]
  let hidden = hiddenPanels(model, in: area)
  var width = hidden.width
  // An entry that doesn't fit completely is left out; the help lists all entries.
  for isMinor in [false, true] {
    for (index, binding) in bindings.enumerated() where binding.isMinor == isMinor {
      guard let short = binding.short else { continue }
      let entry = [Span(" \(binding.label)", .key), Span(" \(short) ", .muted)]
      guard width + entry.width <= area.width else { continue }
      entries[index] = entry
      width += entry.width
    }
  }
  var x = area.x
  for index in bindings.indices {
    guard let entry = entries[index] else { continue }
    let place = Rect(x: x, y: area.y, width: entry.width, height: 1)
    grid.draw(entry, in: place)
    // One key of several can't be distinguished by a click on their common name.
    if let key = bindings[index].keys.first, bindings[index].label.count <= 3 {
      grid.markTarget(place, as: key)
    }
    x += entry.width
  }
  grid.draw(hidden, in: area, alignment: .right)
}

/// The keys of the panels without room, where no frame names them; nothing elsewhere.
private func hiddenPanels(_ model: Model, in area: Rect) -> [Span] {
  guard area.width < ScreenLayout.narrow, !model.isMenuOpen else { return [] }
  let layout = model.layout(in: Size(width: area.width, height: area.maxY))
  guard layout.place(of: .why)?.frame == ScreenLayout.Frame.none, !layout.hidden.isEmpty else {
    return []
  }
  let digits = Panel.allCases.map { layout.hidden.contains($0) ? $0.digit : " " }
  // Digits that follow one another are written as a range.
  let runs = String(digits).split(separator: " ").map { run in
    run.count > 2
      ? "\(run.first ?? " ")–\(run.last ?? " ")" : run.map(String.init).joined(separator: " ")
  }
  return [Span("  Alt \(runs.joined(separator: " "))", .key), Span(" more ", .muted)]
}
