import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// Values that are typed, and lists to choose from.
@Suite struct ValuesMenuTests {
  /// Sends keys as the terminal would.
  private func pressed(_ model: inout Model, _ keys: Key...) -> [Effect] {
    keys.flatMap { model.update(model.message(for: $0)) }
  }

  private func typed(_ model: inout Model, _ text: String) -> [Effect] {
    text.flatMap { model.update(model.message(for: .character($0))) }
  }

  private func text(_ model: Model) -> String {
    var grid = CellGrid(size: Size(width: 120, height: 36))
    drawScreen(model, on: &grid)
    return grid.text.joined(separator: "\n")
  }

  /// Down to a row, a text, Enter.
  private func entered(_ row: Int, _ text: String, _ model: inout Model) -> [Effect] {
    _ = pressed(&model, .character(":"), .pageUp)
    for _ in 0..<row { _ = pressed(&model, .down) }
    _ = typed(&model, text)
    return pressed(&model, .enter)
  }

  @Test(arguments: [
    (0, "5", ScenarioChange.compute(.milliseconds(5))),
    (0, "650us", .compute(.microseconds(650))), (1, "3", .workers(3)), (2, "64", .queueLimit(64)),
    (3, "15°", .setting(.number(.rotationRange, 15))),
    (7, "0.2", .setting(.zoom(ZoomRange(around: 0.2)))),
    (7, "0.5, 1", .setting(.zoom(ZoomRange(low: 0.5, high: 1)))),
    (9, "off", .setting(.horizontalFlip(false))), (10, "on", .setting(.verticalFlip(true))),
    (12, "0.5", .setting(.number(.rescale, 0.5))),
  ])
  func aTypedValueIsAskedFor(row: Int, text: String, change: ScenarioChange) {
    var model = Model(showing: Sample.running)
    #expect(entered(row, text, &model) == [.ask(.change(change))])
    #expect(model.requested == Sample.scenario.applying(change))
    // The menu stays open for the next one, and Escape closes it.
    #expect(self.text(model).contains("Values"))
    _ = pressed(&model, .escape)
    #expect(!self.text(model).contains("Values"))
  }

  @Test(arguments: [
    (0, "2h"), (0, "fast"), (1, "0"), (1, "65"), (2, "10001"), (3, "400"), (3, "-1"), (6, "4"),
    (7, "1.2,0.8"), (9, "yes"), (12, "nan"), (13, "0"), (14, "4294967296"), (14, "-1"),
    (15, "50ms"), (16, " "),
  ])
  func whatIsNoValueIsRefusedWithItsLimits(row: Int, text: String) {
    var model = Model(showing: Sample.running)
    #expect(entered(row, text, &model) == [])
    #expect(model.requested == Sample.scenario)
    #expect(self.text(model).contains("isn't one: "))
    // What was typed stays, to be mended.
    _ = pressed(&model, .backspace)
    #expect(!self.text(model).contains("isn't one: "))
  }

  /// Batch size and seed need another session; the file's name is the user's.
  @Test func someValuesBeginAnew() {
    var scenario = Sample.scenario
    scenario.batchSize = 64
    var model = Model(showing: Sample.running)
    #expect(entered(13, "64", &model) == [.begin(scenario)])
    scenario = Sample.scenario
    scenario.seed = 42
    model = Model(showing: Sample.running)
    #expect(entered(14, "42", &model) == [.begin(scenario)])
    model = Model(showing: Sample.running)
    #expect(
      entered(16, "mine q.toml", &model) == [.saveScenario(Sample.scenario, path: "mine q.toml")])
    #expect(!text(model).contains("Values"))
  }

  @Test func frameRatesAreChosen() {
    var model = Model(showing: Sample.running)
    #expect(entered(15, "500", &model) == [] && model.refresh == .milliseconds(500))
    _ = model.update(.slowed(.milliseconds(200)))
    _ = pressed(&model, .escape)
    #expect(text(model).contains("a frame every 200 ms"))
  }

  /// The menu opens at the range of a selected stage that has nothing to do.
  @Test func aRangeOfZeroCanBeGivenARange() {
    var model = Model(showing: Sample.running).after(.selectFirst, .selectDown)
    _ = pressed(&model, .character(":"))
    _ = typed(&model, "30")
    #expect(
      pressed(&model, .enter) == [.ask(.change(.setting(.number(.rotationRange, 30))))])
  }

  @Test func arrowsAndClicksStepAndSelect() throws {
    var model = Model(showing: Sample.running)
    _ = pressed(&model, .character(":"), .pageUp)
    #expect(pressed(&model, .right) == [.ask(.change(.compute(.microseconds(3_500))))])
    #expect(pressed(&model, .down, .left) == [])
    #expect(text(model).contains("no step further: 1 to 64"))
    var grid = CellGrid(size: Size(width: 120, height: 36))
    drawScreen(model, on: &grid)
    let row = try #require(grid.text.firstIndex { $0.contains("rotation range") })
    let column = try #require(grid.text[row].firstRange(of: "rotation range"))
    let x = grid.text[row].distance(from: grid.text[row].startIndex, to: column.lowerBound)
    for key in grid.keys(at: Point(x: x, y: row)) { _ = model.update(model.message(for: key)) }
    #expect(
      pressed(&model, .right) == [.ask(.change(.setting(.number(.rotationRange, 5))))])
  }

  /// Keys that are bound elsewhere are text here; Ctrl-C quits.
  @Test func keysAreTextWhileTyping() {
    var model = Model(showing: Sample.running)
    _ = pressed(&model, .character(":"))
    #expect(typed(&model, "7qlw") == [])
    #expect(text(model).contains("7qlw"))
    #expect(pressed(&model, .control("c")) == [.quit])
  }

  @Test func themesAreSeenBeforeTheyAreTaken() {
    var model = Model(showing: Sample.running)
    #expect(pressed(&model, .character("T"), .down) == [.useTheme("light")])
    #expect(text(model).contains("Themes"))
    #expect(pressed(&model, .down, .escape) == [.useTheme("mono"), .useTheme("dark")])
    #expect(pressed(&model, .character("T"), .end, .enter) == [.useTheme("mono")])
    #expect(model.themeName == "mono" && !text(model).contains("Themes"))
  }

  @Test func aPresetBegins() {
    let presets = ["fast-gpu", "other"].map { name in
      var scenario = Sample.scenario
      scenario.name = name
      scenario.workers = name == "other" ? 3 : 1
      return scenario
    }
    var model = Model(showing: Sample.running, presets: presets)
    #expect(pressed(&model, .character("O"), .down) == [])
    #expect(text(model).contains("keras-threads ×3"))
    #expect(pressed(&model, .enter) == [.begin(presets[1])])
  }

  @Test func aRecordingHasNoValuesToType() {
    var model = Model(showing: Sample.replayed)
    _ = pressed(&model, .character(":"))
    #expect(model.notice?.text == "recorded: values can't be typed here")
  }
}
