import SwiftProtobuf

@testable import Tracing

extension SessionFileReader {
  /// Bytes after the last whole packet, known once the last packet has been read.
  var leftOver: Int { stream.leftOver }
  /// Places where bytes were no packets.
  var damaged: Int { stream.damaged }

  /// The next packet as a generated message; nil at the end.
  func next() -> PerfettoTracePacket? {
    while let bytes = stream.next() {
      if let packet = try? PerfettoTracePacket(serializedBytes: [UInt8](bytes)) { return packet }
      stream.refuse()
    }
    return nil
  }
}
