extension Action {
  /// Whether it asks for another scenario, or holds the session.
  var changesScenario: Bool {
    switch self {
    case .toggle, .toggleSelected, .toggleAll, .nextRow, .previousRow, .pause, .moreWorkers,
      .fewerWorkers, .longerQueue, .shorterQueue, .slowerGPU, .fasterGPU, .nextLoader, .nextCosts,
      .interpreterLock, .governor:
      true
    case .selectUp, .selectDown, .selectFirst, .selectLast, .pageUp, .pageDown, .restartEpoch,
      .trial, .marker, .record, .export, .exportAs, .exportSelected, .closeMenu, .nextTheme,
      .freeze, .help, .quit,
      .focus, .focusNext, .focusPrevious, .zoom, .unzoom, .nextArrangement, .earlier, .later,
      .longerWindow, .shorterWindow, .baseline, .saveScreen, .values, .themes, .presets,
      .nextPicture, .redrawPicture, .holdPicture, .stagePicture, .replay:
      false
    }
  }

  /// Whether its effect couldn't be seen in a frozen view.
  var needsMovingView: Bool {
    switch self {
    case .restartEpoch, .trial, .values, .baseline, .nextPicture, .redrawPicture, .holdPicture,
      .stagePicture, .replay:
      true
    default: changesScenario
    }
  }

  /// Whether it is about how things are drawn, or opens a menu that would have to be seen.
  var needsScreen: Bool {
    switch self {
    case .nextTheme, .focus, .focusNext, .focusPrevious, .zoom, .unzoom, .nextArrangement, .earlier,
      .later, .longerWindow, .shorterWindow, .baseline, .saveScreen, .values, .themes, .presets,
      .nextPicture, .redrawPicture, .holdPicture, .stagePicture, .freeze:
      true
    case .toggle, .toggleSelected, .toggleAll, .nextRow, .previousRow, .selectUp, .selectDown,
      .selectFirst, .selectLast, .pageUp, .pageDown, .pause, .restartEpoch, .moreWorkers,
      .fewerWorkers, .longerQueue,
      .shorterQueue, .slowerGPU, .fasterGPU, .nextLoader, .nextCosts, .interpreterLock, .governor,
      .trial, .marker, .record, .export, .exportAs, .exportSelected, .closeMenu, .help, .quit,
      .replay:
      false
    }
  }
}
