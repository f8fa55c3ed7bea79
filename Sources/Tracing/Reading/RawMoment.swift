import Augmentation
import Pipeline
import Quantities

/// A moment as its packet has it, decoded without allocating a string or an array.
///
/// Texts and full names stay bytes, which are valid as long as the packet's bytes.
struct RawMoment {
  enum Name: Equatable {
    case none
    case word(TraceWord)
    case batch(Int)
    case step(Int)
    /// Another text, in `text`.
    case other
  }

  /// The fields of a packet that this decoder reads.
  struct Packet {
    var timestamp: UInt64 = 0
    var sequence: UInt32 = 0
    /// 0 where it is the sequence's own.
    var clock: UInt64 = 0
    var event: UnsafeRawBufferPointer?
  }

  var kind = TrackMoment.Kind.instant
  var name = Name.none
  var text = UnsafeRawBufferPointer(start: nil, count: 0)
  /// 0 where it is the sequence's own.
  var track: UInt64 = 0
  var value: TrackMoment.Value?
  private var words = InlineArray<13, UInt8>(repeating: 0)
  private var numbers = InlineArray<13, Int64>(repeating: 0)
  private var count = 0
  private var event = UnsafeRawBufferPointer(start: nil, count: 0)

  /// The number of the annotation `word`; nil where the moment doesn't have it.
  func number(_ word: TraceWord) -> Int64? {
    for index in 0..<count where words[index] == word.rawValue { return numbers[index] }
    return nil
  }

  /// A longer time, more than two years of nanoseconds, is a damaged number.
  static let longest = Int64(1) << 56

  /// The length of time in the annotation `word`, zero where the moment doesn't have it; nil where
  /// it is negative or longer than `longest`.
  func time(_ word: TraceWord) -> Nanoseconds? {
    let count = number(word) ?? 0
    return (0...Self.longest).contains(count) ? Nanoseconds(count) : nil
  }

  /// The processors' clock as a share of the highest, 1 where the moment has none; nil where the
  /// number is outside 0 to 1.
  var clock: Double? {
    let count = number(.clock) ?? 1_000_000_000
    return (0...1_000_000_000).contains(count) ? Double(count) / 1e9 : nil
  }

  /// A batch's pictures; nil where the number is missing or beyond the limits of a batch.
  var pictures: Int? {
    number(.pictures).flatMap {
      (0...Int64(Scenario.batchSizes.upperBound)).contains($0) ? Int($0) : nil
    }
  }

  /// A packet's fields; nil where the bytes aren't valid fields.
  static func packet(_ bytes: UnsafeRawBufferPointer) -> Packet? {
    var walk = WireReader(bytes)
    var packet = Packet()
    while true {
      switch (walk.field(), walk.type) {
      case (0, _): return walk.isBroken ? nil : packet
      case (8, 0): packet.timestamp = walk.varint()
      case (10, 0): packet.sequence = UInt32(truncatingIfNeeded: walk.varint())
      case (11, 2): packet.event = walk.bytes()
      case (58, 0): packet.clock = walk.varint()
      default: walk.skip()
      }
    }
  }

  /// Decodes an event; nil where the bytes aren't valid fields or the kind is unknown. Annotations
  /// beyond `TrackMoment.mostNumbers` are ignored.
  init?(event: UnsafeRawBufferPointer) {
    self.event = event
    var kind: UInt64 = 0
    var walk = WireReader(event)
    while true {
      switch (walk.field(), walk.type) {
      case (0, _):
        guard !walk.isBroken, kind < 256, let known = TrackMoment.Kind(rawValue: UInt8(kind)) else {
          return nil
        }
        self.kind = known
        return
      case (4, 2): guard addNumber(walk.bytes()) else { return nil }
      case (9, 0): kind = walk.varint()
      case (10, 0): name = .word(TraceWord(rawValue: UInt8(clamping: walk.varint())))
      case (11, 0): track = walk.varint()
      case (23, 2):
        text = walk.bytes()
        name = Self.numbered(text)
      case (30, 0): value = .whole(Int64(bitPattern: walk.varint()))
      case (44, 1): value = .real(Double(bitPattern: walk.fixed()))
      default: walk.skip()
      }
    }
  }

  /// The annotations with texts, by their names; of several with one name, the first.
  var texts: [String: String] {
    Dictionary(attributes.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// The annotations with texts, in their order.
  var attributes: [SessionHeader.Attribute] {
    var texts: [SessionHeader.Attribute] = []
    var walk = WireReader(event)
    while case let field = walk.field(), field != 0 {
      guard field == 4, walk.type == 2 else {
        walk.skip()
        continue
      }
      var inner = WireReader(walk.bytes())
      var key: String?
      var value: String?
      while case let field = inner.field(), field != 0 {
        switch (field, inner.type) {
        case (6, 2): value = String(decoding: inner.bytes(), as: UTF8.self)
        case (10, 2): key = String(decoding: inner.bytes(), as: UTF8.self)
        default: inner.skip()
        }
      }
      if let key, let value { texts.append(SessionHeader.Attribute(key, value)) }
    }
    return texts
  }

  private mutating func addNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var walk = WireReader(bytes)
    var word: UInt64 = 0
    var value: Int64?
    while case let field = walk.field(), field != 0 {
      switch (field, walk.type) {
      case (1, 0): word = walk.varint()
      case (4, 0): value = Int64(bitPattern: walk.varint())
      default: walk.skip()
      }
    }
    guard let value, word > 0, word < 256, count < TrackMoment.mostNumbers else {
      return !walk.isBroken
    }
    words[count] = UInt8(word)
    numbers[count] = value
    count += 1
    return !walk.isBroken
  }

  /// `batch 12`, `step 12`, or anything else.
  private static func numbered(_ text: UnsafeRawBufferPointer) -> Name {
    guard let space = text.firstIndex(of: 0x20), space + 1 < text.count, text.count - space < 18
    else { return .other }
    var number = 0
    for byte in text[(space + 1)...] {
      guard (0x30...0x39).contains(byte) else { return .other }
      number = number * 10 + Int(byte - 0x30)
    }
    // The lengths of the two words differ, so that the first letter is enough.
    switch (space, text[0]) {
    case (5, UInt8(ascii: "b")): return .batch(number)
    case (4, UInt8(ascii: "s")): return .step(number)
    default: return .other
    }
  }
}
