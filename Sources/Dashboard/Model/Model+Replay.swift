import Augmentation
import Pipeline

extension Model {
  /// The number of readings for which a notice about a replay stays. Its clock may run at any speed or
  /// stand still, so time can't decide.
  static let noticeReadings = 40

  /// The meaning of keys at present.
  package var keyMode: KeyMode {
    guard let replay = reading.replay else { return reading.scenario.isJob ? .watched : .live }
    return replay.resimulation == nil ? .replay : .resimulation
  }

  /// The effects of a key in a replay; nil where it does the same as in a live session.
  mutating func replay(_ action: Action) -> [Effect]? {
    guard keyMode == .replay || keyMode == .resimulation else { return nil }
    switch action {
    case .replay(let request): return [.ask(.replay(request))]
    case .marker, .record:
      notice = Notice(text: "a replay isn't recorded", isWarning: true)
      return []
    case .selectUp, .selectDown, .selectFirst, .selectLast, .pageUp, .pageDown, .export, .exportAs,
      .exportSelected,
      .closeMenu, .nextTheme, .freeze, .help, .quit, .focus, .focusNext, .focusPrevious, .zoom,
      .unzoom, .nextArrangement, .earlier, .later, .longerWindow, .shorterWindow, .baseline,
      .saveScreen, .values, .themes, .presets, .nextPicture, .redrawPicture, .holdPicture,
      .stagePicture:
      return nil
    case .toggle, .toggleSelected, .toggleAll, .nextRow, .previousRow, .pause, .restartEpoch,
      .moreWorkers, .fewerWorkers, .longerQueue, .shorterQueue, .slowerGPU, .fasterGPU,
      .nextLoader, .nextCosts, .interpreterLock, .governor, .trial:
      guard keyMode == .replay else { return nil }
      notice = Notice(
        text: "recorded, can't switch: press R to re-simulate from here", isWarning: true)
      return []
    }
  }

  /// Applies the state of a replay, before the reading itself.
  mutating func update(_ replay: ReplayReading) {
    if (replay.resimulation == nil) != (reading.replay?.resimulation == nil) {
      // Requests were for the other session.
      unconfirmed.removeAll()
      trial = nil
      facts.checked = nil
    }
    noticeAge += 1
    if noticeAge > Self.noticeReadings { notice = nil }
    guard let newest = replay.notice, newest.number != reading.replay?.notice?.number else {
      return
    }
    if newest.kind.isRefusal { unconfirmed.removeAll() }
    notice = Notice(newest.kind, stages)
  }
}

extension Notice {
  init(_ kind: ReplayNotice, _ stages: StageList) {
    text = kind.text(stages)
    isWarning = kind.isWarning
  }
}

extension ReplayNotice {
  /// Whether a requested change was refused.
  fileprivate var isRefusal: Bool {
    switch self {
    case .neverMeasured, .otherCosts, .notPossible: true
    case .seekTarget, .noSeekTarget, .noSeekTargetYet, .ended, .noMoreBatches, .stepOfSeveral,
      .notMeasured, .recordingStands, .trouble, .indexNotKept:
      false
    }
  }

  fileprivate var isWarning: Bool {
    switch self {
    case .seekTarget, .ended, .stepOfSeveral: false
    case .neverMeasured, .otherCosts, .notPossible, .noSeekTarget, .noSeekTargetYet, .noMoreBatches,
      .notMeasured, .recordingStands, .trouble, .indexNotKept:
      true
    }
  }

  fileprivate func text(_ stages: StageList) -> String {
    switch self {
    case .seekTarget(let label): "at \(label)"
    case .noSeekTarget(let isAhead): "no marker or switch \(isAhead ? "after" : "before") this"
    case .noSeekTargetYet(let isAhead):
      "none \(isAhead ? "after" : "before") this so far: the file is still being read"
    case .ended: "the recording ends here: its last reading stands; P plays it from the start"
    case .noMoreBatches: "the recording has no more batches"
    case .stepOfSeveral(let count): "\(count) batches on: so brief ones are recorded as sums"
    case .notMeasured: "not enough is measured here to re-simulate from: play a second more"
    case .neverMeasured(let stage):
      "what \(stages[stage].name) costs isn't known: it was off until here"
    case .otherCosts: "what stages cost otherwise isn't in the recording"
    case .notPossible: "these settings don't go together"
    case .recordingStands: "the recording stands while its costs run on: press R to go back to it"
    case .trouble(let sentence): sentence
    case .indexNotKept(let reason): "the index can't be kept next to the file: \(reason)"
    }
  }
}
