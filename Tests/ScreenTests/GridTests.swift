import Screen
import Testing

@Suite struct GridTests {
  @Test func textIsCutWithAnEllipsis() {
    var grid = CellGrid(size: Size(width: 10, height: 2))
    #expect(grid.put("augmentation", at: Point(x: 1, y: 0), maxWidth: 5) == 6)
    #expect(grid.put("five!", at: Point(x: 0, y: 1), maxWidth: 5) == 5)
    #expect(grid.text == [" augm…", "five!"])
  }

  @Test func wideCharactersTakeTwoCellsAndNeverBreak() {
    var grid = CellGrid(size: Size(width: 6, height: 1))
    grid.put("画像a", at: Point(x: 0, y: 0))
    #expect(grid.text == ["画像a"])
    #expect(grid.cell(1, 0)?.isContinuation == true)
    grid.put("x", at: Point(x: 1, y: 0))
    #expect(grid.text == [" x像a"])
    grid.put("y", at: Point(x: 2, y: 0))
    #expect(grid.text == [" xy a"])
    var edge = CellGrid(size: Size(width: 3, height: 2))
    edge.put("画像", at: Point(x: 0, y: 0))
    edge.put("画像", at: Point(x: -1, y: 1))
    #expect(edge.text == ["画", " 像"])
    var cut = CellGrid(size: Size(width: 8, height: 1))
    cut.put("画像処理", at: Point(x: 0, y: 0), maxWidth: 6)
    #expect(cut.text == ["画像 …"])
  }

  @Test func combiningMarksJoinTheirBase() {
    var grid = CellGrid(size: Size(width: 4, height: 1))
    grid.put("e\u{301}x", at: Point(x: 0, y: 0))
    #expect(grid.cell(0, 0)?.text == "e\u{301}")
    #expect(grid.cell(1, 0)?.text == "x")
  }

  @Test func controlCharactersNeverReachTheTerminal() {
    var grid = CellGrid(size: Size(width: 8, height: 1))
    grid.put("a\u{1B}[2J\u{9B}\n", at: Point(x: 0, y: 0))
    #expect(grid.text == ["a?[2J??"])
  }

  @Test func asciiGridsHoldAsciiOnly() {
    var grid = CellGrid(size: Size(width: 24, height: 1), glyphs: .ascii)
    grid.put("4.5 µs ±0.1 − × · → 画e\u{301}", at: Point(x: 0, y: 0))
    #expect(grid.text == ["4.5 us+-0.1 - x . ->??e"])
  }

  @Test func twinsKeepTheWidthOfEverythingDrawn() {
    for value in (0xA0...0x2BFF).compactMap(Unicode.Scalar.init) {
      let text = String(value)
      let twin = asciiTwin(of: text)
      #expect(twin.unicodeScalars.allSatisfy { $0.isASCII })
      #expect(CellWidth.of(twin) == CellWidth.of(text), "U+\(String(value.value, radix: 16))")
    }
    let drawn = "▏▎▍▌▋▊▉█▁▂▃▄▅▆▇╭╮╰╯┌┐└┘─│├┤┬┴µ±×−–·→…✓"
    #expect(!asciiTwin(of: drawn).contains("?"))
    #expect(asciiTwin(of: "[·] range 0") == "[.] range 0")
  }

  @Test func everyWidgetStandsEveryRectangle() {
    for glyphs in [Glyphs.unicode, .ascii] {
      for width in 0...9 {
        for height in 0...4 {
          for (x, y) in [(0, 0), (-3, -2), (7, 2), (90, 90), (Int.min, Int.max)] {
            let area = Rect(x: x, y: y, width: width, height: height)
            var grid = CellGrid(size: Size(width: 8, height: 3), glyphs: glyphs)
            drawEverything(in: area, on: &grid)
            #expect(grid.cells.count == 24)
            if glyphs.isASCII {
              #expect(grid.cells.allSatisfy { $0.scalar < 128 })
            }
          }
        }
      }
    }
  }

  @Test func nothingIsDrawnOutsideItsArea() {
    let area = Rect(x: 3, y: 2, width: 6, height: 3)
    var grid = CellGrid(size: Size(width: 12, height: 7))
    grid.fill(grid.bounds, with: "~")
    drawEverything(in: area, on: &grid)
    for y in 0..<7 {
      for x in 0..<12 where !area.contains(Point(x: x, y: y)) {
        #expect(grid.cell(x, y)?.text == "~", "\(x), \(y)")
      }
    }
  }

  private func drawEverything(in area: Rect, on grid: inout CellGrid) {
    grid.drawBox(in: area, title: [Span("Stages", .title)], note: [Span("3", .muted)])
    grid.drawDivider(in: area, title: [Span("Queue", .title)])
    grid.drawBar(0.6, in: area, gradient: .load)
    grid.drawStackedBar(
      [BarPart(0.84, .gpuBusy), BarPart(0.05, .gpuHost, glyph: "▒"), BarPart(0.7, .gpuStarved)],
      in: area)
    grid.drawSparkline([0, 1, 2, 3, .nan, -1, .infinity], limit: 3, in: area, gradient: .queue)
    grid.drawBandGraph(
      [Band(low: 0, mean: 1, high: 3), Band(low: .nan, mean: .infinity, high: -1)], limit: 3,
      in: area)
    grid.draw([Span("warp ", .text), Span("画像 94.9 µs", .value)], in: area, alignment: .right)
    grid.drawWrapped([Span("Input-bound: warp. Press 7: less work.")], in: area)
    grid.drawTable(
      [TableColumn("stage", .share(1)), TableColumn("cpu", .cells(4), .right)],
      rows: [[[Span("warp")], [Span("94.9")]], [[Span("zoom")], [Span("4.5")]]], in: area,
      selected: 1)
    grid.tint(area, ground: .selection)
  }

  /// An arrow and a plus-minus keep their meaning, and the text its columns.
  @Test func arrowsAreTwoCharactersInASCII() {
    var grid = CellGrid(size: Size(width: 24, height: 1), glyphs: .ascii)
    grid.put("6.3 s → 8.5 s ±0.2 (±1)", at: Point(x: 0, y: 0))
    #expect(grid.text == ["6.3 s ->8.5 s+-0.2 (~1)"])
  }
}
