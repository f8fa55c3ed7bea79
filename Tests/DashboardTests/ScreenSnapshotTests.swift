import Dashboard
import Screen
import TestSupport
import Testing
import Themes

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

  /// One file a depth of colour: below each row a letter for each cell's colours, which are listed at the
  /// end.
  @Test(arguments: ColorDepth.allCases) func colors(depth: ColorDepth) throws {
    let theme = try ThemeCatalog().theme(named: "dark")
    let glyphs = theme.glyphs(isUnicode: true, depth: depth)
    var grid = CellGrid(size: Size(width: 120, height: 36), glyphs: glyphs)
    drawScreen(Scene.warpOff.model, on: &grid)
    var paints: [Paint] = []
    let rows = grid.text.enumerated().map { y, row in
      let letters = (0..<grid.size.width).map { x -> Character in
        guard let cell = grid.cell(x, y) else { return " " }
        let paint = theme.paint(cell.style, depth: depth)
        if !paints.contains(paint) { paints.append(paint) }
        return Self.letters[(paints.firstIndex(of: paint) ?? 0) % Self.letters.count]
      }
      return row + "\n" + String(letters)
    }
    let legend = paints.enumerated().map { index, paint in
      "\(Self.letters[index % Self.letters.count])  \(paint.inWords)"
    }
    expectSnapshot((rows + legend).joined(separator: "\n") + "\n", "depth-\(depth)")
  }

  private static let letters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
}

extension Paint {
  /// The colours as the terminal's numbers, those beyond 255 as 24 bits.
  fileprivate var inWords: String {
    func color(_ number: Int32) -> String {
      number < 0 ? "default" : number > 255 ? "#" + String(number, radix: 16) : "\(number)"
    }
    let words = [
      (TextAttributes.bold, "bold"), (.dim, "dim"), (.underline, "underline"),
      (.reverse, "reverse"),
    ].filter { attributes.contains($0.0) }.map(\.1)
    return ([color(foreground), "on", color(background)] + words).joined(separator: " ")
  }
}
