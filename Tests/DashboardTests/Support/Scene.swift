import Augmentation
import Dashboard
import Pipeline

/// A state of the screen worth looking at.
enum Scene: String, CaseIterable {
  case firstFrame = "first-frame"
  case hint, running
  case warpOff = "warp-off"
  case pending, paused, frozen, help, recording
  case recordingFailed = "recording-failed"
  case dropped
  case badPictures = "bad-pictures"
  case allOff = "all-off"
  case longPath = "long-path"
  case exportMenu = "export-menu"
  case exporting
  case replay
  case replayRefuses = "replay-refuses"
  case replayHelp = "replay-help"
  case resimulated
  case watched
  case watchedAltered = "watched-altered"
  case watchedRanks = "watched-ranks"

  var model: Model {
    switch self {
    case .firstFrame: Model(showing: Sample.blank)
    case .hint: Model(showing: Sample.running)
    case .running: touched(Sample.running)
    case .warpOff: touched(Sample.warpOff)
    case .pending: pendingModel
    case .paused: touched(changed { $0.state = .paused }).after(.pause)
    case .frozen: touched(Sample.running).after(.freeze)
    case .help: touched(Sample.running).after(.help)
    case .recording: touched(changed { $0.recording = .on(path: "a.pftrace", bytes: 12_340_000) })
    case .recordingFailed: failedModel
    case .dropped: touched(changed { $0.own.droppedEvents = 1_234 })
    case .badPictures:
      touched(
        changed {
          $0.badPictures.add(
            BadPicture(path: "photos/cats/12.jpg", reason: "the picture is cut off"), count: 3)
        })
    case .allOff: allOffModel
    case .longPath: longPathModel
    case .exportMenu: recordedModel.after(.export, .selectDown, .selectUp)
    case .exporting: recordedModel.after(.export, .exportAs(.chrome))
    case .replay: Model(showing: Sample.replayed)
    case .replayRefuses: Model(showing: Sample.replayed).after(.toggle(.warp))
    case .replayHelp: Model(showing: Sample.replayed).after(.help)
    case .resimulated: Model(showing: Sample.resimulated)
    case .watched: watchedModel(Sample.job(hasKeys: false))
    case .watchedAltered: watchedModel(Sample.alteredJob)
    case .watchedRanks: watchedModel(Sample.rankedJob).after(.focus(.picture))
    }
  }

  /// Two keys that leave all as it was, but the hint.
  private func touched(_ reading: Reading) -> Model {
    Model(showing: Sample.running).after(.interpreterLock, .interpreterLock)
      .taking(Sample.running).taking(reading)
  }

  private func changed(_ change: (inout Reading) -> Void) -> Reading {
    var reading = Sample.running
    change(&reading)
    return reading
  }

  /// With what the job has printed last, and what its author could change.
  private func watchedModel(_ reading: Reading) -> Model {
    var model = Model(showing: reading)
    _ = model.update(.output("epoch 2, step 1100, loss 0.482"))
    let now = 58.1
    let epochs: [ScenarioChange: Double] = [
      .stage(StageID(2), on: false): 56.9, .stage(StageID(4), on: false): 56.1,
      .stage(StageID(3), on: false): 41.0, .workers(1): 102, .workers(3): 41.7,
      .prefetch(1): 58.6, .prefetch(3): 58.1, .compute(.microseconds(2_150)): 57.9,
    ]
    _ = model.update(
      .predictions(
        Predictions(
          scenario: reading.scenario, now: now,
          epochs: epochs.mapValues {
            EpochEstimate(seconds: $0, low: $0 * 0.985, high: $0 * 1.015)
          })))
    return model
  }

  private var pendingModel: Model {
    let change = ScenarioChange.stage(.warp, on: false)
    var reading = Sample.running
    reading.scenario.apply(change)
    reading.pending = [change]
    reading.effect = ChangeEffect(changes: [change], before: reading.epoch.estimate)
    return Model(showing: Sample.running).after(.toggle(.warp)).taking(reading)
  }

  private var recordedModel: Model {
    touched(Sample.running).taking(
      changed { $0.recording = .closed(path: "traces/a.pftrace", bytes: 1_234_000) })
  }

  private var failedModel: Model {
    touched(Sample.running).taking(
      changed {
        $0.recording = .failed(path: "a.pftrace", reason: "No space left on device")
      })
  }

  private var allOffModel: Model {
    var reading = Sample.running
    reading.scenario.apply(.stages(.fixed))
    for index in reading.stages.indices where reading.stages[index].stage.isSwitchable {
      reading.stages[index] = StageReading(
        stage: reading.stages[index].stage, isOn: false)
    }
    return Model(showing: Sample.running).after(.toggleAll).taking(reading)
  }

  private var longPathModel: Model {
    let path = "/data/" + String(repeating: "very-long-folder/", count: 12)
    var scenario = Sample.scenario
    scenario.name = String(repeating: "a-long-scenario-name-", count: 6)
    scenario.dataset = .cifar10(path: path + "data_batch_with_a_long_name_画像_1.bin")
    var reading = Sample.running
    reading.scenario = scenario
    return Model(showing: reading).after(.interpreterLock, .interpreterLock)
  }
}
