import Screen

/// The key map's short form, or the word about the last key.
func drawFooter(_ model: Model, in area: Rect, on grid: inout CellGrid) {
  if let notice = model.notice {
    grid.draw([Span(" \(notice.text)", notice.isWarning ? .warn : .accent)], in: area)
    return
  }
  if let exporting = model.exporting {
    grid.draw([Span(" exporting \(exporting.rawValue)", .accent)], in: area)
    return
  }
  var spans: [Span] = []
  for binding in KeyMap.bindings(in: model.keyMode) {
    guard let short = binding.short else { continue }
    let entry = [Span(" \(binding.label)", .key), Span(" \(short) ", .muted)]
    // Whole entries or none; what doesn't fit is in the help.
    guard spans.width + entry.width <= area.width else { continue }
    spans += entry
  }
  grid.draw(spans, in: area)
}
