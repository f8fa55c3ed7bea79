import Pipeline

extension Model {
  /// Whether a watched job's transforms may be switched: then some have keys.
  private var canSwitch: Bool { stages.contains { KeyMap.key(of: $0) != nil } }

  /// The effects of a key that a watched job doesn't take, which is said; nil where it does the same as
  /// elsewhere.
  mutating func watched(_ action: Action) -> [Effect]? {
    guard keyMode == .watched else { return nil }
    switch action {
    case .toggle, .toggleSelected, .toggleAll, .trial:
      return canSwitch ? nil : refuse("this job is only watched: its transforms stay as they are")
    case .nextRow, .previousRow, .nextLoader, .nextCosts, .moreWorkers, .fewerWorkers, .longerQueue,
      .shorterQueue, .slowerGPU, .fasterGPU, .interpreterLock, .governor:
      return refuse("the job's loader and steps are its own: What if predicts a change")
    case .values, .presets: return refuse("a watched job has values of its own")
    case .pause, .restartEpoch: return refuse("the job isn't stopped and goes on by itself")
    case .selectUp, .selectDown, .selectFirst, .selectLast, .pageUp, .pageDown, .marker, .record,
      .export, .exportAs, .exportSelected, .closeMenu, .nextTheme, .freeze, .help, .quit, .focus,
      .focusNext,
      .focusPrevious, .zoom, .unzoom, .nextArrangement, .earlier, .later, .longerWindow,
      .shorterWindow, .baseline, .saveScreen, .themes, .nextPicture, .redrawPicture, .holdPicture,
      .stagePicture, .replay:
      return nil
    }
  }
}
