import Foundation
import Quantities
import TestSupport
import Testing
import Watching

/// Rings as files, whole and damaged.
@Suite struct RingReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func reader(of ring: RingBytes, fromNow: Bool = false) throws -> RingReader {
    let path = try folder.write(ring.bytes, to: "20.1.ring")
    return try #require(RingReader(path: path, fromNow: fromNow))
  }

  @Test func linesAndRecordsComeOnce() throws {
    let reader = try reader(of: RingBytes.job(steps: 3).worker)
    #expect(reader.lines().map(\.e) == ["hello", "stage", "shape"])
    #expect(reader.lines().isEmpty)
    #expect(reader.records().count == 9)
    #expect(reader.records().isEmpty)
    #expect(reader.lost == 0 && reader.refused == 0)
    #expect(reader.process == 20)
  }

  @Test func aWriterThatHasComeRoundCostsRecordsThatAreCounted() throws {
    var ring = RingBytes()
    for number in 0..<10_000 { ring.put(6, Int64(number), 0, 0, 5, 1) }
    let reader = try reader(of: ring)
    let records = reader.records()
    #expect(records.count + reader.lost == 10_000)
    #expect(records.count >= RingReader.slots / 2)
    guard case .piped(let last, _, _, _)? = records.last else {
      Issue.record("no record")
      return
    }
    #expect(last == 9_999)
  }

  @Test func aSlotThatIsHalfWrittenIsLeftForLater() throws {
    var ring = RingBytes()
    ring.put(6, 0, 0, 0, 5, 1)
    var bytes = ring.bytes
    ring.put(6, 1, 0, 0, 6, 1)
    // All but the number at the slot's end.
    let end = RingReader.page + 3 * RingRecord.words * 8 - 8
    bytes.replaceSubrange(
      end - RingRecord.words * 8 + 8..<end, with: ring.bytes[end - RingRecord.words * 8 + 8..<end])
    let path = try folder.write(bytes, to: "20.1.ring")
    let reader = try #require(RingReader(path: path))
    #expect(reader.records().count == 1)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.write(contentsOf: Data(ring.bytes))
    try file.close()
    #expect(reader.records().count == 1)
  }

  @Test func oneWhoAttachesLateLeavesOutWhatWas() throws {
    let reader = try reader(of: RingBytes.job(steps: 50).worker, fromNow: true)
    #expect(reader.records().isEmpty && reader.lost == 0)
    #expect(reader.lines().count == 3)
  }

  @Test func aFileThatIsCutUnderneathEndsTheReading() throws {
    let reader = try reader(of: RingBytes.job(steps: 3).worker)
    #expect(truncate(folder.file("20.1.ring"), 10) == 0)
    #expect(reader.records().isEmpty && reader.lines().isEmpty)
  }

  @Test(arguments: ["x.1.ring", "0.1.ring", "-4.1.ring", "20.1.ring.new", "20"])
  func namesThatNoProbeGivesAreRefused(name: String) throws {
    let path = try folder.write(RingBytes().bytes, to: name)
    #expect(RingReader(path: path) == nil)
  }

  @Test func whatIsNoRingIsRefused() throws {
    #expect(RingReader(path: try folder.write([1, 2, 3], to: "20.1.ring")) == nil)
    var bytes = RingBytes().bytes
    bytes[7] = 9
    #expect(RingReader(path: try folder.write(bytes, to: "21.1.ring")) == nil)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("22.1.ring"),
      withDestinationPath: try folder.write(RingBytes().bytes, to: "23.1.ring"))
    #expect(RingReader(path: folder.file("22.1.ring")) == nil)
  }

  /// A hostile job: rings with changed bytes never trap, whatever comes of them.
  @Test func mutatedRingsNeverTrap() throws {
    var random = SeededNumbers(seed: 17)
    let (main, worker) = RingBytes.job(steps: 40)
    for round in 0..<40 * Fuzzing.rounds {
      var events = JobEvents()
      for (ring, name) in [(main, "10.1.ring"), (worker, "20.1.ring")] {
        var bytes = ring.bytes
        for _ in 0..<Int.random(in: 1..<40, using: &random) {
          // Where something is written.
          let place =
            Bool.random(using: &random)
            ? Int.random(in: 16..<500, using: &random)
            : RingReader.page + Int.random(in: 0..<16_000, using: &random)
          bytes[place] = .random(in: 0...255, using: &random)
        }
        let path = try folder.write(bytes, to: name)
        guard let reader = RingReader(path: path) else { continue }
        for line in reader.lines() { events.take(line, from: reader.process) }
        for record in reader.records() { events.take(record, from: reader.process) }
      }
      _ = events.choose(at: .seconds(100), timeout: .seconds(5))
      let taken = events.takeEvents(until: .never)
      #expect(taken.count <= 200, "round \(round)")
    }
  }
}
