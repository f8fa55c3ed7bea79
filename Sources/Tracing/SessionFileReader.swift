import Glibc
import SwiftProtobuf

/// Reads a session file packet by packet.
///
/// Takes what is whole: a tail that a killed session left torn is counted in `leftOver`, a packet that
/// can't be decoded in `damaged`. Never traps, whatever the bytes are.
package struct SessionFileReader: Sequence, IteratorProtocol {
  package let path: String
  /// The trace's attributes, as the header has them.
  package let attributes: [SessionHeader.Attribute]
  /// Bytes after the last whole packet, known once the last packet has been read.
  package private(set) var leftOver = 0
  /// Packets with a length but without sense.
  package private(set) var damaged = 0

  private let bytes: [UInt8]
  private var offset = 0

  /// Opens a file and reads its header; the packets then come from the first on.
  package init(path: String) throws(SessionFileFault) {
    try self.init(bytes: Self.contents(of: path), path: path)
  }

  /// The same for bytes in memory, which `path` names in faults.
  package init(bytes: [UInt8], path: String) throws(SessionFileFault) {
    self.path = path
    self.bytes = bytes
    attributes = try Self.header(of: bytes, path: path)
  }

  package mutating func next() -> PerfettoTracePacket? {
    while case .packet(let range) = PacketBounds.step(in: bytes[...], at: offset) {
      offset = range.upperBound
      if let packet = try? PerfettoTracePacket(serializedBytes: Array(bytes[range])) {
        return packet
      }
      damaged += 1
    }
    leftOver = bytes.count - offset
    return nil
  }

  /// Clocks, identity, attributes: a header has said what it is by its eighth packet.
  private static let headerPackets = 8

  private static func header(
    of bytes: [UInt8], path: String
  ) throws(SessionFileFault) -> [SessionHeader.Attribute] {
    guard !bytes.isEmpty else { throw .empty(path: path) }
    var offset = 0
    for _ in 0..<headerPackets {
      switch PacketBounds.step(in: bytes[...], at: offset) {
      case .packet(let range):
        guard let packet = try? PerfettoTracePacket(serializedBytes: Array(bytes[range])) else {
          throw .foreign(path: path)
        }
        if case .traceAttributes(let attributes)? = packet.data {
          return try known(attributes, path: path)
        }
        offset = range.upperBound
      case .torn, .end:
        throw offset > 0 || bytes.count < shortestSign
          ? .cutInHeader(path: path, bytes: bytes.count) : .foreign(path: path)
      case .foreign: throw .foreign(path: path)
      }
    }
    throw .foreign(path: path)
  }

  /// A file's first packet, its clocks, is shorter than this; so a longer file without one whole
  /// packet was never a session.
  private static let shortestSign = 128

  private static func known(
    _ attributes: PerfettoTraceAttributes, path: String
  ) throws(SessionFileFault) -> [SessionHeader.Attribute] {
    let format = attributes.attribute.first { $0.key == SessionPreamble.formatKey }
    guard let format, case .longValue(let found)? = format.value, found > 0 else {
      throw .foreign(path: path)
    }
    guard found <= SessionHeader.format else {
      throw .futureFormat(path: path, found: Int(found), known: SessionHeader.format)
    }
    return attributes.attribute.compactMap { pair in
      guard case .stringValue(let value)? = pair.value else { return nil }
      return SessionHeader.Attribute(pair.key, value)
    }
  }

  private static func contents(of path: String) throws(SessionFileFault) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .notReadable(path: path, .last) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var status = stat()
    if fstat(descriptor, &status) == 0 { bytes.reserveCapacity(Int(status.st_size)) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count > 0 {
        bytes.append(contentsOf: chunk[..<count])
      } else if errno != EINTR {
        throw .notReadable(path: path, .last)
      }
    }
  }
}
