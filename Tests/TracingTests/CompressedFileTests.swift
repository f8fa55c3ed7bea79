import Foundation
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// A file that gzip has compressed is read as the file itself.
@Suite struct CompressedFileTests {
  private let folder: TemporaryFolder
  private let bytes: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    try ScriptedSession(workers: 2, batches: 400, seed: 3).write(
      to: folder.file("session.pftrace"))
    bytes = folder.bytes("session.pftrace")
  }

  private func gzip(_ name: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "gzip -kf \(folder.file(name))"]
    try process.run()
    process.waitUntilExit()
    return folder.bytes("\(name).gz")
  }

  private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: URL(filePath: folder.file(name)))
    return folder.file(name)
  }

  private func events(_ path: String) throws -> (count: Int, trouble: RecordingTrouble) {
    let records = Records(try SessionFileReader(path: path))
    return (records.events.count, records.trouble)
  }

  @Test func aPipeMayBeCompressed() throws {
    let compressed = try gzip("session.pftrace")
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    // It waits for its reader.
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "cat '\(folder.file("session.pftrace.gz"))' > '\(pipe)'"]
    try process.run()
    let reader = try SessionFileReader(path: pipe)
    process.waitUntilExit()
    #expect(reader.size == bytes.count && compressed.count < bytes.count)
    #expect(Records(reader).events.count == (try events(folder.file("session.pftrace"))).count)
  }

  @Test func holdsTheSameWithItsIndex() throws {
    _ = try gzip("session.pftrace")
    let plain = try SessionFileReader(path: folder.file("session.pftrace"))
    let compressed = try SessionFileReader(path: folder.file("session.pftrace.gz"))
    #expect(compressed.size == plain.size)
    #expect(SessionIndex(compressed) == SessionIndex(plain))
    #expect(compressed.stamp != nil)
    let (one, other) = (Records(plain), Records(compressed))
    #expect(one.events.count == other.events.count && other.trouble.isNone)
    let again = Records(try compressed.another())
    #expect(again.events.count == one.events.count)
  }

  @Test func severalMembersAreOneFile() throws {
    let middle = bytes.count / 3
    _ = try write("first", bytes[..<middle])
    _ = try write("second", bytes[middle...])
    let path = try write("both.gz", try gzip("first") + gzip("second"))
    let recorded = try events(path)
    #expect(recorded.count == (try events(folder.file("session.pftrace"))).count)
    #expect(recorded.trouble.isNone)
  }

  @Test func whatIsCutOrDamagedIsSaid() throws {
    let whole = try events(folder.file("session.pftrace")).count
    let compressed = try gzip("session.pftrace")
    for (name, bytes) in [
      ("cut.gz", compressed.dropLast(compressed.count / 3)),
      ("crc.gz", compressed.dropLast(8) + [1, 2, 3, 4, 5, 6, 7, 8]),
      ("tail.gz", compressed + [UInt8](repeating: 7, count: 40)),
    ] {
      let recorded = try events(try write(name, bytes))
      #expect(recorded.trouble.isExpansionCut, "\(name)")
      #expect(recorded.count > whole / 3 && recorded.count <= whole, "\(name)")
    }
    for (name, bytes) in [
      ("head.gz", [UInt8](compressed.prefix(2))), ("none.gz", [0x1F, 0x8B, 8, 0]),
    ] {
      #expect(throws: SessionFileFault.self, "\(name)") {
        try SessionFileReader(path: try write(name, bytes))
      }
    }
  }

  /// A thousand times as large as the file: refused by its first byte, before it fills the disk.
  @Test func whatIsNoSessionIsntExpanded() throws {
    _ = try write("zeros", [UInt8](repeating: 0, count: 1 << 22))
    _ = try gzip("zeros")
    let path = folder.file("zeros.gz")
    #expect(throws: SessionFileFault.foreign(path: path)) { try SessionFileReader(path: path) }
  }
}
