import Host
import Pipeline
import Quantities
import SwiftProtobuf
import TestSupport
import Testing

@testable import Tracing

/// Files that are torn, mutated, foreign or of the future.
@Suite struct SessionFileReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFileCutAnywhereGivesItsWholePackets() throws {
    let bytes = try smallFile()
    let whole = try read(bytes)
    #expect(whole.leftOver == 0)
    var last = 0
    var headerCuts = 0
    for cut in Fuzzing.cuts(of: bytes.count) {
      do {
        let part = try read(Array(bytes[..<cut]))
        #expect(part.packets >= last && part.packets <= whole.packets)
        #expect(part.size + part.leftOver == cut)
        #expect(part.damaged == 0)
        last = part.packets
      } catch SessionFileFault.empty {
        #expect(cut == 0)
      } catch SessionFileFault.cutInHeader(_, let found) {
        #expect(found == cut)
        headerCuts += 1
        #expect(last == 0, "a header cut after a whole one, at \(cut)")
      }
    }
    #expect(last == whole.packets - 1)
    #expect(headerCuts < 2_000)
  }

  @Test(arguments: 1...8)
  func mutatedBytesNeverTrap(seed: UInt64) throws {
    let bytes = try smallFile()
    var random = SeededNumbers(seed: seed)
    for _ in 0..<60 {
      var mutated = bytes
      for _ in 0...Int.random(in: 0..<6, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: mutated[place] = .random(in: 0...255, using: &random)
        case 2: mutated.remove(at: place)
        default:
          mutated.insert(
            contentsOf: bytes[..<Int.random(in: 0..<40, using: &random)], at: place)
        }
      }
      guard let found = try? read(mutated) else { continue }
      #expect(found.size + found.leftOver <= mutated.count, "seed \(seed)")
    }
  }

  @Test func otherFilesAreRefused() throws {
    let path = "somebody else's"
    #expect(throws: SessionFileFault.empty(path: path)) {
      try SessionFileReader(bytes: [], path: path)
    }
    for text in ["PK\u{3}\u{4}", "{\"traceEvents\": []}", "\n", "\n\u{7F}short"] {
      #expect(throws: SessionFileFault.self) {
        try SessionFileReader(bytes: Array(text.utf8), path: path)
      }
    }
    let long = Array(String(repeating: "\nlines of text\n", count: 100).utf8)
    #expect(throws: SessionFileFault.foreign(path: path)) {
      try SessionFileReader(bytes: long, path: path)
    }
    let nowhere = folder.file("nowhere")
    #expect(throws: SessionFileFault.notReadable(path: nowhere, SystemError(code: 2))) {
      try SessionFileReader(path: nowhere)
    }
  }

  /// As somebody who saves space, or downloads, has them.
  @Test func otherFilesAreNamedForWhatTheyAre() {
    let tar = [UInt8](repeating: 0x61, count: 257) + Array("ustar\0".utf8)
    let cases: [([UInt8], String)] = [
      (Array("BZh91AY&SY".utf8), "bunzip2"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "unxz"),
      ([0x28, 0xB5, 0x2F, 0xFD, 4, 0x58], "unzstd"), ([0x04, 0x22, 0x4D, 0x18, 0x64], "unlz4"),
      ([0x50, 0x4B, 3, 4, 20, 0], "unzip"), (tar, "tar -xf"),
      (Array("{\"traceEvents\": []}".utf8), "JSON"), (Array(" <html>".utf8), "web page"),
    ]
    for (start, word) in cases {
      for length in [start.count, 10_000] {
        let bytes = start + [UInt8](repeating: 0x62, count: length - start.count)
        let fault = #expect(throws: SessionFileFault.self) {
          try SessionFileReader(bytes: bytes, path: "other")
        }
        #expect(fault?.message.contains(word) == true, "\(word): \(fault?.message ?? "")")
      }
    }
  }

  @Test func aTraceOfAnotherProgramIsForeign() throws {
    var trace = PerfettoTrace()
    trace.packet = (0..<20).map { index in
      var packet = PerfettoTracePacket()
      packet.trackDescriptor.uuid = UInt64(index)
      packet.trackDescriptor.name = "somebody else's track"
      return packet
    }
    let bytes: [UInt8] = try trace.serializedBytes()
    #expect(throws: SessionFileFault.foreign(path: "other")) {
      try SessionFileReader(bytes: bytes, path: "other")
    }
  }

  @Test func aFutureFormatIsNamed() throws {
    var trace = PerfettoTrace()
    var packet = PerfettoTracePacket()
    var attribute = PerfettoTraceAttributes.Attribute()
    attribute.key = "augtop.trace_format"
    attribute.longValue = 2
    packet.traceAttributes.attribute = [attribute]
    trace.packet = [packet]
    let bytes: [UInt8] = try trace.serializedBytes()
    #expect(throws: SessionFileFault.futureFormat(path: "new", found: 2, known: 1)) {
      try SessionFileReader(bytes: bytes, path: "new")
    }
  }

  private struct Found {
    var packets = 0
    /// Bytes of the packets, their tags and lengths included.
    var size = 0
    var leftOver = 0
    var damaged = 0
  }

  private func read(_ bytes: [UInt8]) throws -> Found {
    let reader = try SessionFileReader(bytes: bytes, path: "test")
    var moments = MomentReader()
    var found = Found()
    while let packet = reader.next() {
      _ = moments.read(packet)
      found.packets += 1
      var trace = PerfettoTrace()
      trace.packet = [packet]
      found.size += (try trace.serializedBytes() as [UInt8]).count
    }
    found.leftOver = reader.leftOver
    found.damaged = reader.damaged
    return found
  }

  private func smallFile() throws -> [UInt8] {
    let file = try SessionFile(
      creating: folder.file("small"), header: ScriptedSession.header(), replacing: true)
    for event in ScriptedSession(workers: 1, batches: 1, seed: 5).events { file.append(event) }
    file.append(.marker("a"), at: .seconds(1))
    try file.close()
    return folder.bytes("small")
  }
}
