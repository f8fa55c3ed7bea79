import Augmentation
import Pipeline
import Quantities
import Screen

/// A list to choose from: themes, which the screen shows at once, or presets with their facts.
struct ChoiceMenu: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case themes, presets
  }

  var kind: Kind
  var selection: Int
  /// The choice in force when the menu opened.
  let original: Int
}

extension Model {
  mutating func openThemes() -> [Effect] {
    guard !themes.isEmpty else { return [] }
    choices = ChoiceMenu(kind: .themes, selection: theme, original: theme)
    return []
  }

  mutating func openPresets() -> [Effect] {
    guard keyMode == .live, !presets.isEmpty else {
      return refuse("there are presets in sessions of augtop's own alone")
    }
    let present = presets.firstIndex { $0.name == requested.name } ?? 0
    choices = ChoiceMenu(kind: .presets, selection: present, original: present)
    return []
  }

  /// A key while a list is open.
  mutating func updateChoices(_ key: Key) -> [Effect] {
    guard let menu = choices else { return [] }
    let last = (menu.kind == .themes ? themes.count : presets.count) - 1
    switch key {
    case .control("c"): return [.quit]
    case .up, .backtab, .character("k"): return select(menu.selection - 1, last)
    case .down, .tab, .character("j"): return select(menu.selection + 1, last)
    case .home, .pageUp: return select(0, last)
    case .end, .pageDown: return select(last, last)
    case .escape, .character("q"):
      let back = menu.kind == .themes ? show(theme: menu.original) : []
      choices = nil
      return back
    case .enter, .character(" "):
      choices = nil
      guard menu.kind == .presets, presets.indices.contains(menu.selection) else { return [] }
      return [.begin(presets[menu.selection])]
    case .function(let number) where number >= Self.firstRowKey:
      return select(number - Self.firstRowKey, last)
    case .left, .right, .backspace, .delete, .insert, .character, .control, .alt, .function:
      return []
    }
  }

  private mutating func select(_ index: Int, _ last: Int) -> [Effect] {
    let index = min(max(0, index), last)
    choices?.selection = index
    return choices?.kind == .themes ? show(theme: index) : []
  }

  private mutating func show(theme index: Int) -> [Effect] {
    guard index != theme, themes.indices.contains(index) else { return [] }
    theme = index
    return [.useTheme(themes[index])]
  }
}

/// The list, and for presets what the selected one is.
func drawChoiceMenu(_ menu: ChoiceMenu, _ model: Model, in screen: Rect, on grid: inout CellGrid) {
  grid.coverTargets()
  let isThemes = menu.kind == .themes
  let names = isThemes ? model.themes : model.presets.map(\.name)
  let width = min(screen.width - 2, isThemes ? 64 : 76)
  let column = max(isThemes ? 18 : 0, 3 + (names.map(CellWidth.of).max() ?? 0))
  let facts = model.presets.map { isThemes ? [] : presetRows($0, width: width - 4 - column) }
  // As high as the preset with the most rows needs it, so that it stays where it is.
  let height = max(names.count, facts.map(\.count).max() ?? 0) + 2
  let size = Size(width: width, height: height)
  // The screen behind shows a theme, so its list stays out of the way.
  let area =
    isThemes
    ? Rect(
      x: screen.maxX - size.width, y: 1, width: size.width, height: min(height, screen.height - 2))
    : screen.centered(size)
  let inside = grid.drawBox(
    in: area, title: [Span(isThemes ? "Themes" : "Presets", .title)],
    note: [
      Span("⏎", .key), Span(isThemes ? " takes it, " : " begins, ", .muted), Span("esc", .key),
      Span(" back", .muted),
    ]
  ).inset(horizontally: 1)
  grid.drawMore(names.count - inside.height, in: area)
  let parts = inside.sideBySide([.cells(column), .share(1)])
  let first = min(max(0, menu.selection - inside.height + 1), max(0, names.count - inside.height))
  for (line, index) in (first..<min(names.count, first + inside.height)).enumerated() {
    let isSelected = index == menu.selection
    grid.draw(
      [Span(isSelected ? "> " : "  ", .accent), Span(names[index], .text)], in: parts[0].row(line))
    if isThemes, model.themeSummaries.indices.contains(index) {
      grid.drawWhole([Span(model.themeSummaries[index], .muted)], in: parts[1].row(line))
    }
    grid.markTarget(parts[0].row(line), as: .function(Model.firstRowKey + index))
    if isSelected {
      grid.tint((isThemes ? inside : parts[0]).row(line), ground: .selection)
    }
  }
  guard !isThemes, facts.indices.contains(menu.selection) else { return }
  for (line, spans) in facts[menu.selection].prefix(inside.height).enumerated() {
    grid.draw(spans, in: parts[1].row(line))
  }
}

/// A preset's facts; those that are longer than a row go on in the next one.
private func presetRows(_ scenario: Scenario, width: Int) -> [[Span]] {
  let names = 10
  func line(_ name: String, _ value: String) -> [[Span]] {
    [Span(value, .value)].wrapped(to: width - names).enumerated().map { row, spans in
      let name = row == 0 ? name : ""
      return [Span(name + String(repeating: " ", count: names - name.count), .muted)] + spans
    }
  }
  let consumer = scenario.consumer
  let settings = AugmentationSummary.text(scenario)
  return [
    line("pictures", "\(scenario.dataset), batch \(scenario.batchSize)"),
    line("loader", "\(scenario.loader.rawValue) ×\(scenario.workers), limit \(scenario.queueRoom)"),
    line("costs", scenario.costs.name + (scenario.interpreterLock ? ", interpreter lock" : "")),
    line(
      "GPU step",
      "\(DurationText.spaced(consumer.compute.mean)) compute, \(DurationText.spaced(consumer.host)) host"
    ),
    line("stages", settings),
    line("governor", scenario.governor == nil ? "off" : "on"),
  ].flatMap(\.self)
}

/// The stages that have something to do.
private enum AugmentationSummary {
  static func text(_ scenario: Scenario) -> String {
    let busy = scenario.generatorStages.filter {
      $0.isSwitchable && !$0.isIdle && scenario.stages.contains($0.id)
        && ScenarioValue.of(stage: $0.name) != nil
    }
    return busy.isEmpty ? "warp alone" : busy.map(\.name).joined(separator: ", ")
  }
}
