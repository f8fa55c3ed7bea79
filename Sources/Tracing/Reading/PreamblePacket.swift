/// A packet without an event: a part of a file's header, or the value of a sequence's clock.
///
/// `SessionPreamble` writes these packets. Fields that a session file doesn't use are skipped.
struct PreamblePacket {
  enum Content {
    /// The sequence's clock, in nanoseconds since the session's start; nil where the snapshot
    /// doesn't have it.
    case clocks(sequence: UInt64?)
    /// A track's number; 0 where it has none.
    case track(UInt64)
    case identity(SessionHeader.Identity)
    /// The session file's format, nil in another program's trace; and the header's texts.
    case attributes(format: Int64?, [SessionHeader.Attribute])
    case other
  }

  /// The sequence it belongs to; 0 for packets of the whole file.
  private(set) var sequence: UInt32 = 0
  private(set) var content = Content.other

  /// Nil where the bytes are not a packet's fields.
  ///
  /// - Complexity: O(bytes).
  init?(_ bytes: UnsafeRawBufferPointer) {
    var packet = WireReader(bytes)
    while case let field = packet.field(), field != 0 {
      switch (field, packet.type) {
      case (6, 2): guard read(packet.bytes(), Self.clocks) else { return nil }
      case (10, 0): sequence = UInt32(truncatingIfNeeded: packet.varint())
      case (60, 2): guard read(packet.bytes(), Self.track) else { return nil }
      case (89, 2): guard read(packet.bytes(), Self.identity) else { return nil }
      case (126, 2): guard read(packet.bytes(), Self.attributes) else { return nil }
      default: packet.skip()
      }
    }
    if packet.isBroken { return nil }
  }

  /// False where the message is broken.
  private mutating func read(
    _ message: UnsafeRawBufferPointer, _ body: (inout WireReader) -> Content?
  ) -> Bool {
    var reader = WireReader(message)
    guard let found = body(&reader), !reader.isBroken else { return false }
    content = found
    return true
  }

  private static func clocks(_ snapshot: inout WireReader) -> Content? {
    var sequence: UInt64?
    while case let field = snapshot.field(), field != 0 {
      guard field == 1, snapshot.type == 2 else {
        snapshot.skip()
        continue
      }
      var clock = WireReader(snapshot.bytes())
      var id: UInt64 = 0
      var time: UInt64 = 0
      while case let field = clock.field(), field != 0 {
        switch (field, clock.type) {
        case (1, 0): id = clock.varint()
        case (2, 0): time = clock.varint()
        default: clock.skip()
        }
      }
      if clock.isBroken { return nil }
      if id == UInt64(TraceClock.sequence.rawValue) { sequence = time }
    }
    return .clocks(sequence: sequence)
  }

  private static func track(_ descriptor: inout WireReader) -> Content {
    var id: UInt64 = 0
    while case let field = descriptor.field(), field != 0 {
      if field == 1, descriptor.type == 0 { id = descriptor.varint() } else { descriptor.skip() }
    }
    return .track(id)
  }

  private static func identity(_ uuid: inout WireReader) -> Content {
    var identity = SessionHeader.Identity(high: 0, low: 0)
    while case let field = uuid.field(), field != 0 {
      switch (field, uuid.type) {
      case (1, 0): identity.high = Int64(bitPattern: uuid.varint())
      case (2, 0): identity.low = Int64(bitPattern: uuid.varint())
      default: uuid.skip()
      }
    }
    return .identity(identity)
  }

  private static func attributes(_ list: inout WireReader) -> Content? {
    var format: Int64?
    var texts: [SessionHeader.Attribute] = []
    while case let field = list.field(), field != 0 {
      guard field == 1, list.type == 2 else {
        list.skip()
        continue
      }
      var attribute = WireReader(list.bytes())
      var key = ""
      var number: Int64?
      var text: String?
      while case let field = attribute.field(), field != 0 {
        switch (field, attribute.type) {
        case (1, 2):
          guard let read = String(validating: attribute.bytes(), as: UTF8.self) else { return nil }
          key = read
        case (2, 0): number = Int64(bitPattern: attribute.varint())
        case (3, 2):
          guard let read = String(validating: attribute.bytes(), as: UTF8.self) else { return nil }
          text = read
        default: attribute.skip()
        }
      }
      if attribute.isBroken { return nil }
      if let text { texts.append(SessionHeader.Attribute(key, text)) }
      if key == SessionPreamble.formatKey, format == nil { format = number }
    }
    return .attributes(format: format, texts)
  }
}
