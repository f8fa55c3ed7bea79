import Glibc
import Pipeline
import Quantities
import Testing
import Tracing

@testable import LiveEngine

extension RealThreads {
  @Suite struct RecordingTests {
    private static let open: SessionFileOpener = { path, scenario throws(SessionFileFault) in
      try SessionFile(
        creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    }

    private func path(_ name: String) -> String { "/tmp/augtop-live-\(getpid())-\(name).pftrace" }

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

    @Test func whatIsRecordedIsWhatHappened() throws {
      let path = path("whole")
      defer { unlink(path) }
      let file = try Self.open(path, .smallPython())
      let live = LiveSession(
        scenario: .smallPython(), dataset: SmallPictures(), recording: file, openFile: Self.open)
      live.start()
      for _ in 0..<1_000 where live.reading.batchesTrained < 100 { usleep(5_000) }
      let end = live.stop()
      guard case .closed(path, let bytes) = end.recording else {
        Issue.record("not closed: \(end.recording)")
        return
      }
      #expect(bytes > 10_000)
      var packets = try SessionFileReader(path: path)
      var reader = MomentReader()
      var steps = 0
      while let packet = packets.next() {
        if let moment = reader.read(packet), moment.kind == .begin, moment.name.hasPrefix("step") {
          steps += 1
        }
      }
      #expect(packets.leftOver == 0)
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
      let paths = [path("one"), path("two")]
      defer { for path in paths { unlink(path) } }
      let session = TriedSession(.small(), openFile: Self.open)
      session.live.apply(.record(path: paths[0]))
      session.wait("the first") { if case .on = $0.recording { true } else { false } }
      // In one breath: neither wish may be lost.
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
