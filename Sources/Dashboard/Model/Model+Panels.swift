import Pipeline
import Quantities
package import Screen

/// The span of time that the history shows.
struct HistoryWindow: Sendable, Equatable {
  /// The spans that keys step through, in seconds.
  static let spans = [10.0, 15, 20, 30, 45, 60, 120, 300, 600, 1_800, 3_600, 10_800, 36_000]

  /// The place of the span in `spans`; nil fits it to the session, up to a minute.
  var place: Int?
  /// Seconds from the shown end to the present; 0 follows it.
  var back = 0.0

  /// The span in seconds for a session of a length.
  func span(of length: Double) -> Double {
    if let place { return Self.spans[place] }
    return Self.spans.prefix(6).first { $0 >= length } ?? Self.spans[5]
  }
}

extension Model {
  /// More than any list has.
  static let toTheEnd = 1_000_000
  /// Lines that a key for pages moves.
  static let page = 10

  /// Where panels lie at a size.
  package func layout(in size: Size) -> ScreenLayout {
    let edges = 2 + (hasOutputRow(in: size) ? 1 : 0)
    let body = Rect(x: 0, y: 1, width: size.width, height: max(0, size.height - edges))
    let reading = shown
    let lanes =
      reading.scenario.makers(machineCores: reading.cores)
      + (reading.scenario.hasSharedLock ? 1 : 0)
    var needs = ScreenLayout.Needs(
      stages: reading.stageList.count, lanes: lanes, hasPicture: hasNinthPanel,
      hasBaseline: shownFacts.baseline != nil, hasPredictions: keyMode != .replay,
      alternatives: mostAlternatives(reading))
    if !isZoomed {
      let layout = ScreenLayout(body, arrangement, needs, zoomed: nil)
      if layout.place(of: focus) != nil { return layout }
      // A panel without room gets all of it while it has the focus.
    }
    needs.zoomedRows = rows(of: focus, width: body.width - 4)
    return ScreenLayout(body, arrangement, needs, zoomed: focus)
  }

  /// Rows that What if can have, so that panels keep their places whatever is predicted.
  private func mostAlternatives(_ reading: Reading) -> Int {
    let changes = reading.scenario.singleChanges(reading.stageList).count { change in
      guard case .stage(let stage, _) = change else { return true }
      return !reading.scenario.costsNothing(reading.stageList[stage])
    }
    return changes + 1
  }

  /// Rows that a panel can use at a width; nil for graphs, which use all.
  private func rows(of panel: Panel, width: Int) -> Int? {
    switch panel {
    case .why: whyRowCount(self, width: width)
    case .stages: shown.stageList.count + 2
    case .whatIf: max(2, whatIfRows(shownFacts, pairs: .max).count)
    case .epoch: 6
    case .keys: keysRowCount(self, width: width)
    case .machine: machineRowCount(self)
    case .history, .timeline, .times, .picture: nil
    }
  }

  /// Whether there is something for the ninth panel: pictures, or a watched job's steps and ranks.
  var hasNinthPanel: Bool { hasPicture || shown.job != nil }

  /// Whether a row above the footer shows a watched job's output; a small screen has other needs.
  func hasOutputRow(in size: Size) -> Bool { output != nil && size.height >= 20 }

  mutating func focus(on panel: Panel) -> [Effect] {
    focus = panel == .picture && !hasNinthPanel ? focus : panel
    return []
  }

  mutating func moveFocus(by step: Int) -> [Effect] {
    var unzoomed = self
    unzoomed.isZoomed = false
    if unzoomed.layout(in: size).place(of: focus) == nil { unzoomed.focus = .why }
    // Zoomed, the key steps through all; otherwise through those on the screen.
    let panels =
      isZoomed
      ? Panel.allCases.filter { $0 != .picture || hasNinthPanel }
      : unzoomed.layout(in: size).places.map(\.panel).sorted { $0.rawValue < $1.rawValue }
    let place = panels.firstIndex(of: focus) ?? 0
    guard !panels.isEmpty else { return [] }
    focus = panels[(place + step + panels.count) % panels.count]
    return []
  }

  mutating func toggleZoom() -> [Effect] {
    isZoomed.toggle()
    if !isZoomed { showFocus() }
    return []
  }

  mutating func unzoom() -> [Effect] {
    isZoomed = false
    window = HistoryWindow(place: window.place)
    showFocus()
    return []
  }

  /// A panel that the layout has no place for, so that it was only shown because it had the focus, gives it back.
  private mutating func showFocus() {
    let wanted = focus
    focus = .why
    let layout = layout(in: size)
    focus = [wanted, .stages].first { layout.place(of: $0) != nil } ?? .why
  }

  mutating func nextArrangement() -> [Effect] {
    let all = Arrangement.allCases
    arrangement = all[((all.firstIndex(of: arrangement) ?? 0) + 1) % all.count]
    isZoomed = false
    showFocus()
    notice = Notice(text: "layout \(arrangement.rawValue)", isWarning: false)
    return []
  }

  /// Moves within the focused panel.
  mutating func move(by step: Int) -> [Effect] {
    switch focus {
    case .stages, .epoch, .machine, .picture: return select(by: step)
    case .history:
      return scrollHistory(by: step)
    case .why, .whatIf, .timeline, .times, .keys:
      scrolls[focus] = min(max(0, (scrolls[focus] ?? 0) + step), Self.toTheEnd)
      return []
    }
  }

  mutating func scrollHistory(by step: Int) -> [Effect] {
    let history = shownFacts.history
    let length = (history.end - history.start).seconds
    let span = window.span(of: length)
    let most = max(0, length - span)
    let wanted =
      abs(step) >= Self.toTheEnd ? (step < 0 ? most : 0) : window.back - Double(step) * span / 4
    window.back = min(max(0, wanted), most)
    return []
  }

  mutating func zoomHistory(longer: Bool) -> [Effect] {
    let history = shownFacts.history
    let span = window.span(of: (history.end - history.start).seconds)
    let place = HistoryWindow.spans.firstIndex(of: span) ?? 0
    window.place = min(max(0, place + (longer ? 1 : -1)), HistoryWindow.spans.count - 1)
    return scrollHistory(by: 0)
  }
}
