import Augmentation
import Dashboard
import Pipeline
import Screen
import Testing

/// What is advised on the screen, and the keys that lead there.
@Suite struct AdviceKeysTests {
  private static let stages = StageList.generator(AugmentationSettings())

  private static let changes: [(ScenarioChange, String?)] = [
    (.stage(.warp, on: false), "7"), (.workers(2), "w"), (.workers(3), "w w"),
    (.queueLimit(20), "]×10"), (.queueLimit(9), "["), (.interpreterLock(false), "i"),
    (.governor(nil), "g"), (.compute(.milliseconds(1)), nil), (.workers(1), nil),
  ]

  @Test(arguments: changes)
  func keys(change: ScenarioChange, keys: String?) {
    let scenario = Scenario(name: "x")
    #expect(KeyMap.keys(for: change, in: scenario, stages: Self.stages) == keys)
  }

  /// `l l` and `l×5` as numbers; 0 for no keys.
  private func presses(_ keys: String?) -> Int {
    guard let keys else { return 0 }
    return keys.firstIndex(of: "×").flatMap { Int(keys[keys.index(after: $0)...]) }
      ?? keys.filter { $0 == "l" }.count
  }

  @Test func everyOtherLoaderIsAFewPressesAway() {
    for from in Loader.allCases {
      var scenario = Scenario(name: "x")
      scenario.loader = from
      let counts = Loader.allCases.map { loader in
        presses(KeyMap.keys(for: .loader(loader), in: scenario, stages: Self.stages))
      }
      #expect(counts.sorted() == Array(0..<Loader.allCases.count))
    }
  }

  private static let now = EpochEstimate(seconds: 10, low: 9.9, high: 10.1)

  private func line(
    _ changes: [ScenarioChange], _ seconds: Double, costs price: Advice.Price = .nothing,
    isEdge: Bool = false
  ) -> Advice.Line {
    Advice.Line(
      changes, epoch: EpochEstimate(seconds: seconds, low: seconds - 0.1, high: seconds + 0.1),
      now: Self.now, price: price, isEdge: isEdge)
  }

  /// The line of the panel *Why* that advises.
  private func advised(_ singles: [Advice.Line], pairs: [Advice.Line], unstarved: Double) -> String
  {
    var model = Model(showing: Sample.running).after(.interpreterLock, .interpreterLock)
      .taking(Sample.running)
    var predictions = Predictions(scenario: Sample.running.scenario, now: 10, epochs: [:])
    predictions.advice = Advice(now: Self.now, unstarved: unstarved, singles: singles, pairs: pairs)
    _ = model.update(.predictions(predictions))
    var grid = CellGrid(size: Size(width: 160, height: 50))
    drawScreen(model, on: &grid)
    return grid.text.first { $0.contains("Best next") } ?? ""
  }

  @Test func aSingleChangeAndAPair() {
    let pair = line([.stage(.warp, on: false), .loader(.blocking)], 5, costs: .augmentation)
    let both = advised([line([.loader(.blocking)], 7)], pairs: [pair], unstarved: 5)
    #expect(both.contains("Best next l loader blocking  epoch 10.0 s → 7.0 s (−30 %)"))
    #expect(both.contains("both 7 + l → 5.0 s (−50 %) less augmentation"), "\(both)")
    // Another GPU is no key's step away, and no advice for this machine.
    let hardware = line([.compute(.milliseconds(1))], 4, costs: .hardware)
    #expect(advised([hardware], pairs: [], unstarved: 9).contains("nothing helps; faster input"))
  }

  @Test func anEdgeIsUnsure() {
    let edge = line([.workers(2)], 7, isEdge: true)
    #expect(
      advised([edge], pairs: [], unstarved: 5).contains(
        "w workers 2  epoch 10.0 s → 7.0 s (−30 %) unsure"))
  }

  @Test func nothingHelpsWhereTheGPUIsTheLimit() {
    let same = line([.loader(.blocking)], 10)
    #expect(
      advised([same], pairs: [], unstarved: 10).contains(
        "nothing helps: the GPU is the limit; faster input could win 0.00 s at most"))
  }
}
