package import Augmentation
package import Pipeline
import Quantities
package import Screen

/// All that the screen shows, as a value; views draw it, `update` changes it.
package struct Model: Sendable {
  /// The session's newest state.
  var facts: Facts
  /// The state that views show while the screen is frozen; nil while it isn't.
  var frozenFacts: Facts?
  /// The state that views show.
  var shownFacts: Facts { frozenFacts ?? facts }
  /// The newest snapshot.
  package var reading: Reading { facts.reading }
  /// The newest predictions; they name the scenario that they hold for.
  package var predictions: Predictions? { facts.predictions }
  /// The trial that runs, or the last one's outcome.
  package internal(set) var trial: StageTrial? {
    get { facts.trial }
    set { facts.trial = newValue }
  }
  /// The reading that views show while the screen is frozen; nil while it isn't.
  package var frozen: Reading? { frozenFacts?.reading }
  /// The panel that keys move in, how panels are arranged, and whether the focused one has all the room.
  package internal(set) var focus = Panel.stages
  package internal(set) var arrangement = Arrangement.overview
  package internal(set) var isZoomed = false
  /// The screen's size, by which the focus moves to panels that are shown.
  package internal(set) var size = Size(width: 120, height: 36)
  /// The first line shown of panels that scroll.
  var scrolls: [Panel: Int] = [:]
  /// The span of time that the history shows, and how far before the present it ends.
  var window = HistoryWindow()
  /// Whether it is drawn; otherwise what is worth saying is printed in lines.
  let isDrawn: Bool
  /// Whether pictures can be drawn: a session whose data is there.
  package let hasPicture: Bool
  /// Which picture is shown, and how.
  var choice = PictureChoice()
  /// The time between two frames that the user wants.
  package internal(set) var refresh: Duration = Model.refreshes.lowerBound
  /// The time between two frames where it had to be longer than that; nil where it hadn't.
  var slowedRefresh: Duration?
  /// The scenario with every key pressed so far; readings confirm it later.
  package internal(set) var requested: Scenario
  /// Changes that no reading has confirmed yet.
  package internal(set) var unconfirmed = UnconfirmedChanges()
  /// The selected row of the table of stages.
  package internal(set) var selection: StageID
  /// Whether the last key of this kind asked for a pause; readings confirm it later.
  package internal(set) var isPauseRequested = false
  /// Whether the last key of this kind asked for a recording; readings confirm it later.
  package internal(set) var isRecordingRequested: Bool
  /// Markers set by the key; readings count them later.
  var markersRequested = 0
  /// Whether the help covers the screen.
  package internal(set) var isHelpShown = false
  /// Lines of the help scrolled past, on screens that can't show all of it.
  package internal(set) var helpScroll = 0
  var menu: ExportMenu?
  /// The last line that a watched job has written; nil where its output isn't shown.
  package internal(set) var output: String? {
    get { facts.output }
    set { facts.output = newValue }
  }
  /// The menu of values, and the list to choose from, while they are open.
  var values: ValuesMenu?
  var choices: ChoiceMenu?
  /// The format that is being exported; nil while nothing is.
  package internal(set) var exporting: ExportFormat?
  /// The index of the theme in `themes`.
  package internal(set) var theme: Int
  /// Whether no key has changed anything yet.
  package internal(set) var isUntouched = true
  /// A passing notice about the last key, for the footer.
  package internal(set) var notice: Notice? {
    didSet {
      noticeShown = notice == nil ? nil : reading.at
      noticeAge = 0
    }
  }
  /// When the notice came, on the session's clock.
  var noticeShown: Nanoseconds?
  /// Readings since then, in a replay.
  var noticeAge = 0
  /// A label for a session that isn't live, such as a simulated one; nil for a live one.
  let sessionLabel: String?
  /// The names of the themes, in the order in which a key steps through them.
  package let themes: [String]
  /// A line about each theme.
  let themeSummaries: [String]
  /// The scenarios that a list offers.
  let presets: [Scenario]
  /// The cost sources that a key steps through.
  package let costs: [CostSource]
  /// The machine's processors.
  package let machineCores: Int
  /// The governor that a key switches on.
  let lastGovernor: Governor
  private let recordingPath: @Sendable (Int) -> String
  private var recordings = 0

  /// - Parameters:
  ///   - reading: The session's first.
  ///   - themes: Names, `theme` among them.
  ///   - recordingPath: Where the nth recording of this run goes.
  ///   - hasPicture: Whether requests for pictures are answered.
  ///   - themeSummaries: A line about each of the themes.
  ///   - presets: The scenarios that a session may begin anew with.
  ///   - isDrawn: False where lines are printed instead of a screen.
  package init(
    reading: Reading, themes: [String], theme: String, costs: [CostSource], machineCores: Int,
    recordingPath: @escaping @Sendable (Int) -> String, sessionLabel: String? = nil,
    hasPicture: Bool = false, themeSummaries: [String] = [], presets: [Scenario] = [],
    isDrawn: Bool = true
  ) {
    self.isDrawn = isDrawn
    self.hasPicture = hasPicture
    self.themeSummaries = themeSummaries
    self.presets = presets
    self.sessionLabel = sessionLabel
    facts = Facts(reading)
    self.themes = themes
    self.theme = themes.firstIndex(of: theme) ?? 0
    self.costs = costs
    self.machineCores = machineCores
    self.recordingPath = recordingPath
    requested = reading.scenario
    let stages = reading.stageList
    selection = stages.suggested ?? stages.first { $0.isSwitchable }?.id ?? StageID(0)
    notice = reading.replay?.notice.map { Notice($0.kind, reading.stageList) }
    lastGovernor = reading.scenario.governor ?? Governor()
    if case .on = reading.recording {
      isRecordingRequested = true
    } else {
      isRecordingRequested = false
    }
  }

  /// The session's stages.
  package var stages: StageList { reading.stageList }

  /// The stage that the hint suggests to switch off: in a running live session before any change; nil
  /// where there is no hint.
  var hinted: SessionStage? {
    guard let stage = stages.suggested, keyMode == .live, isUntouched, trial == nil,
      (frozen?.scenario ?? requested).stages.contains(stage), !isPauseRequested,
      shown.state == .running,
      KeyMap.key(of: stages[stage]) != nil,
      shownFacts.fittingPredictions.map({ ($0.delta(flipping: stage)?.low ?? 1) > 0 }) ?? true
    else { return nil }
    return stages[stage]
  }

  /// The reading that views show.
  package var shown: Reading { frozenFacts?.reading ?? facts.reading }

  /// The name of the theme; empty without themes.
  package var themeName: String { themes.isEmpty ? "" : themes[theme] }

  /// A stage's switch: as requested, and whether a batch has already been made so.
  package func switchState(_ stage: SessionStage) -> (isOn: Bool, isConfirmed: Bool) {
    // A frozen view shows the switches its numbers were measured under.
    if let frozen { return (frozen.scenario.stages.contains(stage.id), true) }
    let isOn = requested.stages.contains(stage.id)
    let isPending = reading.pending.contains { $0.concerns(stage) }
    let changed = unconfirmed.concern(stage) || isPending
    return (isOn, !changed)
  }

  /// The message of a key: to the open menu, or its action.
  package func message(for key: Key) -> Message {
    values != nil || choices != nil
      ? .typed(key)
      : KeyMap.message(for: key, in: keyMode, isMenuOpen: isMenuOpen, stages: stages)
  }

  /// The times between two frames.
  package static let refreshes = Duration.milliseconds(100)...Duration.seconds(10)

  /// A time between two frames; nil where the text isn't one of `refreshes`.
  package static func refresh(of text: String) -> Duration? {
    DurationText.parse(text).flatMap { refreshes.contains($0) ? $0 : nil }
  }

  /// Begins with what the user has arranged in an earlier run.
  package mutating func begin(_ arrangement: Arrangement, refresh: Duration) {
    self.arrangement = arrangement
    self.refresh = refresh
  }

  /// Takes over from the model of a session that ended what its user has arranged.
  package mutating func resume(_ earlier: Model) {
    refresh = earlier.refresh
    arrangement = earlier.arrangement
    focus = earlier.focus
    window.place = earlier.window.place
    facts.baseline = earlier.facts.baseline
    isUntouched = earlier.isUntouched
    // Two in one second have the same name but for the number.
    recordings = earlier.recordings
  }

  mutating func nextRecordingPath() -> String {
    recordings += 1
    return recordingPath(recordings)
  }
}

/// A passing notice about the last key.
package struct Notice: Sendable, Equatable {
  /// The time after which a notice that isn't a warning goes.
  static let lifetime = Nanoseconds.seconds(4)
  /// The time after which a warning goes.
  static let warningLifetime = Nanoseconds.seconds(10)

  /// One sentence or less.
  package var text: String
  /// Whether it is drawn as a warning and stays longer.
  package var isWarning: Bool
}

/// An event that changes the model.
package enum Message: Sendable {
  /// A key, as the action that the key map gives it.
  case key(Action)
  /// A key that the key map doesn't have.
  case unboundKey
  /// A key while values are typed or a list is open.
  case typed(Key)
  /// The knob of a row's slider is at this share of its way.
  case slid(row: Int, share: Double)
  /// The knob that was dragged is let go.
  case sliderReleased
  /// The screen has this size now.
  case size(Size)
  /// Frames come no more often than this, so that drawing doesn't disturb the session; nil lifts that.
  case slowed(Duration?)
  /// A newer snapshot of the session.
  case reading(Reading)
  /// Newer predictions.
  case predictions(Predictions)
  /// The picture that was wanted, or why there is none.
  case picture(PictureReading)
  case noPicture(String)
  /// The export that was running is over.
  case exportEnded(ExportOutcome)
  /// An effect failed; one sentence for the user.
  case warning(String)
  /// An effect is done; one sentence for the user.
  case notice(String)
  /// The theme that suits the terminal's background.
  case theme(String)
  /// The last line that a watched job has written; empty before the first.
  case output(String)
}

/// A request of the model to the session, the terminal or the exporter.
package enum Effect: Sendable, Equatable {
  /// Passes a request to the session.
  case ask(SessionRequest)
  /// Draws with the theme of this name from now on.
  case useTheme(String)
  /// Exports a recording to its own folder; `Message.exportEnded` reports the outcome.
  case export(ExportFormat, recording: String)
  /// Writes what is shown to files, and reports that with a notice.
  case saveScreen
  /// Writes a scenario to a new file, and reports that with a notice.
  case saveScenario(Scenario, path: String)
  /// Ends the session and begins one with this scenario.
  case begin(Scenario)
  /// Ends the program.
  case quit
}
