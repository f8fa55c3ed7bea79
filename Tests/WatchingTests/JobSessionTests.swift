import Foundation
import Pipeline
import Quantities
import TestSupport
import Testing
import Watching

/// The thread that reads a job's rings, with rings that lie there already.
@Suite struct JobSessionTests {
  /// A session over 30 steps that a job has trained, once it has begun.
  private func session(in folder: WatchFolder, canSwitch: Bool = false) throws -> JobSession {
    let (main, worker) = RingBytes.job(steps: 30)
    for (ring, name) in [(main, "10.1.ring"), (worker, "20.1.ring")] {
      try Data(ring.bytes).write(to: URL(filePath: folder.path + "/" + name))
    }
    let session = JobSession(
      folder: folder, isLate: false, canSwitch: canSwitch, recordingPath: nil, openFile: nil)
    try session.start()
    while session.begun == nil { usleep(1000) }
    return session
  }

  @Test func aSessionIsWhatItsRingsSay() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let session = try session(in: folder)
    #expect(session.begun?.stages.map(\.name) == ["getitem", "RandomCrop", "collate"])
    #expect(session.begun?.scenario.isJob == true && session.begun?.scenario.batchSize == 8)
    let last = try #require(session.stop())
    #expect(last.batchesTrained == 30)
    #expect(last.consumer.step == .milliseconds(6))
    #expect(session.tally.lost == 0 && session.tally.impossible == 0)
  }

  /// The ring of a process that has ended is removed once it is read; that of one that lives stays.
  @Test func ringsOfEndedProcessesAreRemoved() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let living = folder.path + "/30.1.ring"
    try Data(RingBytes().bytes).write(to: URL(filePath: living))
    // As the probe holds it.
    let file = open(living, O_RDONLY)
    defer { close(file) }
    #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
    let session = try session(in: folder)
    while folder.rings.count > 1 || !session.hasEnded { usleep(1000) }
    #expect(folder.rings == ["30.1.ring"])
    #expect(try #require(session.stop()).batchesTrained == 30)
  }

  /// The page says which stage to bypass, its lease is renewed, and ends with the session.
  @Test func aSwitchHoldsAsLongAsTheSession() throws {
    let folder = try WatchFolder()
    defer { folder.remove() }
    let session = try session(in: folder, canSwitch: true)
    let crop = try #require(session.begun?.stages.named("RandomCrop"))
    session.apply(.change(.stage(crop.id, on: false)))
    while try page(of: folder).generation == 0 { usleep(1000) }
    let asked = try page(of: folder)
    #expect(asked.line == #"{"generation":1,"off":["RandomCrop"]}"#)
    #expect(asked.lease > 0)
    while try page(of: folder).lease == asked.lease { usleep(1000) }
    _ = session.stop()
    #expect(try page(of: folder).lease == 0)
  }

  /// A hostile job: whatever its rings say, a session reads them to the end.
  @Test func sessionsOfMutatedRingsNeverTrap() throws {
    var random = SeededNumbers(seed: 5)
    let (main, worker) = RingBytes.job(steps: 30)
    for _ in 0..<4 * Fuzzing.rounds {
      let folder = try WatchFolder()
      defer { folder.remove() }
      for (ring, name) in [(main, "10.1.ring"), (worker, "20.1.ring")] {
        var bytes = ring.bytes
        for _ in 0..<Int.random(in: 1..<12, using: &random) {
          let place = RingReader.page + Int.random(in: 0..<8_000, using: &random)
          bytes[place] = .random(in: 0...255, using: &random)
        }
        try Data(bytes).write(to: URL(filePath: folder.path + "/" + name))
      }
      let session = JobSession(
        folder: folder, isLate: false, canSwitch: true, recordingPath: nil, openFile: nil)
      try session.start()
      let last = session.stop()
      #expect((last?.batchesTrained ?? 0) <= 30)
    }
  }

  /// The control page as workers read it.
  private func page(
    of folder: WatchFolder
  ) throws -> (generation: Int64, lease: Int64, line: String) {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.path + "/control")))
    func word(_ place: Int) -> Int64 {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int64.self) }
    }
    return (
      word(0), word(8), String(decoding: bytes[16...].prefix { $0 != 10 }, as: UTF8.self)
    )
  }
}
