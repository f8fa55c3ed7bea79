import Augmentation
import Glibc
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

@testable import Playback

/// The index next to a session file: used where it matches, rebuilt where it doesn't, always checked.
@Suite struct IndexTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("session.pftrace")
    var recording = try SimulatedRecording()
    recording.cues = [12: .change(.stage(.warp, on: false)), 20: .marker("")]
    _ = try recording.write(to: path, frames: 30)
  }

  /// The readings at some moments, and whether the index existed.
  private func look() throws -> (shown: [String], isReady: Bool) {
    let session = try ReplayedSession.dense(path)
    let isReady = session.isMapped
    session.waitForMap()
    let shown = [500, 2_500, 1_700].map { moment in
      session.go(to: .milliseconds(Int64(moment)))
      return session.shown
    }
    session.ask(.nextLandmark)
    session.arrive()
    let word = "\(String(describing: session.word)) \(session.shown)"
    session.end()
    return (shown + [word], isReady)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    let file = try #require(fopen(folder.file(name), "w"))
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  @Test func aSecondOpeningFindsIt() throws {
    let first = try look()
    #expect(!first.isReady)
    #expect(folder.bytes("session.pftrace.index").count > 1 << 16)
    let second = try look()
    #expect(second.isReady && second.shown == first.shown)
    #expect(folder.names == ["session.pftrace", "session.pftrace.index"])
  }

  /// Its states are taken as they lie in memory, so nobody else may have written them.
  @Test func whatOthersCanWriteIsMadeAnew() throws {
    let first = try look()
    #expect(chmod(folder.file("session.pftrace.index"), 0o666) == 0)
    let second = try look()
    #expect(!second.isReady && second.shown == first.shown)
    #expect(try look().isReady)
  }

  @Test func whatIsDamagedIsMadeAnew() throws {
    let first = try look()
    let whole = folder.bytes("session.pftrace.index")
    var random = SeededNumbers(seed: 4)
    var refused = 0
    for round in 0..<14 {
      var damaged = whole
      switch round {
      case 0: damaged = []
      case 1: damaged = Array(whole.prefix(40))
      case 2: damaged = Array(whole.prefix(whole.count / 2))
      case 3: damaged = Array(folder.bytes("session.pftrace").prefix(5_000))
      case 4..<10: damaged[Int.random(in: 0..<96, using: &random)] ^= 0x10
      default: damaged[Int.random(in: 0..<whole.count, using: &random)] ^= 0x10
      }
      try write(damaged, to: "session.pftrace.index")
      let again = try look()
      #expect(again.shown == first.shown, "round \(round)")
      if !again.isReady {
        refused += 1
        // A file that is no index at all isn't replaced.
        let kept = round == 3 ? 5_000 : whole.count
        #expect(folder.bytes("session.pftrace.index").count == kept, "round \(round)")
      }
    }
    // Damaged states are noticed when they are wanted, the rest at once.
    #expect(refused >= 9)
  }

  /// Whole and with right checksums, but of another session file.
  @Test func anotherFilesIndexIsMadeAnew() throws {
    let first = try look()
    let own = folder.bytes("session.pftrace.index")
    let recorded = folder.bytes("session.pftrace")
    var recording = try SimulatedRecording()
    recording.cues = [5: .marker("another")]
    _ = try recording.write(to: path, frames: 30)
    #expect(try !look().isReady)
    let others = folder.bytes("session.pftrace.index")
    #expect(others != own)
    try write(recorded, to: "session.pftrace")
    try write(others, to: "session.pftrace.index")
    let second = try look()
    #expect(!second.isReady && second.shown == first.shown)
  }

  @Test func aFileThatChangedHasNoIndex() throws {
    _ = try look()
    var recording = try SimulatedRecording()
    recording.cues = [5: .marker("another")]
    _ = try recording.write(to: path, frames: 40)
    let other = try look()
    #expect(!other.isReady)
    // Size and time are the same, but the file's first and last bytes differ.
    let index = folder.bytes("session.pftrace.index")
    let bytes = folder.bytes("session.pftrace")
    var status = stat()
    stat(path, &status)
    var changed = bytes
    changed[bytes.count - 3] ^= 1
    try write(changed, to: "session.pftrace")
    let times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, path, times, 0)
    #expect(folder.bytes("session.pftrace.index") == index)
    #expect(try !look().isReady)
  }

  @Test func whereItCannotBeKeptSeeksWorkAllTheSame() throws {
    let first = try look()
    unlink(folder.file("session.pftrace.index"))
    // Nobody can write there, not even root.
    mkdir(folder.file("session.pftrace.index"), 0o755)
    let session = try ReplayedSession.dense(path)
    #expect(session.word == .indexNotKept("File exists"))
    session.waitForMap()
    session.go(to: .milliseconds(2_500))
    #expect(session.shown == first.shown[1])
    session.end()
    #expect(folder.names == ["session.pftrace", "session.pftrace.index"])
  }

  @Test func anEndedReplayLeavesNoHalfIndex() throws {
    let session = try ReplayedSession.dense(path)
    session.end()
    _ = consume session
    for name in folder.names { #expect(!name.hasSuffix(".part")) }
  }
}
