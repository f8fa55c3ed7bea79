import Augmentation
import Pipeline
import TestSupport
import Testing
import Tracing

@Suite struct StageListTests {
  @Test func listsComeBackFromTheirText() throws {
    for seed in 1...300 {
      var random = SeededNumbers(seed: UInt64(seed))
      let count = Int.random(in: 1...StageSet.capacity, using: &random)
      let stages = (0..<count).map { index in
        SessionStage(
          ["a b", "name=x", "on", "木 \"q\"", "key=1"][index % 5] + " \(index)",
          key: Bool.random(using: &random) ? ["1", "=", "ß"].randomElement(using: &random) : nil,
          isSwitchable: Bool.random(using: &random), isIdle: Bool.random(using: &random),
          sharesCostWith: StageSet(
            (0..<count).filter { _ in Bool.random(using: &random) }.map(StageID.init)))
      }
      let list = StageList(
        stages, suggested: Bool.random(using: &random) ? StageID(count - 1) : nil)
      let on = StageSet(list.map(\.id).filter { _ in Bool.random(using: &random) }).union(
        list.fixed)
      let read = try #require(StageListText.read(StageListText.write(list, on: on)), "seed \(seed)")
      #expect(read.list == list && read.on == on, "seed \(seed)")
    }
  }

  @Test func listsFromOutsideAreChecked() {
    let stage = SessionStage("one")
    #expect(StageList(checking: [stage, stage]) == nil)
    #expect(StageList(checking: [SessionStage("")]) == nil)
    #expect(StageList(checking: [SessionStage("a,b")]) == nil)
    #expect(StageList(checking: [SessionStage("a\nb")]) == nil)
    #expect(StageList(checking: [stage], suggested: StageID(1)) == nil)
    #expect(StageList(checking: [SessionStage("a", sharesCostWith: StageSet(StageID(3)))]) == nil)
    let many = (0...StageSet.capacity).map { SessionStage("\($0)") }
    #expect(StageList(checking: many) == nil)
    #expect(StageList(checking: many.dropLast()) != nil)
  }

  /// Places move, and what refers to them moves along.
  @Test func aSelectionIsAListOfItsOwn() {
    let list = StageList(
      [
        SessionStage("load", isSwitchable: false),
        SessionStage("warp", sharesCostWith: StageSet([StageID(2), StageID(3)])),
        SessionStage("invert", sharesCostWith: StageSet([StageID(1), StageID(3)])),
        SessionStage("flip", key: "9", sharesCostWith: StageSet([StageID(1), StageID(2)])),
      ], suggested: StageID(3))
    let expected = StageList(
      [
        SessionStage("load", isSwitchable: false),
        SessionStage("warp", sharesCostWith: StageSet(StageID(2))),
        SessionStage("flip", key: "9", sharesCostWith: StageSet(StageID(1))),
      ], suggested: StageID(2))
    #expect(list.selecting(["load", "warp", "lens", "flip"]) == expected)
    #expect(list.selecting(list.map(\.name)) == list)
    #expect(list.selecting(["load"]).suggested == nil)
  }

  @Test(arguments: ["stage.0", "stage.1"])
  func damagedTextIsNoList(key: String) {
    let list = StageList([SessionStage("a"), SessionStage("b")])
    var attributes = StageListText.write(list, on: list.all)
    attributes.removeAll { $0.key == key }
    attributes.append(SessionHeader.Attribute(key, "on shares=99"))
    #expect(StageListText.read(attributes) == nil)
    #expect(StageListText.read([]) == nil)
  }

  @Test func theGeneratorsPlacesAreItsStages() {
    let list = StageList.generator(AugmentationSettings())
    #expect(list.map(\.name) == Stage.allCases.map(\.rawValue))
    #expect(list.all == .all && list.fixed == .fixed && list.isGenerators)
    for stage in Stage.allCases { #expect(list[stage.id].name == stage.rawValue) }
    #expect(!FiveStages.list.isGenerators)
  }
}
