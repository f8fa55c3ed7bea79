import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// What panels say about what they show and about what they have no room for.
@Suite struct PanelWordsTests {
  private func grid(_ model: Model, _ width: Int, _ height: Int) -> CellGrid {
    var model = model
    _ = model.update(.size(Size(width: width, height: height)))
    var grid = CellGrid(size: Size(width: width, height: height))
    drawScreen(model, on: &grid)
    return grid
  }

  private func text(_ model: Model, _ width: Int, _ height: Int) -> String {
    grid(model, width, height).text.joined(separator: "\n")
  }

  /// How long the epoch takes in all, before any key and also where the panel has three rows.
  @Test(arguments: [(60, 16), (80, 24), (90, 26), (100, 30), (120, 36), (200, 60)])
  func theWholeEpochIsThereFromTheStart(width: Int, height: Int) {
    let shown = text(Model(showing: Sample.running), width, height)
    #expect(shown.contains("this epoch 6."), "\(shown)")
  }

  /// Eight workers, of whom a small screen shows one: what its glyphs mean stays there.
  @Test(arguments: Loader.allCases, [80, 96, 120, 200])
  func aLanesGlyphsAreExplained(loader: Loader, width: Int) throws {
    var reading = Sample.running
    reading.scenario.workers = 8
    reading.scenario.loader = loader
    let lines = grid(Model(showing: reading), width, 24).text
    let edge = try #require(lines.first { $0.contains("⁶Last") })
    #expect(edge.contains("█ makes") && edge.contains("█ starved"), "\(edge)")
    #expect(edge.contains("═ naps") == (loader == .kerasThreads), "\(edge)")
    #expect(edge.contains("▒") == reading.scenario.hasSharedLock, "\(edge)")
    #expect(["room", "demand", "naps"].contains { edge.contains($0) }, "\(edge)")
    // The count of those without room has its place as well.
    let makers = reading.scenario.makers(machineCores: reading.cores)
    #expect(makers < 3 || lines.contains { $0.contains("7 more") || $0.contains("6 more") })
  }

  /// The reason judges figures smoothed over seconds; the panels that are read beside it show the same ones.
  @Test func theReasonAndThePanelsHaveOneFigure() throws {
    var model = Model(showing: Sample.running)
    var later = Sample.running
    for _ in 0..<12 {
      later.at += .milliseconds(100)
      _ = model.update(.reading(later))
    }
    later.at += .milliseconds(100)
    later.workers.make = later.workers.make.map { $0 * 1.4 }
    later.consumer.starved += 0.2
    later.consumer.busy -= 0.2
    _ = model.update(.reading(later))
    let lines = grid(model, 200, 60).text
    func figure(after words: String) throws -> String {
      let line = try #require(lines.first { $0.contains(words) }, "no \(words)")
      let found = try #require(line.firstRange(of: words))
      return line[found.upperBound...].split(separator: " ").prefix(2).joined(separator: " ")
    }
    let make = try figure(after: "make ")
    #expect(try figure(after: " a batch ").hasPrefix(make))
    let parts = try #require(lines.first { $0.contains("a batch takes") })
    #expect(parts.contains(" \(make)"), "\(parts)")
    let starved = try figure(after: "· starved ")
    #expect(try figure(after: " % starved ") == starved)
    #expect(lines.contains { $0.contains("the GPU starves \(starved)") }, "\(starved)")
  }

  /// Parts of a watched job's step stand in one row where there are few: whole ones, as many as there is room for.
  @Test(arguments: [160, 171, 180, 199]) func aStepsPartsAreWhole(width: Int) throws {
    let lines = grid(Model(showing: Sample.rankedJob), width, 30).text
    let row = try #require(lines.first { $0.contains("to the model ") && $0.contains(" %") })
    #expect(!row.contains("…"), "\(row)")
  }

  /// While the help is open, the footer names the keys that work there, and nothing lies over it.
  @Test(arguments: [(60, 16), (80, 24), (120, 36), (200, 60)])
  func theHelpHasItsFooter(width: Int, height: Int) throws {
    let lines = grid(Model(showing: Sample.running).after(.help), width, height).text
    let footer = try #require(lines.last)
    #expect(footer.hasPrefix(" ↑↓ scroll  any other key closes"), "\(footer)")
    #expect(lines[height - 2].contains("╯"))
  }

  /// A fact of the machine has a value, or no dots that lead to none.
  @Test(arguments: [60, 90, 110, 112, 116, 122, 140]) func noFactIsWithoutItsValue(width: Int) {
    var model = Model(
      reading: Sample.running, themes: [], theme: "", costs: [.native], machineCores: 2,
      recordingPath: { "\($0)" }, sessionLabel: "VIRTUAL")
    _ = model.update(.reading(Sample.running))
    for line in grid(model.after(.nextArrangement), width, 36).text where line.contains("simulated")
    {
      #expect(line.contains("measured"), "\(line)")
    }
  }

  private static func epoch(_ seconds: Double) -> EpochEstimate {
    EpochEstimate(seconds: seconds, low: seconds - 0.05, high: seconds + 0.05)
  }

  /// A faster GPU has the shortest epoch, and no key buys it: no row is marked where the reason says that
  /// nothing helps, and else the one that it names, also where that takes ten keys.
  @Test(arguments: [nil, ScenarioChange.loader(.torch), .queueLimit(20)])
  func theMarkedRowIsTheAdvisedOne(advised: ScenarioChange?) throws {
    var model = Model(showing: Sample.running)
    let step = ScenarioChange.compute(.microseconds(3_300))
    var epochs: [ScenarioChange: EpochEstimate] = [
      step: Self.epoch(5), .workers(2): Self.epoch(6.5),
    ]
    if let advised, advised != .queueLimit(20) { epochs[advised] = Self.epoch(6) }
    func predictions(_ advice: Advice?) -> Predictions {
      var predictions = Predictions(scenario: Sample.running.scenario, now: 6.5, epochs: epochs)
      predictions.advice = advice
      return predictions
    }
    func line(_ change: ScenarioChange, _ seconds: Double, _ price: Advice.Price) -> Advice.Line {
      Advice.Line(
        [change], epoch: Self.epoch(seconds), now: Self.epoch(6.5), price: price, isEdge: false)
    }
    let singles =
      [line(step, 5, .hardware)] + (advised.map { [line($0, 6, .nothing)] } ?? [])
    let advice = Advice(now: Self.epoch(6.5), unstarved: 6.4, singles: singles, pairs: [])
    for advice in [advice, nil] where advice != nil || advised != .queueLimit(20) {
      _ = model.update(.predictions(predictions(advice)))
      let lines = grid(model, 120, 36).text
      let marked = lines.filter { $0.contains("◄") }
      let next = try #require(lines.first { $0.contains("Best next") })
      switch advised {
      case .loader:
        #expect(marked.count == 1 && marked[0].contains("loader torch"), "\(marked)")
        #expect(next.contains("loader torch"), "\(next)")
      case .queueLimit:
        #expect(marked.count == 1 && marked[0].contains("queue limit 20"), "\(marked)")
        #expect(next.contains("queue limit 20"), "\(next)")
      default:
        #expect(marked.isEmpty, "\(marked)")
        #expect(next.contains(advice == nil ? "nothing here" : "nothing helps"), "\(next)")
      }
    }
  }

  /// Every change has its row where there are rows for it.
  @Test(arguments: [(300, 80, 0), (200, 80, 0), (120, 80, 0), (400, 120, 0)])
  func alternativesUseTheRoom(width: Int, height: Int, most: Int) {
    var model = Model(showing: Sample.running, hasPicture: true)
    let changes = Sample.running.scenario.singleChanges(Sample.running.stageList)
    let epochs = changes.enumerated().map { ($1, Self.epoch(6 + Double($0) * 0.2)) }
    _ = model.update(
      .predictions(
        Predictions(
          scenario: Sample.running.scenario, now: 8.6,
          epochs: Dictionary(uniqueKeysWithValues: epochs))))
    for arrangement in [Arrangement.overview, .stages] {
      while model.arrangement != arrangement { model = model.after(.nextArrangement) }
      let place = model.layout(in: Size(width: width, height: height)).place(of: .whatIf)
      let rows = (place?.area.height ?? 0) - 2
      #expect(changes.count - rows <= max(most, 2), "\(rows) of \(changes.count)")
      let history = model.layout(in: Size(width: width, height: height)).place(of: .history)
      #expect(arrangement == .stages || (history?.area.height ?? 0) >= 18)
    }
  }

  /// A menu with fewer rows than values says how many more there are, and scrolls to them.
  @Test func aMenuSaysHowMuchMoreThereIs() {
    var model = Model(showing: Sample.running)
    _ = model.update(.size(Size(width: 60, height: 16)))
    _ = model.update(model.message(for: .character(":")))
    #expect(text(model, 60, 16).contains("4 more"))
    #expect(!text(model, 60, 16).contains("save"))
    _ = model.update(model.message(for: .pageDown))
    #expect(text(model, 60, 16).contains("save"))
    #expect(!text(model, 120, 36).contains("Values ─ 4 more"))
    _ = model.update(model.message(for: .escape))
    let names = (1...20).map { "theme-\($0)" }
    var themed = Model(
      reading: Sample.running, themes: names, theme: "theme-1", costs: [.native], machineCores: 2,
      recordingPath: { _ in "" })
    _ = themed.update(themed.message(for: .character("T")))
    #expect(text(themed, 60, 16).contains("8 more"), "\(text(themed, 60, 16))")
  }

  /// Beside more threads than cores a batch's time and a stage's bar tell work from waiting.
  @Test(arguments: [80, 120, 200]) func waitsForACoreAreToldFromWork(width: Int) throws {
    #expect(Sample.running.coreWaitShare == nil)
    var reading = Sample.running
    for index in reading.stages.indices {
      reading.stages[index].wallPerImage = reading.stages[index].cpuPerImage.map { $0 * 4 }
    }
    #expect(abs(try #require(reading.coreWaitShare) - 0.75) < 0.001)
    let grid = grid(Model(showing: reading), width, 36)
    let shown = grid.text.joined(separator: "\n")
    #expect(shown.contains(width > 80 ? "2.93 ms without a core" : "a batch 3.90 ms: ▒ 2.93 ms"))
    #expect(shown.contains("(75 % "))
    // Of the warp's bar a quarter is work.
    let row = try #require(grid.text.firstIndex { $0.contains("[x] warp") })
    let end = width / 2
    let cells = (0..<end).compactMap { grid.cell($0, row) }
    let work = cells.count { $0.style.ink == .role(.graphMean) }
    let wait = cells.count { $0.text == "▒" }
    #expect(work >= 1 && abs(wait - 3 * work) <= 4, "\(work) and \(wait)")
    let quiet = text(Model(showing: Sample.running), width, 36)
    #expect(!quiet.contains("core)") && !quiet.contains("without a core"))
  }
}
