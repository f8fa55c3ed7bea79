import Dashboard
import Pipeline
import Screen
import Testing

/// Keys of a session that prints lines instead of drawing a screen.
@Suite struct PrintedKeysTests {
  private var printed: Model {
    Model(
      reading: Sample.running, themes: [], theme: "", costs: [.native, Sample.measured],
      machineCores: 2, recordingPath: { "\($0)" }, isDrawn: false)
  }

  /// No menu opens that nobody sees, and the line says where it would be seen.
  @Test func whatNeedsAScreenIsRefused() {
    for action in [
      Action.values, .presets, .themes, .nextTheme, .zoom, .freeze, .baseline, .saveScreen,
      .nextArrangement, .earlier, .nextPicture, .focus(.history),
    ] {
      var model = printed
      var log = WatchLog()
      _ = log.lines(model)
      #expect(model.update(.key(action)) == [], "\(action)")
      #expect(log.lines(model).contains { $0.contains("needs the screen") }, "\(action)")
      // The next key does what it does.
      #expect(
        model.update(model.message(for: .character("w"))) == [.ask(.change(.workers(2)))],
        "\(action)")
    }
  }

  /// The help has the keys that work, and no others.
  @Test func theHelpLeavesOutWhatNeedsAScreen() {
    var model = printed
    var log = WatchLog()
    _ = log.lines(model)
    _ = model.update(.key(.help))
    let lines = log.lines(model).joined(separator: "\n")
    #expect(lines.contains("one worker more") && lines.contains("quit"))
    #expect(!lines.contains("layout") && !lines.contains("type values"))
  }

  /// Of simulated time there is nothing to record, which is said before a file is tried.
  @Test func simulatedTimeIsNotRecorded() {
    var model = Model(
      reading: Sample.running, themes: [], theme: "", costs: [.native, Sample.measured],
      machineCores: 2, recordingPath: { "\($0)" }, sessionLabel: "VIRTUAL")
    #expect(model.update(.key(.record)) == [])
    #expect(model.notice?.text == "simulated time isn't recorded")
    #expect(!model.isRecordingRequested)
  }
}
