import Augmentation
import Glibc
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// The intact part of a damaged, cut or mutated file is read unchanged.
@Suite struct DamagedRecordsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func damageCostsASecondAtMost() throws {
    let path = folder.file("session.pftrace")
    let file = try SessionFile(creating: path, header: ScriptedSession.header())
    for index in 0..<5_000 {
      let start = Nanoseconds.milliseconds(Int64(index))
      file.append(
        .waited(
          WorkerWait(worker: index % 2, reason: .nap, start: start, end: start + .microseconds(7))))
    }
    try file.close()
    var bytes = folder.bytes("session.pftrace")
    let middle = bytes.count / 2
    bytes.replaceSubrange(middle..<middle + 64, with: [UInt8](repeating: 0xFF, count: 64))
    let recorded = try records(bytes)
    #expect(recorded.trouble.damagedPlaces == 1)
    #expect(abs((recorded.trouble.firstDamage ?? 0) - middle) < 32)
    #expect((64..<128).contains(recorded.trouble.skippedBytes))
    #expect((3_990...5_000).contains(recorded.events.count), "\(recorded.events.count)")
    // Every event that is read was written.
    for event in recorded.events {
      guard case .waited(let wait) = event else { continue }
      #expect(wait.start.count % 1_000_000 == 0 && wait.end - wait.start == .microseconds(7))
    }
  }

  /// A file holds its header twice.
  @Test func aDamagedHeaderIsFoundAgain() throws {
    let (bytes, whole) = try small()
    var refused = 0
    for place in stride(from: 0, to: 2_500, by: 3) {
      var damaged = bytes
      damaged[place] ^= 0xFF
      guard let reader = try? SessionFileReader(bytes: damaged, path: "test") else {
        refused += 1
        continue
      }
      #expect(reader.header.version.utf8.count >= 5, "at \(place)")
      if place % 150 == 0 {
        #expect(Records(reader).events.count >= whole.events.count - 2, "at \(place)")
      }
    }
    // The format's number itself: of a version that isn't known yet.
    #expect(refused <= 2, "\(refused)")
  }

  @Test func aFileThatIsReplacedOrCutWhileItIsReadStaysAsItWas() throws {
    let (bytes, whole) = try small()
    let path = folder.file("small.pftrace")
    let open = try SessionFileReader(path: path)
    try SessionFile(
      creating: folder.file("other.pftrace"), header: ScriptedSession.header()
    ).close()
    #expect(rename(folder.file("other.pftrace"), path) == 0)
    #expect(Records(open).events.count == whole.events.count)
    // Cut after it was opened: the rest is torn, as it would have been then.
    let long = folder.file("long.pftrace")
    let file = try SessionFile(creating: long, header: ScriptedSession.header())
    for event in ScriptedSession(workers: 1, batches: 4_000, seed: 9).events { file.append(event) }
    try file.close()
    let size = folder.bytes("long.pftrace").count
    #expect(size > 2 << 20, "longer than what is read at once")
    let reader = try SessionFileReader(path: long)
    #expect(truncate(long, size - 1_003) == 0)
    let cut = Records(reader)
    #expect(cut.trouble.tornBytes < 1_003 && cut.events.count > 8_000)
    #expect(bytes.count > 0)
  }

  @Test func aFileCutAnywhereGivesItsGoodPart() throws {
    let (bytes, whole) = try small()
    var last = 0
    for cut in Fuzzing.cuts(of: bytes.count) {
      guard let recorded = try? records(Array(bytes[..<cut])) else { continue }
      #expect(recorded.trouble.damagedPlaces == 0 && recorded.trouble.lostMoments == 0, "at \(cut)")
      #expect(recorded.events.count >= last)
      // Only the events of the last bytes; the others were checked before.
      #expect(recorded.events.last?.text == whole.events.prefix(recorded.events.count).last?.text)
      last = recorded.events.count
    }
    #expect(last >= whole.events.count - 1)
  }

  @Test(arguments: 1...8)
  func mutatedBytesNeverTrap(seed: UInt64) throws {
    let (bytes, _) = try small()
    var random = SeededNumbers(seed: seed)
    for round in 0..<60 {
      let mutated = Mutation.of(bytes, with: &random)
      guard let recorded = try? records(mutated) else { continue }
      // The reader never returns an event on which a ledger would trap.
      for event in recorded.events {
        if case .made(let made) = event {
          #expect(made.depth >= 0 && made.put >= made.start, "seed \(seed), round \(round)")
        }
        #expect(event.at >= .zero, "seed \(seed), round \(round)")
      }
      var ledger = SessionLedger(
        scenario: ScriptedSession.scenario,
        dataset: DatasetFacts(count: 10, shape: PictureShape(height: 1, width: 1, channels: 1)))
      for event in recorded.events { ledger.record(event) }
      _ = ledger.summary(at: recorded.events.last?.at ?? .zero)
    }
  }

  private func small() throws -> ([UInt8], Records) {
    let path = folder.file("small.pftrace")
    let file = try SessionFile(
      creating: path, header: ScriptedSession.header(), replacing: true)
    for event in ScriptedSession(workers: 2, batches: 3, seed: 5).events { file.append(event) }
    file.append(counters: ScriptedSession.reading(at: .seconds(1), 1))
    file.append(.marker("a"), at: .seconds(1))
    file.append(
      .asked(.workers(2), generation: 1, scenario: ScriptedSession.scenario), at: .seconds(2))
    file.append(end: ScriptedSession.reading(at: .seconds(3), 1))
    try file.close()
    return (folder.bytes("small.pftrace"), Records(try SessionFileReader(path: path)))
  }

  private func records(_ bytes: [UInt8]) throws -> Records {
    Records(try SessionFileReader(bytes: bytes, path: "test"))
  }
}
