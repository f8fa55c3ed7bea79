import Augmentation
import Pipeline
import Quantities

extension Model {
  /// Applies a message.
  ///
  /// - Returns: The requests to the session and the terminal that follow from it, in order.
  package mutating func update(_ message: Message) -> [Effect] {
    switch message {
    case .reading(let reading):
      take(reading)
      updateCheck()
      return updateTrial()
    case .predictions(let predictions):
      facts.predictions = predictions
      return []
    case .picture(let picture):
      facts.picture = picture
      facts.pictureFault = nil
      return []
    case .noPicture(let reason):
      facts.picture = nil
      facts.pictureFault = reason
      return []
    case .size(let size):
      self.size = size
      return []
    case .slowed(let refresh):
      slowedRefresh = refresh
      return []
    case .exportEnded(let outcome):
      take(outcome)
      return []
    case .warning(let text):
      return refuse(text)
    case .notice(let text):
      notice = Notice(text: text, isWarning: false)
      return []
    case .output(let line):
      output = line
      return []
    case .theme(let name):
      guard let index = themes.firstIndex(of: name) else { return [] }
      theme = index
      return [.useTheme(name)]
    case .typed(let key):
      notice = nil
      return values != nil ? updateValues(key) : updateChoices(key)
    case .slid(let row, let share):
      notice = nil
      return slide(row, to: share)
    case .sliderReleased: return releaseSlider()
    case .unboundKey:
      // Any key closes the help.
      notice =
        isHelpShown || isMenuOpen
        ? nil : Notice(text: "this key does nothing here; ? lists the keys", isWarning: false)
      isHelpShown = false
      return []
    case .key(let action):
      notice = nil
      if isMenuOpen, action != .quit { return updateMenu(action) }
      if isHelpShown, action != .quit {
        if scrollHelp(action) { return [] }
        // Any other key closes the overlay; the key for it does no more than that.
        isHelpShown = false
        if action == .help { return [] }
      }
      // A key that changes the scenario would spoil a running trial, so it ends the trial instead.
      if isTrialRunning, action.changesScenario {
        let effects = stopTrial()
        notice?.text += "; press the key again to do what it does"
        return effects
      }
      // A frozen view couldn't show what a key does.
      if frozenFacts != nil, action.needsMovingView {
        return refuse("the view is frozen: press z, then the key again")
      }
      return printed(action) ?? replay(action) ?? watched(action) ?? perform(action)
    }
  }

  /// Whether the action moves the help.
  private mutating func scrollHelp(_ action: Action) -> Bool {
    let lines = helpLines(keyMode, stages).count
    let steps: [Action: Int] = [
      .selectUp: -1, .selectDown: 1, .selectFirst: -lines, .selectLast: lines,
      .replay(.toStart): -lines, .replay(.toEnd): lines, .pageUp: -Self.page, .pageDown: Self.page,
      .replay(.seek(by: .seconds(-10))): -Self.page, .replay(.seek(by: .seconds(10))): Self.page,
    ]
    guard let step = steps[action] else { return false }
    helpScroll = min(max(0, helpScroll + step), lines - 1)
    return true
  }

  private mutating func take(_ reading: Reading) {
    if case .failed(let path, let reason) = reading.recording,
      self.reading.recording != reading.recording
    {
      notice = Notice(text: "recording \(path) stopped: \(reason)", isWarning: true)
      isRecordingRequested = false
    }
    if case .closed(let path, let bytes) = reading.recording,
      self.reading.recording != reading.recording
    {
      notice = Notice(text: "recorded \(path) (\(NumberText.bytes(bytes)))", isWarning: false)
    }
    if let replay = reading.replay { update(replay) }
    if let old = noticeShown, reading.replay == nil,
      reading.at - old > (notice?.isWarning == true ? Notice.warningLifetime : Notice.lifetime)
    {
      notice = nil
    }
    if let refusal = reading.refusal, refusal != self.reading.refusal {
      // The session goes on as it was before the change.
      unconfirmed.removeAll()
      facts.checked = nil
      notice = Notice(
        text: "\(refusal.change.label(stages)): the system gives no thread; see `ulimit -u`",
        isWarning: true)
    }
    facts.take(reading)
    advancePicture()
    // The reading's scenario confirms every request at once.
    if reading.scenario == requested { unconfirmed.removeAll() }
    // Without an open request, the session's scenario holds.
    if unconfirmed.isEmpty { requested = reading.scenario }
  }

  private mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .toggle(let stage):
      selection = stage
      return toggle(stage)
    case .toggleSelected:
      return toggle(selection)
    case .toggleAll:
      let target = requested.stages == stages.fixed ? stages.all : stages.fixed
      return change(.stages(target))
    case .nextRow:
      return changeRow(by: 1)
    case .previousRow:
      return changeRow(by: -1)
    case .selectUp: return move(by: -1)
    case .selectDown: return move(by: 1)
    case .selectFirst: return move(by: -Self.toTheEnd)
    case .selectLast: return move(by: Self.toTheEnd)
    case .pageUp: return move(by: -Self.page)
    case .pageDown: return move(by: Self.page)
    case .focus(let panel): return focus(on: panel)
    case .focusNext: return moveFocus(by: 1)
    case .focusPrevious: return moveFocus(by: -1)
    case .zoom: return toggleZoom()
    case .unzoom: return unzoom()
    case .nextArrangement: return nextArrangement()
    case .earlier: return scrollHistory(by: -1)
    case .later: return scrollHistory(by: 1)
    case .longerWindow: return zoomHistory(longer: true)
    case .shorterWindow: return zoomHistory(longer: false)
    case .baseline: return toggleBaseline()
    case .saveScreen: return [.saveScreen]
    case .values: return openValues()
    case .themes: return openThemes()
    case .presets: return openPresets()
    case .nextPicture: return nextPicture()
    case .redrawPicture: return redrawPicture()
    case .holdPicture: return holdPicture()
    case .stagePicture: return toggleStagePicture()
    case .pause:
      isPauseRequested.toggle()
      return [.ask(isPauseRequested ? .pause : .resume)]
    case .restartEpoch:
      notice = Notice(text: "epoch started anew", isWarning: false)
      return [.ask(.restartEpoch)]
    case .moreWorkers: return setWorkers(requested.workers + 1)
    case .fewerWorkers: return setWorkers(requested.workers - 1)
    case .longerQueue: return lengthenQueue(by: 1)
    case .shorterQueue: return lengthenQueue(by: -1)
    case .slowerGPU: return setCompute(longer: true)
    case .fasterGPU: return setCompute(longer: false)
    case .nextLoader: return nextLoader()
    case .nextCosts: return change(.costs(following(requested.costs, in: costs)))
    case .interpreterLock: return toggleLock()
    case .governor: return change(.governor(requested.governor == nil ? lastGovernor : nil))
    case .trial: return toggleTrial()
    case .marker:
      // The key may come twice before a reading counts the first marker.
      markersRequested = max(markersRequested, reading.markers) + 1
      let text = "marker \(markersRequested)"
      notice = Notice(
        text: isRecordingRequested
          ? "\(text) set" : "\(text) set; nothing is recorded: press e first",
        isWarning: false)
      return [.ask(.mark(text))]
    case .record: return toggleRecording()
    case .export: return openMenu()
    // Without the menu they have no keys.
    case .exportAs, .exportSelected, .closeMenu: return []
    case .nextTheme:
      guard !themes.isEmpty else { return [] }
      theme = (theme + 1) % themes.count
      notice = Notice(text: "theme \(themeName)", isWarning: false)
      return [.useTheme(themeName)]
    case .freeze:
      frozenFacts = frozenFacts == nil ? facts : nil
      return []
    case .help:
      isHelpShown = true
      helpScroll = 0
      return []
    case .quit: return [.quit]
    case .replay: return []
    }
  }

  private mutating func change(_ change: ScenarioChange) -> [Effect] {
    isUntouched = false
    facts.trial = nil
    beginCheck(of: change)
    requested.apply(change)
    unconfirmed.add(change)
    return [.ask(.change(change))]
  }

  mutating func refuse(_ text: String) -> [Effect] {
    notice = Notice(text: text, isWarning: true)
    return []
  }

  /// The question's rows are sets of the generator's stages.
  private mutating func changeRow(by step: Int) -> [Effect] {
    guard stages.isGenerators else { return refuse("the rows are about other stages") }
    return change(.ablation(.following(requested.stages, by: step)))
  }

  private mutating func toggle(_ stage: StageID) -> [Effect] {
    guard stages.indices.contains(stage.index) else { return [] }
    guard stages[stage].isSwitchable else {
      return refuse("\(stages[stage].name) is always on")
    }
    return change(.stage(stage, on: !requested.stages.contains(stage)))
  }

  mutating func select(by step: Int) -> [Effect] {
    selection = StageID(max(0, min(selection.index + step, stages.count - 1)))
    return []
  }

  private mutating func setWorkers(_ count: Int) -> [Effect] {
    let counts = requested.loader.workerCounts
    guard counts.contains(count) else {
      return refuse("workers: \(counts.lowerBound) to \(counts.upperBound)")
    }
    return changeIfItFits(.workers(count))
  }

  /// Changes to the next loader whose queue fits in memory; a notice names each skipped loader and
  /// why.
  private mutating func nextLoader() -> [Effect] {
    var loader = requested.loader
    for _ in 1..<Loader.allCases.count {
      loader = following(loader, in: Loader.allCases)
      let effects = changeIfItFits(.loader(loader))
      if !effects.isEmpty { return effects }
    }
    return []
  }

  /// The loader's own bound: torch's is a number of batches for each worker.
  private mutating func lengthenQueue(by step: Int) -> [Effect] {
    guard requested.loader == .torch else { return setQueueLimit(requested.queueLimit + step) }
    let count = requested.prefetch + step
    guard Scenario.prefetchCounts.contains(count) else {
      return refuse("prefetch: 1 to \(Scenario.prefetchCounts.upperBound)")
    }
    return changeIfItFits(.prefetch(count))
  }

  private mutating func setQueueLimit(_ limit: Int) -> [Effect] {
    guard Scenario.queueLimits.contains(limit) else {
      return refuse("queue limit: 1 to \(Scenario.queueLimits.upperBound)")
    }
    return changeIfItFits(.queueLimit(limit))
  }

  mutating func changeIfItFits(_ wish: ScenarioChange) -> [Effect] {
    do {
      try requested.applying(wish).check(against: reading.dataset)
    } catch {
      return refuse("\(error.option): \(error.wanted)")
    }
    return change(wish)
  }

  private mutating func setCompute(longer: Bool) -> [Effect] {
    guard let next = requested.computeTime(longer: longer) else {
      return refuse("gpu: 1 µs to 1 h")
    }
    return change(.compute(next))
  }

  private mutating func toggleLock() -> [Effect] {
    guard requested.costs != .native else {
      return refuse("native costs hold no interpreter lock: press c for Python's")
    }
    guard requested.loader.sharesInterpreter else {
      return refuse("\(requested.loader.rawValue) has processes, which share no lock: press l")
    }
    return change(.interpreterLock(!requested.interpreterLock))
  }

  private mutating func toggleRecording() -> [Effect] {
    guard !isSimulated else { return refuse("simulated time isn't recorded") }
    isRecordingRequested.toggle()
    guard isRecordingRequested else { return [.ask(.stopRecording)] }
    let path = nextRecordingPath()
    notice = Notice(text: "recording to \(path)", isWarning: false)
    return [.ask(.record(path: path))]
  }

  private func following<Value: Equatable>(_ value: Value, in values: [Value]) -> Value {
    guard let index = values.firstIndex(of: value) else { return values.first ?? value }
    return values[(index + 1) % values.count]
  }
}
