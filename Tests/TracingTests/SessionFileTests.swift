import Augmentation
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// Written sessions are read back unchanged, to the nanosecond.
@Suite struct SessionFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [(1, 200), (3, 64), (12, 17)])
  func everySliceAndCounterComesBack(workers: Int, batches: Int) throws {
    let session = ScriptedSession(workers: workers, batches: batches, seed: UInt64(workers))
    let path = folder.file("session.pftrace")
    try session.write(to: path)
    let recorded = try RecordedMoments(path: path)
    #expect(recorded.sums == session.sums)
    for (name, sum) in session.numbers { #expect(recorded.numbers[name] == sum, "\(name)") }
    #expect(recorded.counters["queue depth"] == session.depths.map(TrackMoment.Value.whole))
    #expect(recorded.leftOver == 0)
    #expect(recorded.unresolved == 0)
  }

  @Test func batchesSayWhatTheyAre() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    var made = BatchMade(
      batch: 418, worker: 1, pictures: 16, generation: 3, start: .microseconds(10))
    made.stages = Array(repeating: StageTime(end: .microseconds(20)), count: Stage.allCases.count)
    made.finished = .microseconds(21)
    made.put = .microseconds(22)
    made.cpu = Nanoseconds(8_001)
    made.lockWait = Nanoseconds(1_002)
    made.overrun = Nanoseconds(103)
    file.append(.made(made))
    try file.close()
    let moments = try RecordedMoments(path: path).moments.filter { $0.track == .worker(1) }
    #expect(moments.map(\.name) == ["batch 418", "load", "", ""])
    #expect(
      moments.first?.numbers == [
        "batch": 418, "pictures": 16, "generation": 3, "cpu_ns": 8_001, "lock_wait_ns": 1_002,
        "overrun_ns": 103, "made_ns": 11_000,
      ])
    #expect(moments.map(\.at.count) == [10_000, 10_000, 20_000, 22_000])
    #expect(moments.map(\.category) == ["batch", "stage", "", ""])
  }

  @Test func countersAreTheReadingsNumbers() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for step in 1...3 {
      file.append(counters: ScriptedSession.reading(at: .milliseconds(Int64(step) * 100), step))
    }
    try file.close()
    let counters = try RecordedMoments(path: path).counters
    #expect(counters["gpu busy"] == (1...3).map { .real(0.84 / Double($0) * 100) })
    #expect(counters["images/s"] == (1...3).map { .real(7_936.5 * Double($0)) })
    #expect(counters["dropped events"] == [.whole(1), .whole(2), .whole(3)])
    #expect(counters["augtop cpu"]?.count == 3)
    #expect(counters["cpu warp"] == (1...3).map { .real(Double(7_000 + $0) * 1e-3) })
    #expect(counters["cpu zoom"] == nil, "what hasn't been measured has no number")
  }

  @Test func notesAreInstantsWithArguments() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    let change = ScenarioChange.stage(.warp, on: false)
    let changed = ScriptedSession.scenario.applying(change)
    file.append(.asked(change, generation: 1, scenario: changed), at: .milliseconds(5))
    file.append(.paused, at: .milliseconds(6))
    file.append(.resumed, at: .milliseconds(7))
    file.append(.epochRestarted, at: .milliseconds(8))
    file.append(.marker("größer 批次"), at: .milliseconds(9))
    // Written late: the worker's lane was drained after the notes.
    file.append(
      .applied(ChangeApplied(generation: 1, batch: 418, at: Nanoseconds(5_500_001))))
    file.append(
      .applied(ChangeApplied(generation: 2, batch: 419, at: .milliseconds(12))))
    try file.close()
    let instants = try RecordedMoments(path: path).moments.filter { $0.kind == .instant }
    #expect(
      instants.map(\.name) == [
        "augtop session", "asked: warp off", "applied: warp off", "paused", "resumed",
        "epoch restarted", "marker: größer 批次", "applied: generation 2",
      ])
    #expect(instants.allSatisfy { $0.track == .session })
    #expect(instants[1].texts["stages"]?.contains("warp") == false)
    #expect(instants[1].numbers == ["generation": 1])
    #expect(instants[2].numbers == ["generation": 1, "batch": 418])
    #expect(
      instants.map(\.at.count) == [
        0, 5_000_000, 5_500_001, 6_000_000, 7_000_000, 8_000_000, 9_000_000, 12_000_000,
      ])
    #expect(instants[6].texts == ["text": "größer 批次"])
  }

  @Test func theHeaderComesBack() throws {
    let header = ScriptedSession.header()
    let path = folder.file("session.pftrace")
    try SessionFile(creating: path, header: header).close()
    let reader = try SessionFileReader(path: path)
    #expect(reader.attributes == header.allAttributes)
    let recorded = try RecordedMoments(path: path)
    let start = try #require(recorded.moments.first)
    #expect(start.name == "augtop session")
    #expect(start.at == .zero)
    for pair in header.allAttributes { #expect(start.texts[pair.key] == pair.value) }
    #expect(recorded.trackNames.contains("augtop \(header.scenario.name)"))
  }

  @Test func aRoomWaitLiesInsideItsBatchOrStandsAlone() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    func wait(_ start: Int64, _ end: Int64) -> Event {
      .waited(
        WorkerWait(worker: 0, reason: .room, start: Nanoseconds(start), end: Nanoseconds(end)))
    }
    file.append(wait(30, 50))
    var made = BatchMade(batch: 0, worker: 0, pictures: 1, generation: 0, start: Nanoseconds(10))
    made.stages = Array(repeating: StageTime(end: Nanoseconds(30)), count: Stage.allCases.count)
    made.finished = Nanoseconds(30)
    made.put = Nanoseconds(50)
    file.append(.made(made))
    // Their batches were lost in a full lane.
    file.append(wait(60, 70))
    file.append(wait(80, 90))
    try file.close()
    let moments = try RecordedMoments(path: path).moments.filter { $0.track == .worker(0) }
    #expect(
      moments.map { "\($0.at.count) \($0.name)" } == [
        "10 batch 0", "10 load", "30 ", "30 wait for room", "50 ", "50 ", "60 wait for room", "70 ",
        "80 wait for room", "90 ",
      ])
  }

  /// After `kill -9` the file is as it was after the last flush.
  @Test func whatIsFlushedIsThereWithoutClosing() throws {
    let session = ScriptedSession(workers: 1, batches: 50, seed: 9)
    let file = try SessionFile(
      creating: folder.file("session.pftrace"), header: ScriptedSession.header())
    for event in session.events { file.append(event) }
    try file.flush()
    #expect(folder.bytes("session.pftrace").count == file.bytes)
    let recorded = try RecordedMoments(path: folder.file("session.pftrace"))
    #expect(recorded.leftOver == 0)
    #expect(recorded.sums == session.sums)
  }
}
