import Pipeline
import Quantities
import SwiftProtobuf
import TestSupport
import Testing

@testable import Tracing

/// The preamble against its definition in generated messages.
@Suite struct SessionPreambleTests {
  @Test(arguments: [1, 2, 3])
  func bytesAreThoseOfTheGeneratedMessages(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for round in 0..<50 {
      let header = Self.header(&random)
      let preamble = SessionPreamble(header: header)
      let packets = PreamblePackets(header: header)
      var buffer = WireBuffer()
      preamble.writeSession(to: &buffer)
      var trace = PerfettoTrace()
      trace.packet = packets.packets
      for sequence in Self.sequences {
        preamble.write(sequence, to: &buffer)
        trace.packet += packets.packets(for: sequence)
        let last = Nanoseconds(.random(in: 0 ... .max >> 8, using: &random))
        preamble.writeSynchronization(of: sequence, at: last, to: &buffer)
        trace.packet.append(packets.synchronization(of: sequence, at: last))
      }
      let expected: [UInt8] = try trace.serializedBytes()
      #expect(buffer.bytes == expected, "seed \(seed), round \(round)")
      #expect(try PerfettoTrace(serializedBytes: buffer.bytes) == trace)
    }
  }

  /// The reader parses the preamble as the generated messages do.
  @Test(arguments: [1, 2, 3])
  func packetsAreReadAsTheyWereWritten(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    let header = Self.header(&random)
    let packets = PreamblePackets(header: header)
    var found: [String] = []
    for packet in packets.packets + [packets.synchronization(of: .worker(3), at: .seconds(7))] {
      let bytes: [UInt8] = try packet.serializedBytes()
      let read = try #require(bytes.withUnsafeBytes { PreamblePacket($0) })
      #expect(read.sequence == packet.trustedPacketSequenceID)
      switch read.content {
      case .clocks(let sequence): found.append(sequence.map { "clock \($0)" } ?? "clocks")
      case .track(let id): #expect(id == packet.trackDescriptor.uuid)
      case .identity(let identity): #expect(identity == header.identity)
      case .attributes(let format, let attributes):
        #expect(format == Int64(SessionHeader.format))
        #expect(attributes == header.allAttributes)
        found.append("attributes")
      case .other: #expect(packet.systemInfo.numCpus == UInt32(header.machine.cores))
      }
    }
    #expect(found == ["clocks", "attributes", "clock 7000000000"])
  }

  private static let sequences: [SequenceID] = [
    .session, .consumer, .worker(0), .worker(63), .screen, .recorder,
  ]

  private static func header(_ random: inout SeededNumbers) -> SessionHeader {
    var header = ScriptedSession.header(
      clocks: SessionClocks(
        monotonic: .random(in: 0 ... .max >> 1, using: &random),
        boottime: .random(in: 0 ... .max, using: &random),
        realtime: .random(in: 0 ... .max, using: &random)))
    header.identity = SessionHeader.Identity(
      high: .random(in: .min ... .max, using: &random),
      low: .random(in: .min ... .max, using: &random))
    header.process = .random(in: 1 ... .max, using: &random)
    header.machine.cores = .random(in: 0...300, using: &random)
    header.machine.release = String(
      repeating: "ü批", count: .random(in: 0...100, using: &random))
    header.attributes.append(
      SessionHeader.Attribute(
        "", String(repeating: "x", count: .random(in: 0...40_000, using: &random))))
    return header
  }
}
