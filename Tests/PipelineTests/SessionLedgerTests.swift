import Augmentation
import Pipeline
import Quantities
import Testing

@Suite struct SessionLedgerTests {
  /// A step of 400 ms comes five times in the two seconds that readings are about.
  @Test func slowStepsAreJudgedToo() {
    var ledger = SessionLedger(
      scenario: Scenario(name: "slow"), dataset: DatasetFacts(count: 3_200, shape: .cifar))
    for batch in 0..<20 {
      let start = Nanoseconds.milliseconds(400) * batch
      var made = BatchMade(batch: batch, worker: 0, pictures: 32, generation: 0, start: start)
      made.finished = start + .milliseconds(1)
      made.put = made.finished
      ledger.record(.made(made))
      ledger.record(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: start, taken: start, hostEnd: start,
            transferEnd: start, end: start + .milliseconds(400), lockWait: .zero, cpu: .zero)))
    }
    let reading = ledger.reading(at: .seconds(8))
    #expect(reading.consumer.steps >= Predictions.leastSteps)
    #expect(Verdict(reading).kind == .gpuBound)
  }

  /// A job's report knows how long its loop took to get a batch that it waited for; predictions rest on it.
  @Test(arguments: [true, false]) func aJobsReportHasItsWakeUps(isJob: Bool) {
    var ledger = SessionLedger(
      scenario: Scenario(name: "job", dataset: isJob ? .job(dataset: "Photos") : .synthetic),
      dataset: DatasetFacts(count: 3_200, shape: .cifar))
    for batch in 0..<300 {
      let start = Nanoseconds.milliseconds(10) * batch
      var made = BatchMade(batch: batch, worker: 0, pictures: 32, generation: 0, start: start)
      made.finished = start + .milliseconds(5)
      made.put = made.finished
      ledger.record(.made(made))
      let at = start + .milliseconds(7)
      ledger.record(
        .taken(BatchTaken(batch: batch, wanted: start, at: at, depth: 0, polls: 0)))
      ledger.record(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: start, taken: at, hostEnd: at, transferEnd: at,
            end: start + .milliseconds(10), lockWait: .zero, cpu: .zero)))
    }
    #expect(ledger.reading(at: .seconds(3)).consumer.wakeLatency == .milliseconds(2))
    #expect(ledger.summary(at: .seconds(3)).consumer.wakeLatency == .milliseconds(isJob ? 2 : 0))
  }

  @Test func sharesAddUpToOne() {
    let script = ScriptedSteps()
    script.train(2)
    script.nap(.milliseconds(50), .nap)
    script.nap(.milliseconds(30), .room)
    let reading = script.reading()
    let consumer = reading.consumer
    #expect(abs(consumer.busy + consumer.host + consumer.starved - 1) < 1e-9)
    #expect(abs(consumer.starved - 0.25) < 1e-9 && abs(consumer.host - 0.25) < 1e-9)
    #expect(consumer.step == .milliseconds(3))
    #expect(abs(consumer.batchesPerSecond - 250) < 1e-6)
    #expect(abs(consumer.imagesPerSecond - 8_000) < 1e-6)
    let workers = reading.workers
    #expect(abs(workers.making + workers.napping + workers.waitingForRoom - 1) < 1e-9)
    #expect(workers.make == .milliseconds(2))
    #expect(abs(workers.napping / workers.waitingForRoom - 5.0 / 3) < 1e-9)
    #expect(abs(reading.stages.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    #expect(abs((reading.stage(.warp)?.share ?? 0) - 0.75) < 1e-9)
    #expect(reading.stage(.warp)?.wallPerImage == Nanoseconds(1_500_000 / 32))
    #expect(reading.stage(.warp)?.cpuPerImage == Nanoseconds(2_000_000 / 32))
    #expect(reading.stage(.zoom)?.wallPerImage == .zero)
  }

  @Test func whatIsNotMeasuredIsNotThere() {
    let script = ScriptedSteps()
    let reading = script.reading()
    #expect(reading.consumer.step == nil && reading.workers.make == nil)
    #expect(reading.epoch.projected == nil && reading.epoch.estimate == nil)
    #expect(reading.stages.map(\.stage.name) == Stage.allCases.map(\.rawValue))
    #expect(reading.stages.allSatisfy { $0.cpuPerImage == nil && $0.wallPerImage == nil })
    #expect(reading.effect == nil && reading.pending.isEmpty)
  }

  @Test func theEpochIsItsBatchesTimesTheStep() throws {
    let script = ScriptedSteps()
    script.train(0.5)
    #expect(script.reading().epoch.estimate == nil)
    let rough = try #require(script.reading().epoch.projected)
    #expect(abs(rough - epochSeconds(.milliseconds(4))) < 1e-6)
    script.train(0.6)
    let reading = script.reading()
    let estimate = try #require(reading.epoch.estimate)
    #expect(abs(estimate.seconds - epochSeconds(.milliseconds(4))) < 1e-6)
    #expect(estimate.half < 1e-6)
    let seen = Double(reading.epoch.samplesSeen)
    #expect(seen == 32 * (1.1 / 0.004).rounded())
    let left = estimate.seconds * (1 - seen / 50_000)
    // By the rate of the last two seconds, which has whole steps only.
    #expect(abs((reading.epoch.remaining ?? 0) / left - 1) < 0.01)
  }

  /// Samples that don't end with a pass over the data take whole batches all the same.
  @Test(arguments: [(50_000, 1_563), (20_000, 625), (100, 4), (100_000, 3_126), (50_032, 1_564)])
  func batchesAnEpoch(samples: Int, batches: Int) throws {
    var scenario = Scenario(name: "samples")
    scenario.samplesPerEpoch = samples
    let script = ScriptedSteps(scenario)
    script.train(1.5, step: .milliseconds(10))
    let projected = try #require(script.reading().epoch.projected)
    #expect(abs(projected - Double(batches) * 0.010) < 1e-6)
  }

  /// A worker's time from batch to batch is measured again after a pause or an absence.
  @Test func absenceIsNoHandling() {
    let script = ScriptedSteps()
    script.train(0.5)
    #expect(script.reading().workers.handling == .milliseconds(2))
    script.ledger.note(.paused, at: script.now)
    script.wait(10)
    script.ledger.note(.resumed, at: script.now)
    script.train(0.5)
    #expect(script.reading().workers.handling == .milliseconds(2))
    script.ask(.workers(2))
    script.wait(10)
    script.begin()
    script.train(0.5)
    #expect(script.reading().workers.handling == .milliseconds(2))
  }

  @Test func theWindowBeginsAfterASecondAndTwentySteps() {
    // Fast steps: the second counts. The interval then takes a second more, for its eight blocks.
    let fast = ScriptedSteps()
    fast.train(1.9)
    #expect(fast.reading().epoch.settled == nil)
    fast.train(0.2)
    #expect(fast.reading().epoch.settled != nil)
    // Slow ones: the twenty steps count, so the first eight blocks of one step end at 28 s.
    let slow = ScriptedSteps()
    slow.train(27, step: .seconds(1))
    #expect(slow.reading().epoch.settled == nil)
    slow.train(1, step: .seconds(1))
    #expect(slow.reading().epoch.settled != nil)
  }

  @Test func theReportLeavesOutWhatCameBeforeTheWindow() {
    let script = ScriptedSteps()
    script.train(1, step: .milliseconds(100), make: .milliseconds(80))
    script.train(1.1, step: .milliseconds(100), make: .milliseconds(80))
    script.train(5)
    let summary = script.ledger.summary(at: script.now)
    // The window begins at 2 s: one slow step at most lies in it.
    #expect((summary.consumer.step ?? .zero) < .milliseconds(4))
    #expect(summary.batchesTrained == 21 + 1_250)
    #expect(summary.imagesTrained == 32 * (21 + 1_250))
  }

  @Test func aChangeIsPendingUntilABatchHoldsIt() {
    let script = ScriptedSteps()
    script.train(1.2)
    script.ask(.stage(.warp, on: false))
    var reading = script.reading()
    #expect(reading.pending == [.stage(.warp, on: false)])
    #expect(reading.stage(.warp)?.isOn == false)
    #expect(reading.effect?.firstBatch == nil)
    #expect(reading.effect?.before != nil && reading.effect?.after == nil)
    let batch = reading.batchesTrained
    script.begin()
    reading = script.reading()
    #expect(reading.pending.isEmpty)
    #expect(reading.effect?.firstBatch == batch)
    #expect(reading.epoch.estimate == nil, "measured anew")
  }

  @Test func theEffectIsTheEpochBeforeAndAfter() throws {
    let script = ScriptedSteps()
    script.train(1.2, step: .milliseconds(4))
    script.change(.stage(.warp, on: false))
    script.train(1.2, step: .milliseconds(6))
    let effect = try #require(script.reading().effect)
    #expect(effect.changes == [.stage(.warp, on: false)])
    #expect(abs(try #require(effect.before).seconds - epochSeconds(.milliseconds(4))) < 1e-6)
    #expect(abs(try #require(effect.after).seconds - epochSeconds(.milliseconds(6))) < 1e-6)
    #expect(script.reading().epoch.beforeChange == effect.before)
  }

  /// A flood of keys: taking the changes off one by one would take minutes.
  @Test func aBatchEndsHoweverManyChangesAreBeforeIt() {
    let script = ScriptedSteps()
    for number in 0..<60_001 { script.ask(.stage(.warp, on: number % 2 == 1)) }
    script.begin()
    let reading = script.reading()
    #expect(reading.pending.isEmpty && !reading.scenario.stages.contains(.warp))
  }

  @Test func changesWithoutAMeasurementBetweenThemAreOne() throws {
    let script = ScriptedSteps()
    script.train(1.2)
    script.change(.stage(.warp, on: false))
    script.train(0.2)
    script.change(.workers(3))
    script.train(1.2, step: .milliseconds(8))
    var effect = try #require(script.reading().effect)
    #expect(effect.changes == [.stage(.warp, on: false), .workers(3)])
    #expect(abs(try #require(effect.before).seconds - epochSeconds(.milliseconds(4))) < 1e-6)
    // Measured now: the next begins a line of its own.
    script.change(.workers(2))
    effect = try #require(script.reading().effect)
    #expect(effect.changes == [.workers(2)])
    #expect(abs(try #require(effect.before).seconds - epochSeconds(.milliseconds(8))) < 1e-6)
  }

  @Test func aChangeTakesThePlaceOfOneItUndoes() throws {
    let script = ScriptedSteps()
    script.train(0.2)
    script.change(.stage(.warp, on: false))
    script.change(.workers(3))
    script.change(.stage(.warp, on: true))
    #expect(
      try #require(script.reading().effect).changes == [.workers(3), .stage(.warp, on: true)])
    script.change(.stages(.fixed))
    #expect(try #require(script.reading().effect).changes == [.workers(3), .stages(.fixed)])
  }

  @Test func epochIfOffOnceBothWereMeasured() throws {
    let script = ScriptedSteps()
    script.train(1.2, step: .milliseconds(4))
    #expect(script.reading().stage(.warp)?.epochDelta == nil)
    script.change(.stage(.warp, on: false))
    script.train(1.2, step: .milliseconds(6))
    let back = try #require(script.reading().stage(.warp)?.epochDelta)
    #expect(abs(back.seconds + epochSeconds(.milliseconds(2))) < 1e-6)
    #expect(back.low <= back.seconds && back.seconds <= back.high)
    script.change(.stage(.warp, on: true))
    #expect(script.reading().stage(.warp)?.epochDelta == nil, "not measured yet")
    script.train(1.2, step: .milliseconds(4))
    let off = try #require(script.reading().stage(.warp)?.epochDelta)
    #expect(abs(off.seconds - epochSeconds(.milliseconds(2))) < 1e-6)
    // Neither of the others, nor what can't be switched.
    #expect(
      script.reading().stages.filter { $0.epochDelta != nil }.map(\.stage.id) == [.warp])
  }

  @Test func stagesAreThoseOfMeasuredBatchesAlone() throws {
    let script = ScriptedSteps()
    script.train(1, make: .milliseconds(2))
    var brief = BatchMade(batch: 900, worker: 0, pictures: 32, generation: 0, start: script.now)
    brief.finished = script.now + .milliseconds(2)
    brief.put = brief.finished
    for _ in 0..<100 { script.ledger.record(.made(brief)) }
    let reading = script.ledger.reading(at: script.now)
    let warp = try #require(reading.stage(.warp))
    #expect(warp.wallPerImage == Nanoseconds(1_500_000 / 32))
    #expect(warp.cpuPerImage == Nanoseconds(2_000_000 / 32))
    #expect(reading.workers.make == .milliseconds(2), "their whole time counts all the same")
  }

  @Test func batchesOfAnOldGenerationDontCount() {
    let script = ScriptedSteps()
    script.train(1.2)
    script.change(.stage(.warp, on: false))
    for _ in 0..<10 { script.make(.milliseconds(200), generation: 0) }
    script.make(.milliseconds(1))
    let reading = script.reading()
    #expect(reading.workers.make == .milliseconds(1))
    #expect(reading.batchesMade == 300 + 11)
  }

  /// A full lane may drop the event that confirms a change; the batches' generation confirms it too.
  @Test func aBatchOfANewGenerationConfirmsItToo() {
    let script = ScriptedSteps()
    script.train(1.2)
    script.ask(.stage(.warp, on: false))
    script.train(0.4)
    let reading = script.reading()
    #expect(reading.pending.isEmpty)
    #expect(reading.effect?.firstBatch == 300)
    #expect(reading.workers.make == .milliseconds(2))
  }

  @Test func pausesAreLeftOut() throws {
    let script = ScriptedSteps()
    script.train(1.2)
    script.ledger.note(.paused, at: script.now)
    script.wait(100)
    #expect(script.reading().state == .paused)
    script.ledger.note(.resumed, at: script.now)
    script.train(1.2)
    let reading = script.reading()
    #expect(reading.state == .running)
    let estimate = try #require(reading.epoch.estimate)
    #expect(abs(estimate.seconds - epochSeconds(.milliseconds(4))) < 1e-6)
    #expect(abs(reading.consumer.starved - 0.25) < 1e-9)
  }

  @Test func notesAreCountedAndTheEndIsTold() {
    let script = ScriptedSteps()
    script.train(0.2)
    script.ledger.note(.marker("a"), at: script.now)
    script.ledger.note(.marker("b"), at: script.now)
    script.ledger.note(.epochRestarted, at: script.now)
    #expect(script.reading().markers == 2)
    #expect(script.reading().epoch.samplesSeen == 0)
    // Of many bad pictures the first are named.
    for number in 0..<20 {
      let picture = BadPicture(path: "\(number)", reason: "cut off")
      script.ledger.note(.badPicture(picture, count: number == 19 ? 5 : 1), at: script.now)
    }
    let bad = script.reading().badPictures
    #expect(bad.count == 24 && bad.named.map(\.path) == (0..<8).map { "\($0)" })
    #expect(bad.notes.count == 8)
    script.ledger.finish()
    #expect(script.reading().state == .finished)
    script.ledger.finish(failure: "no more pictures")
    #expect(script.reading().state == .failed("no more pictures"))
  }

  @Test func epochsAreCounted() {
    var scenario = Scenario(name: "short")
    scenario.samplesPerEpoch = 320
    let script = ScriptedSteps(scenario)
    for _ in 0..<25 { script.train(.milliseconds(4)) }
    let epoch = script.reading().epoch
    #expect(epoch.number == 3 && epoch.samplesSeen == 160 && epoch.last == 0.04)
    #expect(epoch.fraction == 0.5)
  }

  @Test func historiesStayShortHoweverLongTheSession() {
    let script = ScriptedSteps()
    for _ in 0..<(3 * SessionLedger.framesKept) {
      script.train(0.1)
      _ = script.reading()
    }
    let reading = script.reading()
    // An eighth goes at a time.
    let most = SessionLedger.framesKept
    #expect((most * 7 / 8...most).contains(reading.frames.count))
    let numbers = reading.frames.map(\.number)
    #expect(numbers == Array((numbers.first ?? 0)...(numbers.last ?? 0)))
    for (frame, next) in zip(reading.frames, reading.frames.dropFirst()) {
      #expect(frame.end == next.start)
      #expect(abs(next.depths.total - next.length.seconds) < 1e-4)
    }
  }
}
