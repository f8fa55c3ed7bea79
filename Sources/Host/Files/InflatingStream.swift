import CZlib

/// A compressed stream that is unpacked piece by piece, in flat memory.
///
/// A class because it owns zlib's state. One thread at a time.
package final class InflatingStream {
  /// How the stream is wrapped.
  package enum Format: Sendable {
    /// Deflate alone, as in a zip file.
    case deflate
    /// A gzip file.
    case gzip
  }

  /// Why a stream can't be unpacked.
  package enum Fault: Error, Equatable, Sendable {
    /// It isn't such a stream, or its bytes or sums are wrong.
    case damaged
    /// The system gives no memory.
    case noMemory
  }

  /// The result of a step.
  package struct Step: Equatable, Sendable {
    /// Bytes used of the input.
    package var taken: Int
    /// Bytes written to the room.
    package var made: Int
    /// Whether the stream ended. Another call begins the next member of a gzip file.
    package var isAtEnd: Bool
  }

  private let stream: OpaquePointer

  /// Begins a stream.
  ///
  /// - Throws: `Fault.noMemory`.
  package init(_ format: Format) throws(Fault) {
    guard let stream = cz_open(format == .gzip ? CZ_GZIP : CZ_RAW) else { throw .noMemory }
    self.stream = stream
  }

  deinit { cz_close(stream) }

  /// Unpacks as much as fits; a step that takes and makes nothing needs more input or more room.
  ///
  /// - Throws: `Fault.damaged` where the stream isn't one, `noMemory`.
  /// - Complexity: O(bytes taken + bytes made).
  package func step(
    _ input: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) throws(Fault) -> Step {
    var taken = 0
    var made = 0
    let state = cz_inflate(
      stream, input.baseAddress?.assumingMemoryBound(to: UInt8.self), input.count, &taken,
      room.baseAddress?.assumingMemoryBound(to: UInt8.self), room.count, &made)
    switch state {
    case CZ_MORE: return Step(taken: taken, made: made, isAtEnd: false)
    case CZ_END: return Step(taken: taken, made: made, isAtEnd: true)
    case CZ_MEMORY: throw .noMemory
    default: throw .damaged
    }
  }
}

/// The CRC-32 of gzip and zip files over pieces that come one after the other.
package struct CyclicSum: Equatable, Sendable {
  /// The sum of the bytes so far.
  package private(set) var value: UInt32 = 0

  /// The sum of no bytes.
  package init() {}

  /// Adds bytes.
  ///
  /// - Complexity: O(bytes).
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    value = cz_crc32(value, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
  }
}
