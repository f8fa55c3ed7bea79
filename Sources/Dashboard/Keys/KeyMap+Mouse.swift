package import Screen

extension KeyMap {
  /// Lines that a notch of the wheel moves.
  private static let linesANotch = 3

  /// Keys for a report of the mouse: a click presses the key that lies under it, the wheel scrolls the panel
  /// under it.
  ///
  /// - Parameters:
  ///   - grid: The screen as it is drawn.
  ///   - focus: The panel that has the focus.
  package static func keys(for report: MouseReport, on grid: CellGrid, focus: Panel) -> [Key] {
    let under = grid.keys(at: report.place)
    switch report.action {
    case .press: return report.button == 1 ? under : []
    case .wheelUp, .wheelDown:
      let scroll = Array(
        repeating: report.action == .wheelUp ? Key.up : .down, count: linesANotch)
      guard case .alt(let digit)? = under.first, let panel = Panel(digit: digit), panel != focus
      else { return scroll }
      return [.alt(digit)] + scroll
    case .release, .move, .wheelLeft, .wheelRight: return []
    }
  }
}
