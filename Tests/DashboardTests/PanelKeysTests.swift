import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// Focus, zoom and layouts by key and by mouse.
@Suite struct PanelKeysTests {
  private func text(_ model: Model, _ width: Int = 120, _ height: Int = 36) -> String {
    grid(model, width, height).text.joined(separator: "\n")
  }

  private func grid(_ model: Model, _ width: Int = 120, _ height: Int = 36) -> CellGrid {
    var grid = CellGrid(size: Size(width: width, height: height))
    drawScreen(model, on: &grid)
    return grid
  }

  @Test func tabGoesThroughThePanelsOnTheScreenAndBack() {
    var model = Model(showing: Sample.warpOff)
    _ = model.update(.size(Size(width: 80, height: 24)))
    var seen = [model.focus]
    for _ in 0..<5 {
      model = model.after(.focusNext)
      seen.append(model.focus)
    }
    #expect(seen == [.stages, .whatIf, .epoch, .timeline, .why, .stages])
    #expect(model.after(.focusPrevious).focus == .why)
  }

  /// Keys for pages move lists and the help by ten lines, in a recording as well.
  @Test func pagesMoveTenLines() {
    var model = Model(showing: Sample.running)
    _ = model.update(model.message(for: .home))
    _ = model.update(model.message(for: .pageDown))
    #expect(model.selection.index == 10)
    _ = model.update(model.message(for: .pageUp))
    #expect(model.selection.index == 0)
    for reading in [
      Sample.running, Sample.replayed, Sample.resimulated, Sample.job(hasKeys: false),
    ] {
      var model = Model(showing: reading).after(.help)
      _ = model.update(model.message(for: .pageDown))
      #expect(model.isHelpShown && model.helpScroll == 10)
      _ = model.update(model.message(for: .pageUp))
      #expect(model.isHelpShown && model.helpScroll == 0)
    }
  }

  @Test func enterZoomsAndEscapeGoesBack() {
    let model = Model(showing: Sample.warpOff).after(.focus(.timeline), .zoom)
    #expect(model.isZoomed && !text(model).contains("Stages") && text(model).contains("worker 1"))
    #expect(text(model.after(.unzoom)).contains("Stages"))
  }

  /// A panel that a small screen has no room for gets all of it, and Escape gives it back.
  @Test func aHiddenPanelIsShownWhileItHasTheFocus() {
    var model = Model(showing: Sample.warpOff)
    _ = model.update(.size(Size(width: 80, height: 24)))
    #expect(text(model, 80, 24).contains("Alt 5 7 8 0"))
    model = model.after(.focus(.history))
    #expect(text(model, 80, 24).contains("pict./s"))
    #expect(text(model.after(.unzoom), 80, 24).contains("Stages"))
  }

  /// Each layout is shown when its key is pressed, with the reason at the top, whatever had the focus.
  @Test func eachLayoutIsShownAtOnce() {
    for panel in [Panel.stages, .whatIf, .keys] {
      var model = Model(showing: Sample.warpOff)
      _ = model.update(.size(Size(width: 120, height: 36)))
      model = model.after(.focus(panel))
      for _ in Arrangement.allCases {
        model = model.after(.nextArrangement)
        let shown = text(model)
        #expect(shown.contains("Why") && !model.isZoomed, "\(model.arrangement) from \(panel)")
        #expect(
          model.layout(in: Size(width: 120, height: 36)).places.count > 1,
          "\(model.arrangement) from \(panel)")
      }
    }
  }

  /// A trial is seen while it runs, and its own switches aren't taken for keys.
  @Test(arguments: [(60, 16), (80, 24), (120, 36), (160, 45)])
  func aTrialIsSeen(width: Int, height: Int) {
    let model = Model(showing: Sample.warpOff).after(.trial)
    #expect(text(model, width, height).contains("trial "))
    #expect(!text(model, width, height).contains("Last key"))
  }

  /// A row's name and value don't overlap at any width.
  @Test func theMachinesFactsDontOverlap() {
    let model = Model(showing: Sample.warpOff)
    for width in stride(from: 108, through: 156, by: 6) {
      for line in grid(model, width, 50).text where line.contains("lock w") {
        #expect(line.contains("lock wait ") || line.contains("lock wait·"), "\(width): \(line)")
      }
    }
  }

  @Test func aKeyWithoutAMeaningIsSaid() {
    var model = Model(showing: Sample.running)
    _ = model.update(.unboundKey)
    #expect(text(model).contains("this key does nothing here"))
  }

  @Test func aClickSwitchesAndTheWheelScrolls() {
    let model = Model(showing: Sample.warpOff)
    let grid = grid(model)
    let row = grid.text.firstIndex { $0.contains(" shear ") } ?? 0
    func report(_ code: Int, _ x: Int, _ y: Int) -> [Key] {
      var parser = InputParser()
      var inputs: [TerminalInput] = []
      parser.take(Array("\u{1B}[<\(code);\(x + 1);\(y + 1)M".utf8), into: &inputs)
      guard case .mouse(let report)? = inputs.first else { return [] }
      return KeyMap.keys(for: report, on: grid, focus: model.focus)
    }
    #expect(report(0, 20, row) == [.alt("2"), .character("4")])
    #expect(report(64, 20, row) == [.up, .up, .up])
    let timeline = grid.text.firstIndex { $0.contains("worker 1") } ?? 0
    #expect(report(65, 20, timeline) == [.alt("6"), .down, .down, .down])
    // The right button, and a click beside everything, mean nothing.
    #expect(report(2, 20, row) == [] && report(0, 3, 0) == [])
  }

  /// A key's effect can't be seen in a frozen view, so the key does nothing.
  @Test func aFrozenViewRefusesKeysThatChangeTheSession() {
    var model = Model(showing: Sample.running).after(.freeze)
    #expect(model.update(.key(.moreWorkers)) == [])
    #expect(model.notice?.text.contains("frozen") == true)
    let before = text(model)
    _ = model.update(.reading(Sample.warpOff))
    #expect(text(model) == before)
  }

  @Test func refusalsGoByThemselves() {
    var model = Model(showing: Sample.running)
    _ = model.update(.warning("no"))
    var later = Sample.running
    later.at = Sample.running.at + .seconds(11)
    #expect(model.taking(later).notice == nil)
  }

  @Test func aBlurredDifferenceIsTooEarlyToTell() {
    var reading = Sample.warpOff
    reading.effect?.before = EpochEstimate(seconds: 24.2, low: 20, high: 28)
    reading.effect?.after = EpochEstimate(seconds: 22, low: 2, high: 42)
    #expect(text(Model(showing: reading)).contains("too early to tell"))
    reading.effect?.before = EpochEstimate(seconds: 8.61, low: 8.5, high: 8.7)
    reading.effect?.after = EpochEstimate(seconds: 8.6, low: 8.5, high: 8.7)
    #expect(text(Model(showing: reading)).contains("no difference seen"))
  }

  /// The inversion's sentence comes whenever the percentage is red.
  @Test func theInversionIsSaidWhereThePercentageIsRed() {
    var reading = Sample.warpOff
    // The intervals overlap; the difference's own leaves out zero.
    reading.effect?.before = EpochEstimate(seconds: 7.6, low: 6.9, high: 8.3)
    reading.effect?.after = EpochEstimate(seconds: 8.8, low: 8.2, high: 9.4)
    let shown = text(Model(showing: reading))
    #expect(shown.contains("(+16 %)") && shown.contains("Less work, and the epoch grew"))
  }

  /// The figures of the moment of the key stand beside those after it, until it is pressed again.
  @Test func aBaselineIsComparedWithUntilItIsLetGo() {
    let model = Model(showing: Sample.running).after(.baseline).taking(Sample.warpOff)
    let shown = text(model, 160, 45)
    #expect(shown.contains("Baseline 00:41  epoch 6.3 s → 8.6 s (+37 %)"))
    #expect(shown.contains("make 3.90 ms → 900 µs; starved 11 % → 34 %; pictures/s 7923 → 5824"))
    #expect(text(model, 80, 24).contains("Baseline 00:41  epoch 6.3 s → 8.6 s"))
    #expect(!text(model.after(.baseline)).contains("Baseline 00:41"))
    let early = Model(showing: Sample.blank).after(.baseline)
    #expect(early.notice?.text == "a baseline needs an epoch: it is still being measured")
  }

  /// Names of changes are whole at every width; "both" stands for pairs alone.
  @Test func whatIfNamesItsChanges() {
    let epoch = EpochEstimate(seconds: 5, low: 4.9, high: 5.1)
    var model = Model(showing: Sample.running)
    let changes: [ScenarioChange] = [
      .stage(.horizontalFlip, on: false), .loader(.kerasProcesses), .interpreterLock(false),
    ]
    let predictions = Predictions(
      scenario: Sample.running.scenario, now: 6.3,
      epochs: Dictionary(uniqueKeysWithValues: changes.map { ($0, epoch) }))
    _ = model.update(.predictions(predictions))
    for width in 76...220 {
      let rows = grid(model, width, 36).text.filter {
        $0.contains("−1.3 s")
      }
      #expect(rows.contains { $0.contains("keras-processes") }, "\(width)")
      #expect(rows.contains { $0.contains("lock off ") }, "\(width)")
      #expect(rows.count >= 3 && !rows.contains { $0.contains(" both ") }, "\(width)")
    }
  }

  /// A stage whose switch can't be told from no change is left out; so is a kernel with nothing to do,
  /// whatever its measurement says.
  @Test func whatIfLeavesNoiseOut() {
    var predictions = Predictions(
      scenario: Sample.running.scenario, now: 6.3,
      epochs: [
        .stage(.rotation, on: false): EpochEstimate(seconds: 6.28, low: 6.25, high: 6.31),
        .stage(.warp, on: false): EpochEstimate(seconds: 8.5, low: 8.4, high: 8.6),
        .stage(.zoom, on: false): EpochEstimate(seconds: 6, low: 5.98, high: 6.02),
      ])
    predictions.nowHalf = 0.03
    var model = Model(showing: Sample.running)
    _ = model.update(.predictions(predictions))
    func rows(_ model: Model) -> String {
      var zoomed = model.after(.focus(.whatIf), .zoom)
      _ = zoomed.update(.size(Size(width: 120, height: 36)))
      return text(zoomed)
    }
    #expect(!rows(model).contains("rotation off") && rows(model).contains("warp off"))
    #expect(rows(model).contains("zoom off"))
    var reading = Sample.running
    reading.scenario.costs = .native
    predictions.scenario = reading.scenario
    model = Model(showing: reading)
    _ = model.update(.predictions(predictions))
    #expect(!rows(model).contains("zoom off") && rows(model).contains("warp off"))
  }

  /// A bar for each processor, or a column where there are more than rows.
  @Test func processorsHaveTheirLoads() {
    var reading = Sample.running
    reading.coreLoads = [0.63, 0.07]
    let machine = Model(showing: Sample.running).after(.focus(.machine), .zoom)
    let shown = text(machine.taking(reading))
    #expect(shown.contains("core 1") && shown.contains("63 %") && shown.contains("core 2"))
    reading.coreLoads = (0..<64).map { Double($0) / 64 }
    let many = text(machine.taking(reading))
    #expect(many.contains("cores ") && !many.contains("core 1"))
  }
}
