import Augmentation
import Dashboard
import Pipeline
import Screen
import Testing

/// Sliders in the menu of values, by the mouse.
@Suite struct SliderTests {
  private static let size = Size(width: 120, height: 36)

  private func grid(_ model: Model) -> CellGrid {
    var grid = CellGrid(size: Self.size)
    drawScreen(model, on: &grid)
    return grid
  }

  private func opened() -> Model {
    var model = Model(showing: Sample.running)
    _ = model.update(model.message(for: .character(":")))
    return model
  }

  /// A report as a terminal sends it, taken by the screen as it is drawn.
  private func report(
    _ code: Int, _ point: Point, isReleased: Bool = false, _ model: inout Model
  ) -> [Effect] {
    var parser = InputParser()
    var inputs: [TerminalInput] = []
    let end = isReleased ? "m" : "M"
    parser.take(Array("\u{1B}[<\(code);\(point.x + 1);\(point.y + 1)\(end)".utf8), into: &inputs)
    guard case .mouse(let report)? = inputs.first else { return [] }
    let grid = grid(model)
    if let message = model.sliderMessage(for: report, on: grid) { return model.update(message) }
    return KeyMap.keys(for: report, on: grid, focus: model.focus).flatMap {
      model.update(model.message(for: $0))
    }
  }

  private func slider(_ title: String, _ model: Model) throws -> Rect {
    let grid = grid(model)
    let row = try #require(grid.text.firstIndex { $0.contains(title) })
    return try #require(grid.sliders.first { $0.area.y == row }).area
  }

  @Test func aKnobIsDragged() throws {
    var model = opened()
    let way = try slider("rotation range", model)
    func at(_ share: Double) -> Point {
      Point(x: way.x + Int(share * Double(way.width - 1)), y: way.y)
    }
    #expect(report(0, at(0), &model) == [])
    // Beyond the end of the way, and on another row: it stays the knob that was taken.
    #expect(report(32, Point(x: way.maxX + 9, y: way.y + 3), &model) == [])
    #expect(grid(model).text[way.y].contains("180"))
    #expect(report(32, at(0.5), &model) == [])
    #expect(model.requested == Sample.scenario)
    let effects = report(0, at(0.5), isReleased: true, &model)
    guard case .ask(.change(.setting(let change)))? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    let degrees = try #require(Double(change.value))
    #expect((80.0...95).contains(degrees) && effects.count == 1)
    #expect(model.requested.settings.rotationRange == degrees)
    // The knob has been let go.
    #expect(report(32, at(1), &model) == [] && report(0, at(1), isReleased: true, &model) == [])
    #expect(model.requested.settings.rotationRange == degrees)
  }

  /// Each slider's ends, and the knob where the value is.
  @Test func slidersReachTheirEnds() throws {
    let expected: [(String, ScenarioChange, ScenarioChange)] = [
      ("GPU step", .compute(.microseconds(100)), .compute(.seconds(1))),
      ("queue limit", .queueLimit(1), .queueLimit(1_000)),
      ("zoom range", .setting(.zoom(.none)), .setting(.zoom(ZoomRange(around: 0.9)))),
      ("vertical flip", .setting(.verticalFlip(false)), .setting(.verticalFlip(true))),
    ]
    for (title, low, high) in expected {
      for (share, change) in [(0, low), (1, high)] {
        var model = opened()
        let way = try slider(title, model)
        let end = Point(x: share == 0 ? way.x : way.maxX - 1, y: way.y)
        _ = report(0, end, &model)
        _ = report(0, end, isReleased: true, &model)
        #expect(model.requested == Sample.scenario.applying(change), "\(title) \(share)")
        #expect(grid(model).cell(end.x, end.y)?.text == "●", "\(title) \(share)")
      }
    }
  }

  /// A key lets go of the knob, and a refusal says why.
  @Test func aKeyLetsGoOfTheKnob() throws {
    var model = opened()
    let way = try slider("lens k1", model)
    _ = report(0, way.origin, &model)
    #expect(model.update(model.message(for: .escape)) == [])
    #expect(report(0, way.origin, isReleased: true, &model) == [])
    #expect(model.requested == Sample.scenario)
  }
}
