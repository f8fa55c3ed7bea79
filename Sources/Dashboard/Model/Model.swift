package import Augmentation
package import Pipeline
import Quantities

/// All that the screen shows, as a value; views draw it, `update` changes it.
package struct Model: Sendable {
  /// The newest snapshot.
  package internal(set) var reading: Reading
  /// What key presses would make of the epoch; for which scenario, they say themselves.
  package internal(set) var predictions: Predictions?
  /// The prediction that the last key put to the test.
  var checked: CheckedPrediction?
  var score = PredictionScore()
  /// The trial that runs, or the last one's outcome.
  package internal(set) var trial: StageTrial?
  /// What the view shows instead while it is frozen.
  package internal(set) var frozen: Reading?
  /// The scenario with every key pressed so far; readings confirm it later.
  package internal(set) var requested: Scenario
  /// Changes that no reading has told of yet.
  package internal(set) var unconfirmed: [ScenarioChange] = []
  package internal(set) var selection = Stage.warp
  package internal(set) var isPauseRequested = false
  /// As last asked for by the key; readings confirm it later.
  package internal(set) var isRecordingRequested: Bool
  /// Markers set by the key; readings count them later.
  var markersRequested = 0
  package internal(set) var isHelpShown = false
  /// Lines of the help scrolled past, on screens that can't show all of it.
  package internal(set) var helpScroll = 0
  var menu: ExportMenu?
  /// What is being exported just now.
  package internal(set) var exporting: ExportChoice?
  package internal(set) var theme: Int
  /// No key has changed anything yet: the hint which to press is shown.
  package internal(set) var isUntouched = true
  /// A passing word about the last key, for the footer.
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
  /// What tells the session from a live one; nil for that.
  let sessionLabel: String?
  package let themes: [String]
  /// What the key for costs steps through.
  package let costs: [CostSource]
  package let machineCores: Int
  /// What the key for the governor switches on.
  let lastGovernor: Governor
  private let recordingPath: @Sendable (Int) -> String
  private var recordings = 0

  /// - Parameters:
  ///   - reading: The session's first.
  ///   - themes: Names, `theme` among them.
  ///   - recordingPath: Where the nth recording of this run goes.
  package init(
    reading: Reading, themes: [String], theme: String, costs: [CostSource], machineCores: Int,
    recordingPath: @escaping @Sendable (Int) -> String, sessionLabel: String? = nil
  ) {
    self.sessionLabel = sessionLabel
    self.reading = reading
    self.themes = themes
    self.theme = themes.firstIndex(of: theme) ?? 0
    self.costs = costs
    self.machineCores = machineCores
    self.recordingPath = recordingPath
    requested = reading.scenario
    notice = reading.replay?.notice.map { Notice($0.word) }
    lastGovernor = reading.scenario.governor ?? Governor()
    if case .on = reading.recording {
      isRecordingRequested = true
    } else {
      isRecordingRequested = false
    }
  }

  /// Whether the hint to switch the warp off makes sense.
  var isHintFitting: Bool {
    keyMode == .live && isUntouched && requested.stages.contains(.warp) && !isPauseRequested
      && reading.state == .running
  }

  /// What views show.
  package var shown: Reading { frozen ?? reading }

  package var themeName: String { themes.isEmpty ? "" : themes[theme] }

  /// A stage's switch: as requested, and whether a batch has already been made so.
  package func switchState(_ stage: Stage) -> (isOn: Bool, isConfirmed: Bool) {
    // A frozen view shows the switches its numbers were measured under.
    if let frozen { return (frozen.scenario.stages.contains(stage), true) }
    let isOn = requested.stages.contains(stage)
    let changed = (unconfirmed + reading.pending).contains { change in
      switch change {
      case .stage(let changed, _): changed == stage
      case .stages, .ablation: stage.isSwitchable
      case .loader, .workers, .queueLimit, .prefetch, .compute, .costs, .interpreterLock,
        .governor:
        false
      }
    }
    return (isOn, !changed)
  }

  mutating func nextRecordingPath() -> String {
    recordings += 1
    return recordingPath(recordings)
  }
}

/// A passing word about the last key.
package struct Notice: Sendable, Equatable {
  /// A word that isn't a warning gives the footer back after this time.
  static let lifetime = Nanoseconds.seconds(4)

  package var text: String
  package var isWarning: Bool
}

/// What comes to the model.
package enum Message: Sendable {
  case key(Action)
  /// A key that the key map doesn't have.
  case unboundKey
  case reading(Reading)
  case predictions(Predictions)
  case exportEnded(ExportOutcome)
}

/// What the model asks of its surroundings.
package enum Effect: Sendable, Equatable {
  case ask(SessionRequest)
  case useTheme(String)
  /// Exports a recording beside it; `Message.exportEnded` tells what came of it.
  case export(ExportChoice, recording: String)
  case quit
}
