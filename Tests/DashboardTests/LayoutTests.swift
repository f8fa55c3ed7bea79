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
  @Test(arguments: [(80, 24, 15), (110, 27, 15), (110, 28, 15), (120, 36, 20)])
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

  private static func hasPanels(_ size: Size) -> Bool {
    size.width >= 110 && size.height >= max(27, Stage.allCases.count + 13)
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
    let hasPanels = Self.hasPanels(grid.size)
    if hasPanels {
      for title in ["Stages", "Verdict", "Epoch 2", "Queue", "GPU, simulated"] {
        #expect(text.contains(title), "\(title), \(size)")
      }
      for word in ["this epoch", "images/s", "ETA", "min", "max", "busy", "starved", "dropped"] {
        #expect(text.contains(word), "\(word), \(size)")
      }
    } else {
      for word in ["epoch ", "queue ", "gpu ", "ETA", "min", "max", "busy", "starved"] {
        #expect(text.contains(word), "\(word), \(size)")
      }
    }
    #expect(text.contains("warp  "), "the selected stage, \(size)")
    #expect(text.contains("make "), "\(size)")
    #expect(text.contains("starved "), "\(size)")
    if hasPanels || grid.size.height >= 25 {
      for stage in Stage.allCases { #expect(text.contains(stage.rawValue), "\(stage), \(size)") }
    }
    expectBoxes(grid, size)
  }

  /// Every left upper corner has the other three, joined by unbroken sides.
  private func expectBoxes(_ grid: CellGrid, _ size: String) {
    guard !grid.glyphs.isASCII else { return }
    func glyph(_ x: Int, _ y: Int) -> String { grid.cell(x, y)?.text ?? "" }
    var boxes = 0
    for y in 0..<grid.size.height {
      for x in 0..<grid.size.width where glyph(x, y) == "╭" {
        boxes += 1
        let right = (x..<grid.size.width).first { glyph($0, y) == "╮" } ?? x
        let bottom = (y..<grid.size.height).first { glyph(x, $0) == "╰" } ?? y
        #expect(right > x && bottom > y, "\(size)")
        #expect(glyph(right, bottom) == "╯", "\(size)")
        for side in (y + 1)..<max(y + 2, bottom) {
          #expect(glyph(x, side) == "│" && glyph(right, side) == "│", "\(size), row \(side)")
        }
        for side in (x + 1)..<max(x + 2, right) {
          #expect(glyph(side, bottom) == "─", "\(size), column \(side)")
        }
      }
    }
    let hasPanels = Self.hasPanels(grid.size)
    // The timeline and the earlier keys have a panel each where there is room.
    let text = grid.text.joined(separator: "\n")
    let extra = ["Last ", "Earlier changes"].count { text.contains("╭ \($0)") }
    if hasPanels { #expect(boxes == 5 + extra, "\(size)") }
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
    reading.queue.history = [reading.queue.frame]
    reading.consumer.busy = .nan
    reading.consumer.history = [.nan, .infinity, -1]
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
