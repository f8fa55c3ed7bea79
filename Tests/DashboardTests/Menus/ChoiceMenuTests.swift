import Augmentation
import Dashboard
import Pipeline
import Screen
import Testing
import Themes

/// The lists of themes and presets.
@Suite struct ChoiceMenuTests {
  private static let catalog = ThemeCatalog(userFolder: "/nowhere")

  /// One with a name, costs and stages as long as the program's own have them.
  private var presets: [Scenario] {
    var long = Sample.scenario
    long.name = "keras-cifar10"
    long.interpreterLock = true
    long.settings.rotationRange = 15
    long.settings.shearRange = 0.2
    return [Sample.scenario, long]
  }

  private var model: Model {
    get throws {
      let names = Self.catalog.names
      return Model(
        reading: Sample.running, themes: names, theme: "dark", costs: [.native], machineCores: 2,
        recordingPath: { _ in "" },
        themeSummaries: try names.map { try Self.catalog.file(named: $0).description },
        presets: presets)
    }
  }

  private func lines(_ model: Model, _ width: Int, _ height: Int) -> [String] {
    var grid = CellGrid(size: Size(width: width, height: height))
    drawScreen(model, on: &grid)
    return grid.text
  }

  /// What a theme is like is said on every screen.
  @Test func everyThemeIsDescribedOnASmallScreen() throws {
    var model = try model
    _ = model.update(model.message(for: .character("T")))
    for name in Self.catalog.names {
      let summary = try Self.catalog.file(named: name).description
      let shown = lines(model, 60, 16)
      #expect(shown.contains { $0.contains(name) && $0.contains(summary) }, "\(name)")
      _ = model.update(model.message(for: .down))
    }
  }

  /// All facts of a preset, on several rows where they are long; the list stays where it is.
  @Test(arguments: [60, 80, 120]) func everyFactOfAPresetIsThere(width: Int) throws {
    var model = try model
    _ = model.update(model.message(for: .character("O")))
    var edges: Set<Int> = []
    for _ in presets {
      let shown = lines(model, width, 16)
      edges.insert(try #require(shown.firstIndex { $0.contains("Presets") }))
      for fact in ["pictures", "loader", "costs", "GPU step", "host", "stages", "governor"] {
        #expect(shown.contains { $0.contains(fact) }, "\(fact)")
      }
      _ = model.update(model.message(for: .down))
    }
    #expect(edges.count == 1)
  }
}
