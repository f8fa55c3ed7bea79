import Foundation
import Pipeline
import TestSupport
import Testing
import Tracing

/// Files that were made to cost the square of their size are read in proportion to it. Without the
/// bound each of these takes minutes or hours.
@Suite(.timeLimit(.minutes(2))) struct CraftedRecordsTests {
  private let folder: TemporaryFolder
  private let session: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    try ScriptedSession(workers: 1, batches: 20, seed: 3).write(
      to: folder.file("session.pftrace"))
    session = folder.bytes("session.pftrace")
  }

  private func read(_ bytes: [UInt8]) throws -> Int {
    let reader = try SessionFileReader(bytes: bytes, path: "crafted")
    let count = Records(reader).events.count
    _ = SessionIndex(reader)
    return count
  }

  private func readFile(_ bytes: [UInt8]) throws -> Int {
    try Data(bytes).write(to: URL(filePath: folder.file("crafted")))
    let reader = try SessionFileReader(path: folder.file("crafted"))
    return Records(reader).events.count
  }

  /// Each byte begins a packet of ten bytes.
  @Test func newlinesBehindASession() throws {
    let whole = try read(session)
    let newlines = [UInt8](repeating: 0x0A, count: 1 << 20)
    #expect(try read(session + newlines) == whole)
    #expect(try readFile(session + newlines) == whole)
  }

  /// A packet of 16 kB begins at every third byte, and is valid but for its end.
  @Test func longPacketsWithinEachOther() throws {
    let whole = try read(session)
    // Length 16 000, as two groups of seven bits; a field of one varint follows each tag.
    let piece: [UInt8] = [0x0A, 0x80, 0x7D]
    let crafted = (0..<(1 << 18)).flatMap { _ in piece }
    #expect(try read(session + crafted) >= whole)
    #expect(try readFile(session + crafted) >= whole)
  }

  /// Behind each packet of a megabyte without sense come three real ones.
  @Test func megabytesThatAreRefused() throws {
    let moments: [UInt8] = [0x0A, 2, 0x50, 1].withRepeats(4)
    let long: [UInt8] = [0x0A, 0x80, 0x80, 0x40, 0xFF]
    let crafted =
      (0..<40_000).flatMap { _ in long + moments } + [UInt8](repeating: 0, count: 1 << 20)
    #expect(try readFile(session + crafted) >= 0)
  }

  /// A device has no end.
  @Test(arguments: ["/dev/zero", "/dev/urandom", "/dev/null"])
  func devicesAreRefused(path: String) {
    #expect(throws: SessionFileFault.self) { try SessionFileReader(path: path) }
  }
}

extension [UInt8] {
  fileprivate func withRepeats(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in self } }
}
