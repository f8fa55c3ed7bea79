import Dashboard
import Screen
import TestSupport
import Testing

@Suite struct ScreenSnapshotTests {
  private static let sizes = [(120, 36), (80, 24), (60, 16), (200, 60)]

  /// One file a scene and glyph set, with the screen at each size.
  @Test(arguments: Scene.allCases) func screens(scene: Scene) {
    for glyphs in [Glyphs.unicode, .ascii] {
      let screens = Self.sizes.map { columns, rows in
        var grid = CellGrid(size: Size(width: columns, height: rows), glyphs: glyphs)
        drawScreen(scene.model, on: &grid)
        return "== \(columns) x \(rows)\n" + grid.text.joined(separator: "\n") + "\n"
      }
      let name = "\(scene.rawValue)-\(glyphs.isASCII ? "ascii" : "unicode")"
      expectSnapshot(screens.joined(separator: "\n"), name)
    }
  }
}
