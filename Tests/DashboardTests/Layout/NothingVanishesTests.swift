import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// What a narrow or low panel has no room for stands in another form, or is counted.
@Suite struct NothingVanishesTests {
  private func lines(_ model: Model, _ width: Int, _ height: Int, glyphs: Glyphs = .unicode)
    -> [String]
  {
    var model = model
    _ = model.update(.size(Size(width: width, height: height)))
    var grid = CellGrid(size: Size(width: width, height: height), glyphs: glyphs)
    drawScreen(model, on: &grid)
    return grid.text
  }

  /// All percentiles of both times, in rows of their own where they have no room beside one another, and the graph
  /// below them.
  @Test(arguments: [(80, 24), (76, 40), (90, 60), (120, 36), (150, 40), (200, 60)])
  func timesHaveTheirPercentiles(width: Int, height: Int) throws {
    for isZoomed in [false, true] {
      var model = Model(showing: Sample.running)
      if isZoomed { model = model.after(.focus(.times), .zoom) }
      let lines = lines(model, width, height)
      guard let top = lines.firstIndex(where: { $0.contains("⁷Times") }) else {
        #expect(!isZoomed)
        continue
      }
      let panel = lines[top...].joined(separator: "\n")
      for label in ["p50 ", "p95 ", "p99 "] {
        #expect(panel.components(of: label) == 2, "\(label) at \(width)×\(height): \(panel)")
      }
      #expect(panel.contains("█"))
    }
  }

  /// The interpreter lock's lane is counted where there is no room for it.
  @Test func theLocksLaneIsCounted() throws {
    for (height, count) in [(36, "1 more"), (24, nil), (60, nil)] as [(Int, String?)] {
      let lines = lines(Model(showing: Sample.running), 120, height)
      let top = try #require(lines.firstIndex { $0.contains("⁶Last") })
      let lane = lines[top...].contains { $0.contains("lock   ") }
      #expect(lane == (count == nil), "\(height)")
      if let count { #expect(lines[top...].contains { $0.contains(count) }, "\(height)") }
    }
  }

  /// Without colours nothing is told by a colour: a queue's shades have their own legend.
  @Test func shadesAreExplainedByShades() throws {
    var shapes = Glyphs.unicode
    shapes.tellsByShape = true
    let edge = { (lines: [String]) in lines.first { $0.contains("⁵Last") } ?? "" }
    let shown = edge(lines(Model(showing: Sample.running), 120, 36, glyphs: shapes))
    #expect(shown.contains("░▒▓█ share of time") && !shown.contains("empty"), "\(shown)")
    #expect(edge(lines(Model(showing: Sample.running), 120, 36)).contains("█ empty █ full"))
  }

  /// Rows of the reason that no line needs show what its hidden history would; they are used from below.
  @Test func theHistoryFoldsIntoWhatIsFree() throws {
    let all = lines(Model(showing: Sample.running), 80, 24)
    let edge = try #require(all.firstIndex { $0.contains("²Stages") })
    #expect(all[edge - 1].hasPrefix(" GPU ") && all[edge - 1].contains(" s "))
    #expect(all[edge - 1].contains("▆") && all[edge - 2].hasPrefix(" queue "))
    // Three more sentences leave no row; on a larger screen the history has its own.
    let full = lines(Model(showing: Sample.warpOff), 80, 24)
    #expect(full.count { $0.contains("GPU ") } < all.count { $0.contains("GPU ") })
    let large = lines(Model(showing: Sample.running), 120, 36)
    let next = try #require(large.firstIndex { $0.contains("²Stages") })
    #expect(!large[..<next].contains { $0.contains("│ GPU ") })
  }

  /// The whole screen names both changes of a pair.
  @Test(arguments: [80, 120, 200]) func pairsAreNamedOnTheWholeScreen(width: Int) {
    var model = Model(showing: Sample.running)
    func epoch(_ seconds: Double) -> EpochEstimate {
      EpochEstimate(seconds: seconds, low: seconds - 0.05, high: seconds + 0.05)
    }
    let pair = Advice.Line(
      [.stage(StageID(Stage.horizontalFlip.index), on: false), .loader(.keras3Processes)],
      epoch: epoch(5), now: epoch(6.5), price: .nothing, isEdge: false)
    var predictions = Predictions(
      scenario: Sample.running.scenario, now: 6.5, epochs: [.workers(2): epoch(6)])
    predictions.advice = Advice(now: epoch(6.5), unstarved: 5, singles: [], pairs: [pair])
    _ = model.update(.predictions(predictions))
    let shown = lines(model.after(.focus(.whatIf), .zoom), width, 24).joined(separator: "\n")
    #expect(shown.contains("keras3-processes") && !shown.contains(" both "), "\(shown)")
  }

  /// Where no frame names the panels without room, the footer does.
  @Test(arguments: [(60, 16, "Alt 3 5–8 0 more"), (75, 24, "more")])
  func theFooterNamesHiddenPanels(width: Int, height: Int, words: String) {
    let footer = lines(Model(showing: Sample.running), width, height).last ?? ""
    #expect(footer.hasSuffix(words) && footer.contains("stage"), "\(footer)")
  }

  /// A frame rate that had to be lowered costs the scenario's name no room, and no word is cut.
  @Test(arguments: [60, 66, 80, 90, 100, 120]) func theHeaderKeepsItsName(width: Int) throws {
    for reading in [Sample.running, Sample.replayed] {
      var model = Model(showing: reading)
      _ = model.update(.slowed(.milliseconds(200)))
      let header = lines(model, width, 24)[0]
      #expect(header.hasSuffix("? help"), "\(header)")
      #expect(header.hasPrefix(" augtop ") || reading.replay != nil && width < 66, "\(header)")
      #expect(header.contains("fast-gpu") || width < 80, "\(header)")
      #expect(header.contains("200 ms") || header.contains("slowed") || width < 66, "\(header)")
    }
  }

  /// The scale of a job's loop stands beside its name.
  @Test func theLoopHasItsScale() {
    let shown = lines(Model(showing: Sample.job(hasKeys: false)), 120, 36)
    #expect(shown.contains { $0.contains("loop 100 %") })
  }
}

extension String {
  /// How often a piece occurs.
  fileprivate func components(of piece: String) -> Int { ranges(of: piece).count }
}
