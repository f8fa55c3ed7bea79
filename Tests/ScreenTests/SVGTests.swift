import Screen
import Testing

@Suite struct SVGTests {
  private static func picture(_ text: String, style: Style = .text) -> String {
    var grid = CellGrid(size: Size(width: 12, height: 1))
    grid.put(text, at: Point(x: 0, y: 0), style: style)
    return grid.svg(theme: .plain, title: "a <title> & more")
  }

  @Test func textKeepsItsPlaceAndIsEscaped() {
    let picture = Self.picture("ab  <&> a é")
    #expect(picture.contains("<title>a &lt;title&gt; &amp; more</title>"))
    #expect(picture.contains("<text x=\"0\" y=\"12\" textLength=\"16\""))
    #expect(picture.contains("<text x=\"32\" y=\"12\" textLength=\"56\""))
    #expect(picture.contains(">&lt;&amp;&gt; a é</text>"))
    #expect(picture.contains("viewBox=\"-8 -8 112 32\""))
  }

  @Test func wideGlyphsTakeTwoCells() {
    let picture = Self.picture("画a")
    #expect(picture.contains("textLength=\"24\""))
    #expect(picture.contains(">画a</text>"))
  }

  @Test func blocksAreShapes() {
    let picture = Self.picture("█▌▁░╭⣿")
    #expect(!picture.contains("<text"))
    #expect(picture.contains("M0 0h8v16h-8zM8 0h4v16h-4zM16 14h8v2h-8z"))
    #expect(picture.contains("fill-opacity=\".25\" d=\"M24 0h8v16h-8z\""))
    #expect(picture.contains("d=\"M32 0m8 8q-4 0-4 4v4\""))
    #expect(picture.split(separator: "h0").count == 9)
    // The upper half of a cell: a pixel above another one.
    #expect(Self.picture("▀").contains("M0 0h8v8h-8z"))
  }

  @Test func reversedCellsSwapInkAndGround() {
    let picture = Self.picture("x", style: Style(.text, attributes: .reverse))
    #expect(
      picture.contains("<rect x=\"0\" y=\"0\" width=\"8\" height=\"16\" fill=\"#d0d0d0\"/>"))
    #expect(picture.contains("textLength=\"8\" fill=\"#101010\""))
  }

  @Test func theSameGridGivesTheSameBytes() {
    var grid = CellGrid(size: Size(width: 8, height: 3))
    for (row, role) in Role.allCases.prefix(3).enumerated() {
      grid.put("▅ ⣿ ─ a", at: Point(x: 0, y: row), style: Style(role))
    }
    #expect(grid.svg(theme: .plain, title: "t") == grid.svg(theme: .plain, title: "t"))
  }
}
