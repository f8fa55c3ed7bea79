import Augmentation
import Pipeline
import Quantities
import Screen

/// The menu in which values are typed.
struct ValuesMenu: Sendable, Equatable {
  /// The selected value's place in `ScenarioValue.allCases`.
  var row = 0
  /// The text typed for it; nil before the first key.
  var typed: String?
  /// Why the last text wasn't taken; nil where it was.
  var fault: String?
  /// The row whose slider is being dragged; nil while none is.
  var dragged: Int?

  /// Longer texts aren't values.
  static let longest = 200

  var value: ScenarioValue { ScenarioValue.allCases[row] }
}

extension Model {
  /// Opens the menu of values, at the selected stage's own where that has nothing to do.
  mutating func openValues() -> [Effect] {
    guard keyMode == .live else { return refuse("recorded: values can't be typed here") }
    values = ValuesMenu()
    if focus == .stages, stages.indices.contains(selection.index), stages[selection].isIdle,
      let value = ScenarioValue.of(stage: stages[selection].name)
    {
      values?.row = ScenarioValue.allCases.firstIndex(of: value) ?? 0
    }
    return []
  }

  /// A value as it is shown.
  func text(of value: ScenarioValue) -> String {
    value == .refresh ? DurationText.spaced(refresh) : value.text(requested)
  }

  /// A key while the menu is open.
  mutating func updateValues(_ key: Key) -> [Effect] {
    guard var menu = values else { return [] }
    menu.dragged = nil
    let last = ScenarioValue.allCases.count - 1
    func select(_ row: Int) -> ValuesMenu { ValuesMenu(row: min(max(0, row), last)) }
    switch key {
    case .control("c"): return [.quit]
    case .escape:
      values = menu.typed == nil ? nil : ValuesMenu(row: menu.row)
      return []
    case .up, .backtab: menu = select(menu.row - 1)
    case .down, .tab: menu = select(menu.row + 1)
    case .pageUp: menu = select(0)
    case .pageDown: menu = select(last)
    case .backspace, .delete:
      menu.typed = String((menu.typed ?? text(of: menu.value)).dropLast())
      menu.fault = nil
    case .character(let character):
      let text = (menu.typed ?? "") + String(character)
      if text.count <= ValuesMenu.longest { menu.typed = text }
      menu.fault = nil
    case .enter:
      values = menu
      return takeTyped(menu)
    case .left, .right:
      values = menu
      return take(menu.value.stepped(up: key == .right, requested), ValuesMenu(row: menu.row))
    case .function(let number) where number >= Self.firstRowKey:
      menu = select(number - Self.firstRowKey)
    case .home, .end, .insert, .control, .alt, .function: break
    }
    values = menu
    return []
  }

  /// A click on a row of a menu is a function key that no keyboard has; the first row's.
  static let firstRowKey = 1_000

  /// Takes the text that was typed for the selected value.
  mutating func takeTyped(_ menu: ValuesMenu) -> [Effect] {
    guard let text = menu.typed else { return [] }
    return take(menu.value.outcome(text, requested), menu)
  }

  private mutating func take(
    _ outcome: ScenarioValue.Outcome, _ menu: ValuesMenu
  ) -> [Effect] {
    func fail(_ why: String) { values?.fault = why }
    switch outcome {
    case .refused:
      let limits = menu.value.limits(requested)
      fail(menu.typed.map { "\"\($0)\" isn't one: \(limits)" } ?? "no step further: \(limits)")
      return []
    case .change(let wanted):
      if case .setting = wanted, let why = fixedSettings {
        fail(why)
        return []
      }
      guard requested.applying(wanted) != requested else {
        values = ValuesMenu(row: menu.row)
        return []
      }
      // It ends a trial, as every other key that changes the scenario does.
      let before = stopTrial()
      let effects = changeIfItFits(wanted)
      guard !effects.isEmpty else {
        fail(notice?.text ?? "")
        return before
      }
      values = ValuesMenu(row: menu.row)
      notice = nil
      return before + effects
    case .begin(let other):
      do {
        try other.check(against: reading.dataset)
      } catch {
        fail("\(error.option): \(error.wanted)")
        return []
      }
      values = nil
      return [.begin(other)]
    case .refresh(let time):
      refresh = time
      values = ValuesMenu(row: menu.row)
      return []
    case .save(let path):
      values = nil
      return [.saveScenario(requested, path: path)]
    }
  }

  /// Why the generator's settings can't change here; nil where they can.
  private var fixedSettings: String? {
    guard isSimulated, requested.costs == .native else { return nil }
    return
      "what native stages cost then isn't known in simulated time: press c, or leave out --virtual"
  }
}
