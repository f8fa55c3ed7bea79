import Augmentation
import Dashboard
import Pipeline
import Testing

/// The keys named for an advised change lead there.
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
}
