/// Bytes in protobuf's wire format, written field by field.
///
/// Fields written in the order of their numbers give the bytes that protobuf's own encoders give.
package struct WireBuffer {
  /// The bytes written so far.
  package private(set) var bytes: [UInt8] = []

  /// An empty buffer with room for `capacity` bytes before it has to grow.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// The number of bytes written so far.
  package var count: Int { bytes.count }

  /// Removes all bytes and keeps the memory.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// A field of type uint32, uint64, bool or enum, or a non-negative int32 or int64.
  package mutating func varint(_ field: UInt32, _ value: UInt64) {
    raw(UInt64(field << 3))
    raw(value)
  }

  /// A field of type int64, which takes ten bytes where it is negative.
  package mutating func signed(_ field: UInt32, _ value: Int64) {
    varint(field, UInt64(bitPattern: value))
  }

  /// A field of type double.
  package mutating func double(_ field: UInt32, _ value: Double) { fixed(field, value.bitPattern) }

  /// A field of type fixed64, least significant byte first.
  package mutating func fixed(_ field: UInt32, _ value: UInt64) {
    raw(UInt64(field << 3 | 1))
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// A field of type string, as UTF-8.
  package mutating func string(_ field: UInt32, _ value: String) {
    raw(UInt64(field << 3 | 2))
    raw(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  /// A field of type string made of a prefix and a decimal number; allocates no string.
  package mutating func numbered(_ field: UInt32, _ prefix: String, _ number: Int) {
    message(field) { text in
      text.bytes.append(contentsOf: prefix.utf8)
      text.decimal(number)
    }
  }

  private mutating func decimal(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// A field of a message type, whose fields `body` writes.
  ///
  /// - Complexity: O(bytes of the message) where it has 128 bytes or more, since they are moved
  ///   then to make room for the length.
  package mutating func message(_ field: UInt32, _ body: (inout WireBuffer) -> Void) {
    raw(UInt64(field << 3 | 2))
    let start = bytes.count
    bytes.append(0)
    body(&self)
    let length = bytes.count - start - 1
    if length < 0x80 {
      bytes[start] = UInt8(length)
    } else {
      var prefix = WireBuffer()
      prefix.raw(UInt64(length))
      bytes.replaceSubrange(start...start, with: prefix.bytes)
    }
  }

  private mutating func raw(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
