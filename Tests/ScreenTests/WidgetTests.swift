import Screen
import TestSupport
import Testing

@Suite struct WidgetTests {
  @Test(arguments: [Glyphs.unicode, .ascii, .unicode(borders: .square), .unicode(borders: .none)])
  func gallery(glyphs: Glyphs) {
    var grid = CellGrid(size: Size(width: 64, height: 21), glyphs: glyphs)
    drawGallery(on: &grid)
    let name = glyphs.isASCII ? "ascii" : "unicode-\(glyphs.borders.rawValue)"
    expectSnapshot(grid, "gallery-\(name)")
  }

  @Test func barsResolveEighths() {
    var grid = CellGrid(size: Size(width: 2, height: 18))
    for step in 0...17 {
      grid.drawBar(
        Double(step) / 16, in: Rect(x: 0, y: step, width: 2, height: 1), gradient: .load)
    }
    #expect(
      grid.text == [
        "", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█", "█▏", "█▎", "█▍", "█▌", "█▋", "█▊", "█▉", "██",
        "██",
      ])
  }

  @Test func aValueAboveZeroNeverVanishes() {
    var grid = CellGrid(size: Size(width: 20, height: 2))
    grid.drawBar(0.0001, in: Rect(x: 0, y: 0, width: 20, height: 1), gradient: .load)
    grid.drawBar(.nan, in: Rect(x: 0, y: 1, width: 20, height: 1), gradient: .load)
    #expect(grid.text == ["▏", ""])
  }

  @Test func stackedPartsFillNoMoreThanTheWhole() {
    var grid = CellGrid(size: Size(width: 10, height: 1), glyphs: .ascii)
    grid.drawStackedBar(
      [
        BarPart(0.84, .gpuBusy), BarPart(0.01, .gpuHost, glyph: "▒"),
        BarPart(0.15, .gpuStarved, glyph: "░"),
      ], in: grid.bounds)
    #expect(grid.text == ["#######:.."])
    #expect(grid.cell(7, 0)?.style.ink == .role(.gpuHost))
  }

  @Test func tablesScrollToTheSelection() {
    let rows = (0..<9).map { [[Span("row \($0)")]] }
    var grid = CellGrid(size: Size(width: 8, height: 4))
    let drawn = grid.drawTable(
      [TableColumn("name", .share(1))], rows: rows, in: grid.bounds, selected: 5)
    #expect(grid.text == ["name", "row 3", "row 4", "row 5"])
    #expect(drawn.map(\.index) == [3, 4, 5])
    #expect(grid.cell(0, 3)?.style.ground == .role(.selection))
    #expect(grid.cell(0, 2)?.style.ground == nil)
  }

  @Test func wrappingKeepsEveryWord() {
    let spans = [Span("Input-bound:", .bad), Span(" warp. make 3.90 ms", .text)]
    let lines = spans.wrapped(to: 14).map { $0.map(\.text).joined() }
    #expect(lines == ["Input-bound:", "warp. make", "3.90 ms"])
  }

  @Test func noLineBeginsWithTheCommaOfTheSpanBefore() {
    let spans = [
      Span("8.4 s", .value), Span(" (+20 %)", .bad), Span(", predicted 8.79 s", .muted),
    ]
    for width in 8...40 {
      let lines = spans.wrapped(to: width).map { $0.map(\.text).joined() }
      #expect(lines.allSatisfy { !$0.hasPrefix(",") }, "at \(width)")
      #expect(lines.joined(separator: " ") == "8.4 s (+20 %), predicted 8.79 s", "at \(width)")
    }
    // Wider than the line: broken where the style changes.
    let long = [Span("keras3-", .text), Span("processes", .value)]
    #expect(long.wrapped(to: 9).map { $0.map(\.text).joined() } == ["keras3-", "processes"])
  }

  @Test func aTextThatFitsIsOneRowWithoutABlankBefore() {
    let spans = [
      Span("", .bad), Span(" Measuring", .text), Span(" →", .text), Span(" 3.5 s", .muted),
    ]
    let row = [Span("Measuring →", .text), Span(" 3.5 s", .muted)]
    #expect(spans.wrapped(to: 40) == [row])
    #expect([Span("", .bad), Span("Measuring", .text)].wrapped(to: 9) == [[Span("Measuring")]])
    #expect(row.wrapped(to: row.width) == [row])
  }

  @Test func wrappingKeepsUnitsWithTheirNumbers() {
    func lines(_ text: String, _ width: Int) -> [String] {
      [Span(text)].wrapped(to: width).map { $0.map(\.text).joined() }
    }
    #expect(lines("workers idle 73 %.", 16) == ["workers idle", "73 %."])
    #expect(lines("every 5.49 ms, possible", 15) == ["every 5.49 ms,", "possible"])
    #expect(lines("every 5.49 ms, possible", 13) == ["every", "5.49 ms,", "possible"])
    // A word after a number that is no unit may go to the next line.
    #expect(lines("worker 1 sleeps", 9) == ["worker 1", "sleeps"])
  }
}

/// One of every widget, as a screen that makes some sense.
func drawGallery(on grid: inout CellGrid) {
  let parts = grid.bounds.stacked([.cells(1), .cells(8), .cells(10), .share(1)])
  grid.draw(
    [Span("augtop", .title, attributes: .bold), Span("  fast-gpu · 32×32×3", .muted)],
    in: parts[0])
  grid.draw([Span("q", .key), Span(" quit")], in: parts[0], alignment: .right)
  let stages = grid.drawBox(
    in: parts[1], title: [Span("Stages", .title)], note: [Span("CPU/image", .muted)])
  let columns = [
    TableColumn("stage", .share(1)), TableColumn("", .cells(20)),
    TableColumn("CPU", .cells(9), .right), TableColumn("share", .cells(6), .right),
  ]
  let costs: [(String, Double, Bool)] = [
    ("[·] rotation  range 0", 4.5, true), ("[x] height-shift", 2.4, true), ("[x] warp", 94.9, true),
    ("[ ] zoom", 0, false),
  ]
  let rows = grid.drawTable(
    columns,
    rows: costs.map { cost in
      [
        [Span(cost.0, cost.2 ? .stageOn : .stageOff)], [],
        [Span("\(cost.1) µs", .value)], [Span("\(Int(cost.1 / 1.218)) %", .muted)],
      ]
    }, in: stages, selected: 2)
  for row in rows {
    grid.drawBar(
      costs[row.index].1 / 100, in: row.area.tableColumns(columns)[1], gradient: .load)
  }
  let side = grid.drawBox(in: parts[2], title: [Span("Epoch 2", .title)])
  let lines = side.stacked([.cells(1), .cells(1), .cells(3), .cells(1), .cells(1), .cells(1)])
  grid.drawBar(0.61, in: lines[0].inset(horizontally: 1), gradient: .progress)
  grid.draw([Span("ETA 2.5 s "), Span("±0.1", .muted)], in: lines[1], alignment: .right)
  grid.drawBandGraph(
    (0..<124).map { step in
      let mean = Double(abs(step % 60 - 30)) / 3
      return Band(low: mean - 2, mean: mean, high: mean + 2)
    }, limit: 12, in: lines[2])
  grid.drawDivider(
    in: Rect(x: parts[2].x, y: lines[3].y, width: parts[2].width, height: 1),
    title: [Span("GPU", .title)], note: [Span("clock 1.0", .muted)])
  grid.drawStackedBar(
    [
      BarPart(0.84, .gpuBusy), BarPart(0.05, .gpuHost, glyph: "▒"),
      BarPart(0.11, .gpuStarved, glyph: "░"),
    ], in: lines[4])
  grid.drawSparkline(
    (0..<62).map { Double($0 % 11) }, limit: 10, in: lines[5], gradient: .queue)
  grid.drawWrapped(
    [
      Span("Input-bound: ", .bad, attributes: .bold),
      Span("warp. make 3.90 ms · step 3.60 ms · waited 11 %. "),
      Span("Press 7", .key), Span(": less work. Watch the epoch.", .muted),
    ], in: parts[3])
}
