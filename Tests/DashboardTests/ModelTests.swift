import Augmentation
import Dashboard
import Pipeline
import Quantities
import Screen
import Testing

@Suite struct ModelTests {
  private func asked(_ action: Action, of model: inout Model) -> [Effect] {
    model.update(.key(action))
  }

  @Test func actionsBecomeRequests() {
    let expected: [(Action, ScenarioChange)] = [
      (.toggle(.warp), .stage(.warp, on: false)), (.toggleSelected, .stage(.warp, on: false)),
      (.toggleAll, .stages(.fixed)), (.nextRow, .ablation(.noDot)),
      (.previousRow, .ablation(.ownGenerator)), (.nextLoader, .loader(.blocking)),
      (.moreWorkers, .workers(2)), (.longerQueue, .queueLimit(11)),
      (.shorterQueue, .queueLimit(9)), (.slowerGPU, .compute(.microseconds(3500))),
      (.fasterGPU, .compute(.microseconds(3300))), (.nextCosts, .costs(.native)),
      (.interpreterLock, .interpreterLock(false)),
    ]
    for (action, change) in expected {
      var model = Model(showing: Sample.running)
      #expect(model.update(.key(action)) == [.ask(.change(change))], "\(action)")
      #expect(model.requested == Sample.scenario.applying(change), "\(action)")
      #expect(!model.isUntouched)
      #expect(model.notice == nil, "\(action): \(model.notice?.text ?? "")")
    }
    let others: [(Action, [Effect])] = [
      (.pause, [.ask(.pause)]), (.restartEpoch, [.ask(.restartEpoch)]),
      (.marker, [.ask(.mark("marker 1"))]), (.nextTheme, [.useTheme("light")]), (.freeze, []),
      (.help, []), (.quit, [.quit]), (.selectDown, []), (.selectUp, []), (.selectFirst, []),
      (.selectLast, []),
      (.record, [.ask(.record(path: "augtop-20260102-030405-1.pftrace"))]),
    ]
    for (action, effects) in others {
      var model = Model(showing: Sample.running)
      #expect(model.update(.key(action)) == effects, "\(action)")
      #expect(model.requested == Sample.scenario, "\(action)")
      #expect(model.isUntouched, "\(action)")
    }
  }

  @Test func markersCountOnBeforeAReadingTellsOfThem() {
    var model = Model(showing: Sample.running)
    #expect(model.update(.key(.marker)) == [.ask(.mark("marker 1"))])
    #expect(model.update(.key(.marker)) == [.ask(.mark("marker 2"))])
    #expect(model.notice?.text == "marker 2 set; nothing is recorded: press e first")
    var reading = Sample.running
    reading.markers = 5
    _ = model.update(.reading(reading))
    #expect(model.update(.key(.marker)) == [.ask(.mark("marker 6"))])
  }

  @Test func wishesShowFirstAndFactsLater() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.toggle(.warp)))
    #expect(model.switchState(of: .warp) == (isOn: false, isConfirmed: false))
    #expect(model.switchState(of: .zoom) == (isOn: true, isConfirmed: true))

    // A reading from before the key confirms nothing.
    _ = model.update(.reading(Sample.running))
    #expect(model.switchState(of: .warp) == (isOn: false, isConfirmed: false))

    // The session has the change, but no batch has been made with it yet.
    var reading = Sample.running
    reading.scenario.apply(.stage(.warp, on: false))
    reading.pending = [.stage(.warp, on: false)]
    _ = model.update(.reading(reading))
    #expect(model.switchState(of: .warp) == (isOn: false, isConfirmed: false))

    reading.pending = []
    _ = model.update(.reading(reading))
    #expect(model.switchState(of: .warp) == (isOn: false, isConfirmed: true))
  }

  @Test func aRefusedChangeIsSaidAndGone() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.moreWorkers))
    #expect(model.requested.workers == 2)
    var reading = Sample.running
    reading.refusal = SessionRefusal(number: 1, change: .workers(2))
    _ = model.update(.reading(reading))
    #expect(model.requested.workers == 1)
    #expect(model.notice?.text == "workers 2: the system gives no thread; see `ulimit -u`")
    #expect(model.notice?.isWarning == true)
    // The same refusal in the next reading is no news.
    _ = model.update(.key(.moreWorkers))
    _ = model.update(.reading(reading))
    #expect(model.requested.workers == 2 && model.notice == nil)
  }

  @Test func fastKeysBuildOnWishesAndNotOnReadings() {
    var model = Model(showing: Sample.running)
    let effects = (0..<3).flatMap { _ in model.update(.key(.moreWorkers)) }
    #expect(effects == [2, 3, 4].map { .ask(.change(.workers($0))) })
    _ = model.update(.key(.toggle(.warp)))
    #expect(model.update(.key(.toggle(.warp))) == [.ask(.change(.stage(.warp, on: true)))])
  }

  @Test func allAndRowsGoAround() {
    var model = Model(showing: Sample.running)
    #expect(model.update(.key(.toggleAll)) == [.ask(.change(.stages(.fixed)))])
    #expect(model.update(.key(.toggleAll)) == [.ask(.change(.stages(.all)))])
    let rows = (0..<5).map { _ in model.update(.key(.nextRow)) }
    #expect(
      rows
        == [.noDot, .noMatrices, .noWarp, .ownGenerator, .original].map {
          [.ask(.change(.ablation($0)))]
        })
  }

  /// A loader whose queue doesn't fit in memory is skipped with a notice.
  @Test func aLoaderWhoseQueueDoesNotFitIsNotAskedFor() {
    var reading = Sample.running
    reading.dataset = DatasetFacts(
      count: 1_000, shape: PictureShape(height: 224, width: 224, channels: 3))
    reading.scenario.loader = .blocking
    reading.scenario.queueLimit = 100
    reading.scenario.workers = 8
    reading.scenario.prefetch = 64
    var model = Model(showing: reading)
    #expect(model.update(.key(.nextLoader)) == [.ask(.change(.loader(.kerasProcesses)))])
    #expect(model.notice?.isWarning == true)
    #expect(model.notice?.text.contains("at most 4 GB") == true)
    // From torch, whose queue is its prefetch, to any other: all have this one.
    reading.scenario.loader = .torch
    reading.scenario.queueLimit = 10_000
    reading.scenario.prefetch = 2
    model = Model(showing: reading)
    #expect(model.update(.key(.nextLoader)) == [])
    #expect(model.requested.loader == .torch && model.notice?.isWarning == true)
  }

  @Test func anEffectThatFailedIsSaid() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.nextTheme))
    #expect(model.update(.warning("light.toml: can't be read")) == [])
    #expect(model.notice?.text == "light.toml: can't be read" && model.notice?.isWarning == true)
  }

  @Test func boundsAreRefusedWithAWord() {
    func refused(
      _ action: Action, _ word: String, _ prepare: (inout Scenario) -> Void,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      var reading = Sample.running
      prepare(&reading.scenario)
      var model = Model(showing: reading)
      #expect(model.update(.key(action)) == [], sourceLocation: sourceLocation)
      #expect(model.notice?.isWarning == true, sourceLocation: sourceLocation)
      #expect(
        model.notice?.text.contains(word) == true, "\(model.notice?.text ?? "no notice")",
        sourceLocation: sourceLocation)
      #expect(model.requested == reading.scenario, sourceLocation: sourceLocation)
      // The next key takes the word away.
      _ = model.update(.key(.selectUp))
      #expect(model.notice == nil, sourceLocation: sourceLocation)
    }
    refused(.fewerWorkers, "1 to 64") { $0.workers = 1 }
    refused(.moreWorkers, "1 to 64") { $0.workers = 64 }
    refused(.fewerWorkers, "0 to 64") {
      $0.loader = .torch
      $0.workers = 0
    }
    refused(.shorterQueue, "1 to 10000") { $0.queueLimit = 1 }
    refused(.longerQueue, "1 to 10000") { $0.queueLimit = 10_000 }
    refused(.fasterGPU, "1 µs") { $0.consumer.compute = .constant(.microseconds(1)) }
    refused(.slowerGPU, "1 h") { $0.consumer.compute = .constant(.seconds(3600)) }
    refused(.toggle(.load), "always on") { _ in }
    refused(.toggle(.collate), "always on") { _ in }
    refused(.interpreterLock, "native") {
      $0.costs = .native
      $0.interpreterLock = false
    }
    refused(.interpreterLock, "share no lock") { $0.loader = .torch }
    // 65 536 pictures of 12 kB are 805 MB a batch: 4 GB hold four.
    refused(.longerQueue, "4 GB") {
      $0.batchSize = 65_536
      $0.queueLimit = 3
    }
  }

  @Test func gpuStepsAreReversibleAndRound() {
    var model = Model(showing: Sample.running)
    var seen: [Duration] = []
    for _ in 0..<80 {
      _ = model.update(.key(.slowerGPU))
      seen.append(model.requested.consumer.compute.mean)
    }
    #expect(seen == seen.sorted())
    for expected in seen.dropLast().reversed() {
      _ = model.update(.key(.fasterGPU))
      #expect(model.requested.consumer.compute.mean == expected)
    }
  }

  @Test func costsAndLockGoTogether() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.nextCosts))
    #expect(model.requested.costs == .native)
    #expect(!model.requested.interpreterLock)
    _ = model.update(.key(.nextCosts))
    #expect(model.requested.costs == Sample.measured)
    #expect(model.requested.interpreterLock)
  }

  @Test func selectionStaysInTheTable() {
    var model = Model(showing: Sample.running)
    #expect(model.selection == .warp)
    _ = model.update(.key(.selectFirst))
    #expect(model.selection == .load)
    _ = model.update(.key(.selectUp))
    #expect(model.selection == .load)
    _ = model.update(.key(.selectLast))
    _ = model.update(.key(.selectDown))
    #expect(model.selection == .collate)
    _ = model.update(.key(.selectUp))
    #expect(model.selection == .standardize)
    _ = model.update(.key(.toggle(.zoom)))
    #expect(model.selection == .zoom)
  }

  @Test func themesGoAround() {
    var model = Model(showing: Sample.running)
    let names = (0..<4).map { _ in model.update(.key(.nextTheme)) }
    #expect(names == ["light", "mono", "dark", "light"].map { [.useTheme($0)] })
    #expect(model.themeName == "light")
  }

  @Test func frozenViewsKeepTheirReading() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.freeze))
    var later = Sample.warpOff
    later.at = .seconds(99)
    _ = model.update(.reading(later))
    #expect(model.shown.at == .seconds(41))
    #expect(model.reading.at == .seconds(99))
    _ = model.update(.key(.freeze))
    #expect(model.shown.at == .seconds(99))
  }

  @Test func pauseGoesOn() {
    var model = Model(showing: Sample.running)
    #expect(model.update(.key(.pause)) == [.ask(.pause)])
    #expect(model.isPauseRequested)
    #expect(model.update(.key(.pause)) == [.ask(.resume)])
  }

  @Test func recordingIsToldOfOnce() {
    var model = Model(showing: Sample.running)
    _ = model.update(.key(.record))
    #expect(model.notice?.text == "recording to augtop-20260102-030405-1.pftrace")
    var reading = Sample.running
    reading.recording = .on(path: "a", bytes: 5)
    _ = model.update(.reading(reading))
    #expect(model.update(.key(.record)) == [.ask(.stopRecording)])
    reading.recording = .closed(path: "a", bytes: 12_000)
    _ = model.update(.reading(reading))
    #expect(model.notice?.text == "recorded a (12 kB)")
    #expect(model.notice?.isWarning == false)
    _ = model.update(.key(.selectUp))
    _ = model.update(.reading(reading))
    #expect(model.notice == nil)
    // The next recording gets the next name.
    #expect(
      model.update(.key(.record)) == [.ask(.record(path: "augtop-20260102-030405-2.pftrace"))])
    reading.recording = .failed(path: "b", reason: "No space left on device")
    _ = model.update(.reading(reading))
    #expect(model.notice?.isWarning == true)
    #expect(model.notice?.text.contains("No space left on device") == true)
  }

  @Test func anyKeyClosesTheHelp() {
    for message in [Message.key(.help), .key(.toggle(.warp)), .unboundKey] {
      var model = Model(showing: Sample.running).after(.help)
      #expect(model.isHelpShown)
      _ = model.update(message)
      #expect(!model.isHelpShown, "\(message)")
    }
    // A key that does something does it as well.
    var model = Model(showing: Sample.running).after(.help)
    #expect(model.update(.key(.toggle(.warp))) == [.ask(.change(.stage(.warp, on: false)))])
    // Without the help, a key that means nothing does nothing.
    var other = Model(showing: Sample.running)
    #expect(other.update(.unboundKey) == [])
    #expect(!other.isHelpShown)
  }
}

extension Model {
  func switchState(of stage: StageID) -> (isOn: Bool, isConfirmed: Bool) {
    switchState(stages[stage])
  }
}
