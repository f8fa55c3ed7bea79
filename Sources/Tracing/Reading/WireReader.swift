/// Reads protobuf's wire format field by field, from any bytes.
///
/// The counterpart of `WireBuffer`. Invalid bytes set `isBroken` and end the reading; nothing is
/// read past the end.
struct WireReader {
  private var next: UnsafeRawPointer
  private let end: UnsafeRawPointer
  private(set) var isBroken = false
  /// The wire type of the field whose number `field` gave last.
  private(set) var type: UInt8 = 0

  /// - Parameter bytes: Must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer) {
    // An empty buffer has no address; any other is fine, as nothing is read from it.
    next = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!  // 1 is not null, and never read
    end = next + bytes.count
  }

  /// The next field's number; 0 at the end and where the bytes are broken.
  mutating func field() -> UInt32 {
    guard next < end else { return 0 }
    let tag = varint()
    type = UInt8(tag & 7)
    let number = tag >> 3
    guard !isBroken, number > 0, number < 1 << 29 else {
      fail()
      return 0
    }
    return UInt32(number)
  }

  mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while next < end, shift < 64 {
      let byte = next.load(as: UInt8.self)
      next += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    fail()
    return 0
  }

  mutating func fixed() -> UInt64 {
    guard end - next >= 8 else {
      fail()
      return 0
    }
    let value = next.loadUnaligned(as: UInt64.self)
    next += 8
    return UInt64(littleEndian: value)
  }

  /// The bytes of a string or a message, not copied.
  mutating func bytes() -> UnsafeRawBufferPointer {
    let count = varint()
    guard !isBroken, count <= UInt64(end - next) else {
      fail()
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    let found = UnsafeRawBufferPointer(start: next, count: Int(count))
    next += Int(count)
    return found
  }

  /// Skips the field's value.
  mutating func skip() {
    switch type {
    case 0: _ = varint()
    case 1: _ = fixed()
    case 2: _ = bytes()
    case 5 where end - next >= 4: next += 4
    default: fail()
    }
  }

  private mutating func fail() {
    isBroken = true
    next = end
  }
}
