import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

@Suite struct LayoutTests {
  private static let widths =
    Array(stride(from: 0, through: 220, by: 13)) + [
      1, 2, 59, 60, 61, 79, 80, 109, 110, 111, 119, 120, 220,
    ]
  private static let heights =
    Array(stride(from: 0, through: 70, by: 7)) + [
      1, 2, 15, 16, 17, 22, 23, 24, 26, 27, 36, 70,
    ]

  @Test(arguments: [Scene.hint, .warpOff, .help, .longPath, .recordingFailed])
  func everySizeHolds(scene: Scene) {
    let model = scene.model
    for width in Self.widths {
      for height in Self.heights {
        let glyphs = (width + height) % 2 == 0 ? Glyphs.unicode : .ascii
        var grid = CellGrid(size: Size(width: width, height: height), glyphs: glyphs)
        drawScreen(model, on: &grid)
        let lines = grid.text
        let size = "\(scene) at \(width)×\(height)"
        #expect(lines.count == height)
        #expect(lines.allSatisfy { CellWidth.of($0) <= width }, "\(size)")
        if glyphs.isASCII { #expect(lines.allSatisfy { $0.allSatisfy(\.isASCII) }, "\(size)") }
        if width < 60 || height < 16 {
          expectNeed(lines, width, height, size)
        } else if scene != .help {
          expectWhole(grid, model, size)
        }
      }
    }
  }

  /// A list with more stages than the generator's has them all on the screen, with panels and without.
  @Test(arguments: [(120, 46, 20), (110, 44, 15), (60, 40, 15), (200, 60, 22)])
  func longerListsAreShownWhole(width: Int, height: Int, count: Int) {
    let running = Sample.running
    let more = (running.stageList.count..<count).map { SessionStage("further-\($0)") }
    let stages = StageList(running.stages.map(\.stage) + more)
    var reading = Reading(
      scenario: running.scenario, dataset: running.dataset, stages: stages, epoch: running.epoch,
      queue: running.queue)
    reading.stages = stages.map { StageReading(stage: $0, isOn: true) }
    var grid = CellGrid(size: Size(width: width, height: height))
    drawScreen(Scene.running.model.taking(reading), on: &grid)
    let text = grid.text.joined(separator: "\n")
    for stage in stages { #expect(text.contains(stage.name), "\(stage.name)") }
  }

  /// Every change predicted, so that What if is as full as it gets.
  private static func predicted(_ reading: Reading) -> Predictions {
    let changes = reading.scenario.singleChanges(reading.stageList)
    let epochs = changes.enumerated().map { index, change in
      let seconds = 6 + Double(index) * 0.17
      return (change, EpochEstimate(seconds: seconds, low: seconds - 0.05, high: seconds + 0.05))
    }
    return Predictions(
      scenario: reading.scenario, now: 8.6, epochs: Dictionary(uniqueKeysWithValues: epochs))
  }

  /// Words end with an ellipsis where they mean it, and nowhere because a panel is narrow.
  @Test(arguments: [Scene.hint, .warpOff, .resimulated])
  func nothingIsCutMidWord(scene: Scene) {
    let meant: Set = ["measuring…", "on…", "torch…"]
    var model = scene.model
    _ = model.update(.predictions(Self.predicted(model.reading)))
    for arrangement in 0..<Arrangement.allCases.count {
      if arrangement > 0 { model = model.after(.nextArrangement) }
      for width in [
        60, 64, 70, 75, 76, 80, 84, 87, 88, 95, 96, 100, 110, 120, 132, 160, 200, 240, 300, 400,
      ] {
        for height in [16, 24, 30, 36, 60, 120] where (width / 2 + height / 6) % 2 == 0 {
          _ = model.update(.size(Size(width: width, height: height)))
          var grid = CellGrid(size: Size(width: width, height: height))
          drawScreen(model, on: &grid)
          let cut = grid.text.flatMap { $0.split(separator: " ") }.filter {
            $0.hasSuffix("…") && !meant.contains(String($0))
          }
          #expect(cut == [], "\(scene), layout \(arrangement), \(width)×\(height)")
        }
      }
    }
  }

  private func expectNeed(_ lines: [String], _ width: Int, _ height: Int, _ size: String) {
    guard width >= 24, height >= 3 else { return }
    let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(words.contains("60×16") || words.contains("60x16"), "\(size): \(words)")
    #expect(words.contains("q quits"), "\(size): \(words)")
  }

  /// Header, footer, every box with its four corners, and what must not be covered.
  private func expectWhole(_ grid: CellGrid, _ model: Model, _ size: String) {
    let lines = grid.text
    let text = lines.joined(separator: "\n")
    #expect(lines.first?.hasPrefix(" augtop") == true, "\(size)")
    #expect(lines.first?.hasSuffix("q quit  ? help") == true, "\(size)")
    #expect(lines.last?.isEmpty == false, "\(size)")
    for word in ["starved", "left "] { #expect(text.contains(word), "\(word), \(size)") }
    #expect(text.contains("warp  "), "the selected stage, \(size)")
    if grid.size.width >= 80, grid.size.height >= 24 {
      // The reason, the table, what else could be done, and the proof.
      for title in ["¹Why", "²Stages", "³What if", "⁴Epoch 2", "⁶Last "] {
        #expect(text.contains(grid.glyphs.shown(title)), "\(title), \(size)")
      }
      #expect(text.contains("worker 1"), "\(size)")
    }
    expectBoxes(grid, size)
  }

  /// Every left upper corner has the other three, joined by unbroken sides.
  private func expectBoxes(_ grid: CellGrid, _ size: String) {
    guard !grid.glyphs.isASCII else { return }
    func glyph(_ x: Int, _ y: Int) -> String { grid.cell(x, y)?.text ?? "" }
    for y in 0..<grid.size.height {
      for x in 0..<grid.size.width where glyph(x, y) == "╭" {
        let right = (x..<grid.size.width).first { glyph($0, y) == "╮" } ?? x
        let bottom = (y..<grid.size.height).first { glyph(x, $0) == "╰" } ?? y
        #expect(right > x && bottom > y, "\(size)")
        #expect(glyph(right, bottom) == "╯", "\(size)")
        for side in (y + 1)..<max(y + 2, bottom) {
          #expect(glyph(x, side) == "│" && glyph(right, side) == "│", "\(size), row \(side)")
        }
        for side in (x + 1)..<max(x + 2, right) {
          // The edge may say how much there is no room for: "4 more".
          let isEdge = glyph(side, bottom) == "─" || " more0123456789".contains(glyph(side, bottom))
          #expect(isEdge, "\(size), column \(side)")
        }
      }
    }
  }

  /// Numbers that no session has: nothing traps, the boxes stay whole, and the header fits.
  @Test func absurdNumbersLeaveTheLayoutWhole() {
    var reading = Sample.warpOff
    reading.at = Nanoseconds(.max / 2)
    reading.epoch.number = .max
    reading.epoch.samples = .max
    reading.epoch.samplesSeen = .max
    reading.epoch.projected = .infinity
    reading.epoch.remaining = .nan
    reading.epoch.remainingHalf = 1e300
    reading.epoch.last = -1e300
    reading.queue.depth = .max
    reading.queue.limit = 10_000
    reading.queue.frame = DepthSpan(low: 0, mean: .nan, high: .max)
    for index in reading.frames.indices {
      reading.frames[index].busy = .nan
      reading.frames[index].pictures = .max / 1_000
      reading.frames[index].depths.seconds[3] = .infinity
    }
    reading.consumer.busy = .nan
    reading.own.droppedEvents = .max
    reading.own.residentBytes = .max
    reading.own.cpuFraction = .infinity
    for index in reading.stages.indices {
      reading.stages[index].cpuPerImage = Nanoseconds(.max / 64)
      reading.stages[index].share = .nan
    }
    for size in [Size(width: 60, height: 16), Size(width: 120, height: 36)] {
      var grid = CellGrid(size: size)
      drawScreen(Scene.running.model.taking(reading), on: &grid)
      expectBoxes(grid, "\(size)")
      #expect(grid.text.first?.hasSuffix("q quit  ? help") == true)
    }
  }
}
