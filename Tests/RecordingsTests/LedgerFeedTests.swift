import Augmentation
import Datasets
import Exports
import Glibc
import Host
import LiveEngine
import Pipeline
import Quantities
import Recordings
import ScenarioFiles
import TestSupport
import Testing
import Tracing

/// A recorded session gives the report that the live one gave.
@Suite(.serialized) struct LedgerFeedTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theReportIsTheLiveOnes() throws {
    var scenario = try PresetCatalog.scenario(named: "fast-gpu")
    scenario.workers = 2
    let (live, path) = try run(scenario) { session in
      wait(session) { $0.batchesTrained >= 60 }
      session.apply(.change(.stage(.warp, on: false)))
      wait(session) { $0.pending.isEmpty && $0.batchesTrained >= 150 }
      session.apply(.pause)
      wait(session) { $0.state == .paused }
      session.apply(.resume)
      session.apply(.mark("here"))
      wait(session) { $0.state == .running && $0.batchesTrained >= 300 }
      session.apply(.change(.loader(.blocking)))
      wait(session) { $0.pending.isEmpty && $0.batchesTrained >= 400 }
    }
    let recorded = try report(path)
    #expect(recorded.trouble.isNone)
    expectSame(recorded.reading, live)
    #expect(recorded.totals.steps == live.batchesTrained)
    #expect(recorded.totals.batches == live.batchesMade)
    #expect(recorded.totals.picturesTrained == live.imagesTrained)
    #expect(recorded.totals.switches == 2 && recorded.totals.markers == 1)
    #expect(recorded.totals.stepsLeftOut == 0)
  }

  /// Start-up, a long first step, checkpoints and validations are recorded as they came.
  @Test func phasesAreRecorded() throws {
    var scenario = try PresetCatalog.scenario(named: "fast-gpu")
    scenario.loader = .blocking
    scenario.samplesPerEpoch = 3_200
    scenario.phases.workerStart = .milliseconds(100)
    scenario.phases.firstStep = .milliseconds(200)
    scenario.phases.checkpoint = EpochPhases.Checkpoint(every: 30, takes: .milliseconds(50))
    scenario.phases.validation = EpochPhases.Validation(samples: 320, step: .milliseconds(10))
    let (live, path) = try run(scenario) { session in
      wait(session) { $0.epoch.number >= 3 && $0.epoch.settled != nil }
    }
    let recorded = try report(path)
    #expect(recorded.trouble.isNone)
    expectSame(recorded.reading, live)
    #expect(recorded.reading.epoch.phaseShares == live.epoch.phaseShares)
    #expect(live.epoch.phaseShares.map(\.kind) == [.checkpoint, .validation])
    var session = try RecordedSession(path: path)
    var kinds: [PhaseKind: Int] = [:]
    while let record = session.records.next() {
      if case .event(.phase(let phase)) = record { kinds[phase.kind, default: 0] += 1 }
    }
    #expect(kinds[.workerStart] == 1 && kinds[.firstStep] == 1)
    #expect(kinds[.checkpoint] == live.batchesTrained / 30)
    // The epoch goes on until its validation ends.
    let begun = live.epoch.phase == .validation ? 1 : 0
    #expect(kinds[.validation] == live.epoch.number - 1 + begun)
  }

  /// Batches of some microseconds have no events of their own; their sums are recorded completely.
  @Test func veryFastSessionsAddUpAsWell() throws {
    var scenario = Scenario(name: "fast")
    scenario.loader = .blocking
    scenario.consumer.compute = .constant(.microseconds(1))
    let (live, path) = try run(scenario) { session in
      wait(session) { $0.at > .milliseconds(2_500) && $0.batchesTrained >= 2_000 }
    }
    let recorded = try report(path)
    #expect(recorded.totals.steps + recorded.totals.stepsLeftOut == live.batchesTrained)
    #expect(recorded.totals.batches + recorded.totals.batchesLeftOut == live.batchesMade)
    #expect(
      recorded.totals.picturesTrained + recorded.totals.picturesLeftOut == live.imagesTrained)
    #expect(recorded.reading.batchesTrained == live.batchesTrained)
    #expect(recorded.reading.imagesTrained == live.imagesTrained)
    #expect(recorded.reading.stages.map(\.cpuPerImage) == live.stages.map(\.cpuPerImage))
    // The report's window begins with the same step; shares are sums of the same times.
    let consumer = recorded.reading.consumer
    #expect(consumer.steps == live.consumer.steps && consumer.step == live.consumer.step)
    #expect(consumer.imagesPerSecond == live.consumer.imagesPerSecond)
    #expect(abs(consumer.busy + consumer.host + consumer.starved - 1) < 1e-9)
  }

  /// After `kill -9` the file holds a session that ends earlier.
  @Test func aTornRecordingGivesWhatItHolds() throws {
    let (_, path) = try run(PresetCatalog.scenario(named: "fast-gpu")) { session in
      wait(session) { $0.batchesTrained >= 60 }
    }
    let bytes = folder.bytes("live.pftrace")
    let whole = try report(path)
    var session = try RecordedSession(bytes: Array(bytes[..<(bytes.count * 2 / 3)]), path: path)
    var feed = LedgerFeed(session)
    while let record = session.records.next() { feed.take(record) }
    let reading = feed.report()
    #expect((1..<whole.reading.batchesTrained).contains(reading.batchesTrained))
    #expect(reading.at > .zero && reading.at < whole.reading.at)
  }

  @Test func recordingsBegunLateBeginTheirClocksThere() throws {
    var feed = LedgerFeed(try RecordedSession(path: SteadySession(seed: 3).write(in: folder)))
    let late = Nanoseconds.seconds(500)
    for batch in 0..<100 {
      let at = late + .milliseconds(Int64(batch) * 10)
      feed.take(
        .event(
          .stepped(
            StepDone(
              batch: batch, pictures: 32, wanted: at, taken: at, hostEnd: at, transferEnd: at,
              end: at + .milliseconds(10), lockWait: .zero, cpu: .zero))))
    }
    let epoch = try #require(feed.report().epoch.projected)
    // 1 000 pictures are 32 batches: a third of a second, whatever was before.
    #expect(abs(epoch - 0.32) < 0.01, "\(epoch)")
  }

  private func run(
    _ scenario: Scenario, _ body: (LiveSession) -> Void
  ) throws -> (Reading, String) {
    let path = folder.file("live.pftrace")
    let dataset = SyntheticDataset()
    let clock = SessionClock()
    let header = SessionHeader(
      scenario: scenario, dataset: DatasetFacts(count: dataset.count, shape: dataset.shape),
      attributes: ScenarioFile.attributes(scenario).pairs.map {
        SessionHeader.Attribute("scenario.\($0.key)", $0.value)
      }, version: "test", clocks: SessionClocks(monotonic: clock.start))
    let file = try SessionFile(creating: path, header: header)
    let session = LiveSession(
      scenario: scenario, dataset: dataset, clock: clock, recording: file
    ) { path, scenario throws(SessionFileFault) in
      try SessionFile(creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    }
    try session.start()
    body(session)
    return (session.stop(), path)
  }

  private func wait(_ session: LiveSession, until isTrue: (Reading) -> Bool) {
    for _ in 0..<6_000 where !isTrue(session.reading) { usleep(5_000) }
    #expect(isTrue(session.reading))
  }

  private func report(
    _ path: String
  ) throws -> (reading: Reading, totals: SessionTotals, trouble: RecordingTrouble) {
    var session = try RecordedSession(path: path)
    #expect(session.scenarioFault == nil)
    var feed = LedgerFeed(session)
    while let record = session.records.next() { feed.take(record) }
    let outcome = try Export(.markdown, exporter: "test").write(
      session, to: path + ".md", replacing: true)
    return (feed.report(), outcome.totals, outcome.trouble)
  }

  private func expectSame(_ recorded: Reading, _ live: Reading) {
    #expect(recorded.at == live.at)
    #expect(recorded.state == live.state)
    #expect(recorded.scenario == live.scenario)
    #expect(recorded.dataset == live.dataset)
    #expect(recorded.stages == live.stages)
    #expect(recorded.epoch == live.epoch)
    #expect(recorded.queue == live.queue)
    #expect(recorded.consumer == live.consumer)
    #expect(recorded.workers == live.workers)
    #expect(recorded.effect == live.effect)
    #expect(recorded.pastEffects == live.pastEffects)
    #expect(recorded.markers == live.markers)
    #expect(recorded.batchesMade == live.batchesMade)
    #expect(recorded.imagesTrained == live.imagesTrained)
    #expect(Verdict(recorded) == Verdict(live))
    #expect(recorded.own.droppedEvents == live.own.droppedEvents)
    #expect(recorded.own.residentBytes == live.own.residentBytes)
    #expect(abs(recorded.own.cpuFraction - live.own.cpuFraction) < 1e-12)
    #expect(recorded.own.nanosecondsPerEvent == live.own.nanosecondsPerEvent)
  }
}
