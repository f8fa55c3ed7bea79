import Augmentation
import Glibc
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

@testable import LiveEngine

extension RealThreads {
  @Suite struct RecordingTests {
    private static let open: SessionFileOpener = { path, scenario throws(SessionFileFault) in
      try SessionFile(
        creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aFileThatCannotBeOpenedIsToldAndTheSessionGoesOn() {
      let session = TriedSession(.small())
      session.live.apply(.record(path: "/nowhere/a"))
      let failed = session.wait("the failure") { $0.recording != .off }
      #expect(
        failed.recording
          == .failed(path: "/nowhere/a", reason: "can't be written: No space left on device"))
      session.train(20)
      #expect(session.stop().state == .finished)
    }

    /// Bad pictures found before a recording begins are in it, too, and none twice.
    @Test func badPicturesAreCountedAndRecorded() throws {
      let bad = (0..<100).map { BadPicture(path: "\($0).png", reason: "cut off") }
      let path = folder.file("bad.pftrace")
      let live = LiveSession(
        scenario: .small(), dataset: SmallPictures(bad: bad), openFile: Self.open)
      try live.start()
      for _ in 0..<10_000 where live.reading.badPictures.count < 100 { usleep(5_000) }
      live.apply(.record(path: path))
      for _ in 0..<10_000 where live.reading.recording == .off { usleep(5_000) }
      let end = live.stop()
      #expect(end.badPictures.count == 100)
      #expect(end.badPictures.named == Array(bad.prefix(8)))
      var records = SessionRecords(
        try SessionFileReader(path: path), scenario: .small(),
        stages: Scenario.small().generatorStages)
      var counted = 0
      var named: [BadPicture] = []
      while let record = records.next() {
        guard case .note(.badPicture(let picture, let count), _) = record else { continue }
        counted += count
        named.append(picture)
      }
      #expect(counted == 100 && named == Array(bad.prefix(8)))
    }

    @Test func whatIsRecordedIsWhatHappened() throws {
      let path = folder.file("whole.pftrace")
      let file = try Self.open(path, .smallPython())
      let live = LiveSession(
        scenario: .smallPython(), dataset: SmallPictures(), recording: file, openFile: Self.open)
      try live.start()
      for _ in 0..<10_000 where live.reading.batchesTrained < 100 { usleep(5_000) }
      let end = live.stop()
      guard case .closed(path, let bytes) = end.recording else {
        Issue.record("not closed: \(end.recording)")
        return
      }
      #expect(bytes > 10_000)
      var records = SessionRecords(
        try SessionFileReader(path: path), scenario: .smallPython(),
        stages: Scenario.smallPython().generatorStages)
      var steps = 0
      while let record = records.next() {
        if case .event(.stepped) = record { steps += 1 }
      }
      #expect(records.trouble.isNone)
      #expect(steps == end.batchesTrained)
    }

    @Test func briefBatchesAreRecordedWhereTheyAreMeasured() {
      var thinning = RecordingThinning()
      func made(_ batch: Int, measured: Bool) -> Event {
        var made = BatchMade(batch: batch, worker: 0, pictures: 4, generation: 0, start: .zero)
        if measured { made.stages = [StageTime(end: .zero)] }
        return .made(made)
      }
      func taken(_ batch: Int) -> Event {
        .taken(BatchTaken(batch: batch, wanted: .zero, at: .zero, depth: 0, polls: 0))
      }
      func stepped(_ batch: Int) -> Event {
        .stepped(
          StepDone(
            batch: batch, pictures: 4, wanted: .zero, taken: .zero, hostEnd: .zero,
            transferEnd: .zero, end: .zero, lockWait: .zero, cpu: .zero))
      }
      let events = [
        made(1, measured: true), made(2, measured: false), taken(1), taken(2), stepped(1),
        stepped(2), stepped(2),
      ]
      // A batch that was left out is forgotten once it has been trained on.
      #expect(events.map { thinning.keeps($0) } == [true, false, true, false, true, false, true])
    }

    @Test func oneRecordingAfterTheOther() {
      let paths = [folder.file("one.pftrace"), folder.file("two.pftrace")]
      let session = TriedSession(.small(), openFile: Self.open)
      session.live.apply(.record(path: paths[0]))
      session.wait("the first") { if case .on = $0.recording { true } else { false } }
      // Two requests in a row: neither may be lost.
      session.live.apply(.stopRecording)
      session.live.apply(.record(path: paths[1]))
      session.wait("the second") {
        if case .on(paths[1], _) = $0.recording { true } else { false }
      }
      let end = session.stop()
      if case .closed(paths[1], _) = end.recording {} else { Issue.record("\(end.recording)") }
    }
  }
}
