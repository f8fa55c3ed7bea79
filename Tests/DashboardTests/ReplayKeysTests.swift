import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

/// The effect of keys on a replay, and on a simulation that continues from one.
@Suite struct ReplayKeysTests {
  private static let stages = StageList.generator(AugmentationSettings())

  @Test func noKeyDoesTwoThingsInAMode() {
    for mode in KeyMode.allCases {
      var seen: Set<Key> = []
      for binding in KeyMap.bindings(in: mode, Self.stages) {
        #expect(binding.keys.count == binding.actions.count, "\(binding.label)")
        for (key, action) in zip(binding.keys, binding.actions) {
          #expect(seen.insert(key).inserted, "\(key) is bound twice in \(mode)")
          #expect(KeyMap.action(for: key, in: mode, Self.stages) == action, "\(key) in \(mode)")
        }
      }
    }
  }

  /// By hand, apart from the table.
  @Test(arguments: [
    (Key.character("P"), ReplayRequest.playOrHold), (.character(" "), .playOrHold),
    (.character("."), .stepBatch), (.left, .seek(by: .seconds(-1))),
    (.right, .seek(by: .seconds(1))), (.pageUp, .seek(by: .seconds(-10))),
    (.pageDown, .seek(by: .seconds(10))), (.home, .toStart), (.end, .toEnd),
    (.character("<"), .slower), (.character(">"), .faster), (.character("{"), .previousLandmark),
    (.character("}"), .nextLandmark), (.character("R"), .resimulate),
  ])
  func keys(key: Key, request: ReplayRequest) {
    #expect(KeyMap.action(for: key, in: .replay, Self.stages) == .replay(request))
    var model = Model(showing: Sample.replayed)
    #expect(model.update(.key(.replay(request))) == [.ask(.replay(request))])
  }

  @Test func aRecordingCannotBeSwitched() {
    let actions: [Action] = [
      .toggle(.warp), .toggleSelected, .toggleAll, .nextRow, .moreWorkers, .longerQueue,
      .slowerGPU, .nextLoader, .nextCosts, .interpreterLock, .governor, .trial, .restartEpoch,
      .pause,
    ]
    for action in actions {
      var model = Model(showing: Sample.replayed)
      #expect(model.update(.key(action)) == [], "\(action)")
      #expect(model.notice?.text.contains("press R to re-simulate from here") == true)
      #expect(model.requested == Sample.replayed.scenario)
    }
    for action in [Action.record, .marker] {
      var model = Model(showing: Sample.replayed)
      #expect(model.update(.key(action)) == [])
      #expect(model.notice?.text == "a replay isn't recorded")
    }
  }

  @Test func whatRunsOnCanBeSwitched() {
    var model = Model(showing: Sample.resimulated)
    #expect(KeyMap.action(for: .character(" "), in: model.keyMode, model.stages) == .toggleSelected)
    #expect(
      KeyMap.action(for: .character("P"), in: model.keyMode, model.stages) == .replay(.playOrHold))
    #expect(
      model.update(.key(.toggle(.zoom))) == [.ask(.change(.stage(.zoom, on: false)))])
    #expect(model.unconfirmed.count == 1)
    // Back at the recording nothing is requested any more.
    _ = model.update(.reading(Sample.replayed))
    #expect(model.unconfirmed.isEmpty && model.requested == Sample.replayed.scenario)
    #expect(model.keyMode == .replay)
  }

  @Test func whatCannotBeSimulatedIsTakenBack() {
    var model = Model(showing: Sample.resimulated)
    _ = model.update(.key(.toggle(.zoom)))
    var refused = Sample.resimulated
    refused.replay?.notice = (1, .neverMeasured(.zoom))
    _ = model.update(.reading(refused))
    #expect(model.requested == refused.scenario && model.unconfirmed.isEmpty)
    #expect(model.notice?.text.hasPrefix("what zoom costs isn't known") == true)
    // Said once, and gone after some readings, wherever its clock stands.
    for _ in 0..<50 { _ = model.update(.reading(refused)) }
    #expect(model.notice == nil)
  }

  @Test func everyKeyOfAModeIsInItsHelp() {
    for reading in [Sample.replayed, Sample.resimulated] {
      let model = Model(showing: reading).after(.help)
      var grid = CellGrid(size: Size(width: 120, height: 60))
      drawScreen(model, on: &grid)
      let text = grid.text.joined(separator: "\n")
      for binding in KeyMap.bindings(in: model.keyMode, model.stages) {
        #expect(text.contains(" \(binding.label)"), "\(binding.label)")
      }
    }
  }
}
