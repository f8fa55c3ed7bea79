import Augmentation
import Dashboard
import Pipeline
import Screen
import Testing

@Suite struct ExportMenuTests {
  private func recorded(_ state: RecordingState = .closed(path: "x/a.pftrace", bytes: 9)) -> Model {
    var reading = Sample.running
    reading.recording = state
    return Model(showing: reading)
  }

  private func press(_ keys: Key..., in model: inout Model) -> [Effect] {
    keys.flatMap {
      model.update(
        KeyMap.message(
          for: $0, in: model.keyMode, isMenuOpen: model.isMenuOpen, stages: model.stages))
    }
  }

  @Test func everyFormatHasItsKeyAndItsPlace() {
    for (place, choice) in ExportFormat.allCases.enumerated() {
      let entry = KeyMap.exports.first { $0.choice == choice }
      #expect(KeyMap.exports[place].choice == choice)
      var model = recorded()
      let wish = Effect.export(choice, recording: "x/a.pftrace")
      #expect(
        press(.character("E"), .character(entry?.key ?? "?"), in: &model) == [wish], "\(choice)")
      #expect(!model.isMenuOpen && model.exporting == choice)
      var walked = recorded()
      _ = press(.character("E"), .home, in: &walked)
      for _ in 0..<place { _ = press(.down, in: &walked) }
      #expect(press(.enter, in: &walked) == [wish])
    }
  }

  @Test func withoutARecordingItSaysWhatToPress() {
    var model = recorded(.off)
    #expect(press(.character("E"), in: &model) == [])
    #expect(!model.isMenuOpen)
    #expect(model.notice?.text == "nothing recorded: press e")
  }

  @Test func aRunningAndABrokenRecordingCanBeExported() {
    for state in [
      RecordingState.on(path: "a", bytes: 1), .failed(path: "a", reason: "No space left"),
    ] {
      var model = recorded(state)
      #expect(
        press(.character("E"), .character("h"), in: &model) == [.export(.html, recording: "a")])
    }
  }

  @Test func otherKeysDoNothingWhileItIsOpen() {
    var model = recorded()
    _ = press(.character("E"), in: &model)
    let before = model.requested
    for key in [Key.character("7"), .character("l"), .character("r"), .character("e"), .tab] {
      #expect(press(key, in: &model) == [], "\(key)")
    }
    #expect(model.isMenuOpen && model.requested == before)
    #expect(press(.character("q"), in: &model) == [.quit])
    for key in [Key.escape, .character("E")] {
      var open = recorded()
      _ = press(.character("E"), in: &open)
      #expect(press(key, in: &open) == [] && !open.isMenuOpen)
      // And the keys are themselves again.
      #expect(press(.character("7"), in: &open) == [.ask(.change(.stage(.warp, on: false)))])
    }
  }

  @Test func oneAtATimeAndItsEndIsTold() {
    var model = recorded()
    _ = press(.character("E"), .character("o"), in: &model)
    #expect(press(.character("E"), in: &model) == [])
    #expect(model.notice?.text == "still exporting openmetrics" && !model.isMenuOpen)
    _ = model.update(.exportEnded(.done(path: "x/a.metrics.txt", bytes: 132_400)))
    #expect(model.notice?.text == "exported a.metrics.txt (132 kB)")
    #expect(model.notice?.isWarning == false && model.exporting == nil)
    _ = press(.character("E"), .character("h"), in: &model)
    _ = model.update(.exportEnded(.failed("a.html: No space left on device")))
    #expect(model.notice?.text == "not exported: a.html: No space left on device")
    #expect(model.notice?.isWarning == true && model.exporting == nil)
  }

  @Test func noKeyOfTheMenuDoesTwoThings() {
    let keys = KeyMap.exports.map(\.key)
    #expect(Set(keys).count == keys.count)
    for key in "jkqE" { #expect(!keys.contains(key)) }
    #expect(keys.count == ExportFormat.allCases.count)
  }
}
