import Augmentation
import Glibc
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// Recorded events are read back unchanged.
@Suite struct SessionRecordsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [(1, 200), (3, 64), (12, 17)])
  func everyEventComesBackInItsPlace(workers: Int, batches: Int) throws {
    let session = ScriptedSession(workers: workers, batches: batches, seed: UInt64(workers))
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for event in session.events { file.append(event) }
    try file.close()
    let recorded = try records(path)
    #expect(recorded.events.count == session.events.count)
    for (recorded, made) in zip(recorded.events, session.events) where recorded.text != made.text {
      Issue.record("\(recorded.text) is not \(made.text)")
      return
    }
    #expect(recorded.trouble.isNone)
  }

  @Test func batchesWithoutStagesComeBack() throws {
    var brief = BatchMade(batch: 3, worker: 1, pictures: 8, generation: 2, start: Nanoseconds(100))
    brief.finished = Nanoseconds(150)
    brief.put = Nanoseconds(160)
    brief.depth = 4
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    file.append(.made(brief))
    try file.close()
    #expect(try records(path).events.map(\.text) == [Event.made(brief).text])
  }

  @Test func whatIsLeftOutComesBackAsItsSums() throws {
    var sums = UnrecordedTotals()
    let session = ScriptedSession(workers: 2, batches: 40, seed: 6)
    for event in session.events {
      // The script's waits for the lock are longer than what they lie in.
      switch event {
      case .made(var made):
        made.lockWait = Nanoseconds(77)
        sums.add(.made(made))
      case .stepped(var step):
        step.lockWait = .zero
        sums.add(.stepped(step))
      case .taken, .waited, .applied, .phase: sums.add(event)
      }
    }
    #expect(sums.batches == 80 && sums.steps == 80)
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    file.append(sums)
    file.append(UnrecordedTotals())
    try file.close()
    let recorded = try records(path).unrecorded
    #expect(recorded.count == 1)
    let one = try #require(recorded.first)
    #expect(abs(one.clock - sums.clock) < 1e-9)
    // But for the rounded clock it is the same.
    var rounded = sums
    rounded.setClock(one.clock)
    #expect(one == rounded)
  }

  static let changes: [ScenarioChange] = [
    .stage(.warp, on: false), .stage(.widthShift, on: true), .stages(.fixed), .stages(.all),
    .ablation(.noMatrices), .loader(.blocking), .workers(3), .queueLimit(12),
    .compute(.microseconds(3_417)), .compute(.nanoseconds(1_234_567)), .costs(.native),
    .costs(.profile(profile)), .interpreterLock(true), .interpreterLock(false), .prefetch(5),
    .keptWorkers(true), .pinnedMemory(false),
    .governor(nil),
    .governor(Governor(floor: 0.3, threshold: 0.75, window: .microseconds(12_345), step: 0.1)),
  ]

  private static var profile: CostProfile {
    var profile = CostProfile(
      name: "measured here", about: "with \"quotes\"\nand lines",
      stages: [
        "warp": StageCost(
          fixed: .microseconds(4) + .nanoseconds(7), perPicture32: .seconds(rounding: 94.9e-6),
          lockFree: 0.1 + 0.2, identity: .nanoseconds(31)),
        "load": StageCost(fixed: Duration(secondsComponent: 0, attosecondsComponent: 123_456_789)),
      ], switchInterval: .milliseconds(5), serializationPerMegabyte: .microseconds(250))
    profile.path = "/somewhere/a file.json"
    profile.stages["load"]?.wait = .nanoseconds(3)
    profile.stages["load"]?.waitPerPicture32 = .microseconds(5)
    return profile.scaled(to: 1.5)
  }

  @Test func everyChangeComesBackWithItsScenario() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    var scenario = ScriptedSession.scenario
    var notes: [Note] = []
    for (index, change) in Self.changes.enumerated() {
      scenario.apply(change)
      notes.append(.asked(change, generation: index + 1, scenario: scenario))
    }
    notes += [
      .paused, .resumed, .stoodStill(since: .milliseconds(3)), .epochRestarted, .marker(""),
      .marker("größer: 批次\n\"x\""),
      .badPicture(BadPicture(path: "a: b\n.png", reason: "cut off"), count: 7),
    ]
    for (index, note) in notes.enumerated() {
      file.append(note, at: .milliseconds(Int64(index + 10)))
    }
    try file.close()
    let recorded = try records(path)
    #expect(recorded.notes.map(\.note) == notes)
    #expect(recorded.notes.map(\.at) == notes.indices.map { .milliseconds(Int64($0 + 10)) })
  }

  @Test func verdictsPredictionsAndAugtopsOwnWorkComeBack() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    func reading(_ at: Int64, make: Int64) -> Reading {
      var reading = ScriptedSession.reading(at: .milliseconds(at), 1)
      reading.consumer.steps = 100
      reading.consumer.step = .milliseconds(4)
      reading.consumer.batchesPerSecond = 240
      reading.workers.count = 1
      reading.workers.make = .milliseconds(make)
      return reading
    }
    let readings = [reading(100, make: 5), reading(200, make: 5), reading(300, make: 1)]
    for reading in readings { file.append(counters: reading) }
    let epoch = EpochEstimate(seconds: 5.5, low: 5.25, high: 6)
    file.append(prediction: epoch, of: .stage(.warp, on: false), at: .milliseconds(310))
    let work = OwnWork(.drawing, from: .milliseconds(311), to: .milliseconds(312))
    file.append(work)
    var last = readings[2]
    last.state = .failed("no pictures")
    file.append(end: last)
    try file.close()
    let recorded = try records(path)
    #expect(
      recorded.verdicts.map(\.at.count) == [100_000_000, 300_000_000], "recorded when it changes")
    #expect(recorded.verdicts.map(\.kind) == [.inputBound, .gpuBound])
    #expect(recorded.verdicts[0].because == Verdict(readings[0]).because)
    #expect(recorded.verdicts[0].stage == Verdict(readings[0]).stage)
    #expect(recorded.predictions.map(\.change) == [.stage(.warp, on: false)])
    #expect(recorded.predictions.map(\.epoch) == [epoch])
    #expect(recorded.predictions.map(\.at) == [.milliseconds(310)])
    #expect(recorded.ownWork == [work])
    #expect(recorded.failure == "no pictures")
    #expect(recorded.counters["clock"] == [1, 1, 1, 1])
    #expect(recorded.counters["images/s"]?.first == 7_936.5)
    #expect(recorded.trouble.isNone)
  }

  @Test func theHeaderSaysWhatTheSessionWas() throws {
    var header = ScriptedSession.header()
    header.dataset = DatasetFacts(
      count: 123, shape: PictureShape(height: 4, width: 5, channels: 3))
    header.scenario.costs = .profile(Self.profile)
    let path = folder.file("session.pftrace")
    try SessionFile(creating: path, header: header).close()
    let read = try SessionFileReader(path: path).header
    #expect(read.dataset == header.dataset)
    #expect(read.costs == header.scenario.costs)
    #expect(read.clocks == header.clocks)
    #expect(read.identity == header.identity)
    #expect(read.cores == header.machine.cores)
    #expect(read.version == "0.1.0-test")
    #expect(read.scenarioPairs.map(\.key) == ["name", "text"])
  }

  @Test func readingGoesOnFromAnyPlace() throws {
    let session = ScriptedSession(workers: 3, batches: 300, seed: 12)
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for event in session.events.sorted(by: { $0.at < $1.at }) { file.append(event) }
    try file.close()
    let reader = try SessionFileReader(path: path)
    let whole = Records(reader).events.map(\.text)
    let index = SessionIndex(reader)
    let last = session.events.map(\.at).max() ?? .zero
    #expect(Int64(index.places.count) >= last.count / 1_000_000_000 - 1)
    #expect(index.places.map(\.at) == index.places.map(\.at).sorted())
    #expect(index.place(before: Nanoseconds(1)) == nil)
    var records = SessionRecords(
      reader, scenario: ScriptedSession.scenario,
      stages: ScriptedSession.scenario.generatorStages)
    for place in index.places {
      #expect(index.place(before: place.at) == place)
      records.seek(to: place, scenario: ScriptedSession.scenario)
      var rest: [String] = []
      while let record = records.next() {
        if case .event(let event) = record { rest.append(event.text) }
      }
      // Each of the four may have been busy with something that was begun before.
      #expect(rest.suffix(max(0, rest.count - 8)) == whole.suffix(max(0, rest.count - 8)))
      #expect(records.trouble.isNone)
    }
  }

  private func records(_ path: String) throws -> Records {
    Records(try SessionFileReader(path: path))
  }
}
