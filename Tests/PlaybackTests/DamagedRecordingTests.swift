import Augmentation
import Glibc
import Pipeline
import Quantities
import Recordings
import TestSupport
import Testing
import Tracing

@testable import Playback

/// Torn, cut, mutated, replaced: what is good is played, nothing traps.
@Suite struct DamagedRecordingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("session.pftrace")
  }

  private func open(_ bytes: [UInt8]) throws -> ReplayedSession {
    try ReplayedSession(
      RecordedSession(bytes: bytes, path: "test"), from: nil, speed: 1, scratch: folder.path,
      spacing: 1 << 12)
  }

  /// Plays to the end, jumping about.
  private func play(_ session: ReplayedSession) -> Reading {
    session.waitForMap()
    session.ask(.seek(by: .milliseconds(700)))
    session.arrive()
    session.ask(.stepBatch)
    session.ask(.toStart)
    session.arrive()
    session.ask(.toEnd)
    session.arrive()
    session.end()
    return session.reading
  }

  @Test func aRecordingCutAnywherePlaysItsGoodPart() throws {
    _ = try SimulatedRecording().write(to: path, frames: 1)
    let bytes = folder.bytes("session.pftrace")
    var last = 0
    var opened = 0
    // Every byte of its last packets, and places all over.
    let cuts =
      Array(stride(from: 0, to: bytes.count - 100, by: 97)) + (bytes.count - 100..<bytes.count)
    for cut in cuts {
      guard let session = try? open(Array(bytes[..<cut])) else { continue }
      opened += 1
      let reading = play(session)
      #expect(reading.batchesTrained >= last, "at \(cut)")
      last = reading.batchesTrained
    }
    #expect(opened > cuts.count / 2 && last > 10)
  }

  @Test(arguments: 1...4) func mutatedRecordingsPlay(seed: UInt64) throws {
    var recording = try SimulatedRecording()
    recording.cues = [4: .change(.stage(.warp, on: false)), 6: .marker("m")]
    _ = try recording.write(to: path, frames: 12)
    let bytes = folder.bytes("session.pftrace")
    var random = SeededNumbers(seed: seed)
    for round in 0..<6 {
      guard let session = try? open(Mutation.of(bytes, with: &random)) else { continue }
      let reading = play(session)
      #expect(reading.at >= .zero, "seed \(seed), round \(round)")
      session.ask(.resimulate)
      session.advance(by: .milliseconds(100))
    }
  }

  @Test func damageIsNamed() throws {
    _ = try SimulatedRecording().write(to: path, frames: 30)
    var bytes = folder.bytes("session.pftrace")
    for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] = 0xFF }
    let session = try open(Array(bytes.dropLast(5)))
    session.waitForMap()
    session.advance(by: .milliseconds(100))
    guard case .trouble(let sentence)? = session.word else {
      Issue.record("\(String(describing: session.word))")
      return
    }
    #expect(sentence.contains("bytes are torn"))
    #expect(session.trouble.damagedPlaces == 1 && session.trouble.tornBytes > 0)
    session.end()
  }

  @Test func aFileReplacedOrCutWhileItIsOpenDoesNoHarm() throws {
    _ = try SimulatedRecording().write(to: path, frames: 60)
    let size = folder.bytes("session.pftrace").count
    let session = try ReplayedSession.dense(path)
    session.waitForMap()
    session.go(to: .seconds(3))
    let shown = session.shown
    // Another file in its place: the one that was opened is played on.
    let other = folder.file("other.pftrace")
    _ = try SimulatedRecording().write(to: other, frames: 3)
    let kept = folder.file("kept.pftrace")
    #expect(link(path, kept) == 0)
    #expect(rename(other, path) == 0)
    session.go(to: .seconds(5))
    session.go(to: .seconds(3))
    #expect(session.shown == shown)
    // Cut: what is left is played.
    #expect(truncate(kept, size / 3) == 0)
    session.go(to: .seconds(1))
    session.go(to: .seconds(5))
    session.ask(.toEnd)
    session.arrive()
    #expect(session.motion == .ended || session.motion == .held)
    session.end()
  }

  @Test func foreignAndEmptyFilesAreRefused() throws {
    #expect(throws: SessionFileFault.empty(path: "test")) { try open([]) }
    let text = Array(String(repeating: "\nlines of text\n", count: 100).utf8)
    #expect(throws: SessionFileFault.foreign(path: "test")) { try open(text) }
  }
}
