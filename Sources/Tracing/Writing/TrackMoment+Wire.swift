import Pipeline
package import Quantities

/// The clock of a sequence while it is written.
package struct SequenceState: Sendable {
  /// The time of the last moment that wasn't late.
  package var last = Nanoseconds.zero
  /// The session's start on CLOCK_MONOTONIC, in nanoseconds.
  package var start: UInt64

  /// A clock at the session's start.
  package init(start: UInt64) { self.start = start }

  /// Writes a moment as one packet.
  ///
  /// Its time is counted from the last moment that wasn't late. A late moment, possible where two
  /// threads write on one track, has its full time on CLOCK_MONOTONIC instead.
  ///
  /// - Complexity: O(annotations); allocates nothing once the buffer has grown.
  package mutating func write(_ moment: borrowing TrackMoment, to buffer: inout WireBuffer) {
    let at = moment.at
    let isLate = at < last
    let time = UInt64(bitPattern: isLate ? at.count : (at - last).count) &+ (isLate ? start : 0)
    if !isLate { last = at }
    // Field numbers as in augtop_trace.proto, ascending.
    buffer.message(1) { packet in
      packet.varint(8, time)
      packet.varint(10, UInt64(moment.sequence.rawValue))
      packet.message(11) { moment.writeTrackEvent(to: &$0) }
      packet.varint(13, 2)
      if isLate { packet.varint(58, UInt64(TraceClock.monotonic.rawValue)) }
    }
  }
}

extension TrackMoment {
  fileprivate borrowing func writeTrackEvent(to event: inout WireBuffer) {
    if let category { event.varint(3, UInt64(category.rawValue)) }
    for index in 0..<numberCount {
      event.message(4) {
        $0.varint(1, UInt64(words[index].rawValue))
        $0.signed(4, numbers[index])
      }
    }
    for text in texts {
      event.message(4) {
        $0.string(6, text.value)
        $0.string(10, text.key)
      }
    }
    event.varint(9, UInt64(kind.rawValue))
    if case .word(let word) = name { event.varint(10, UInt64(word.rawValue)) }
    if let track { event.varint(11, track.rawValue) }
    switch name {
    case .none, .word: break
    case .numbered(let word, let number): event.numbered(23, word.rawValue, number)
    case .text(let text): event.string(23, text)
    }
    if case .whole(let whole) = value { event.signed(30, whole) }
    if case .real(let real) = value { event.double(44, real) }
    switch flow {
    case .none: break
    case .starts(let batch): event.fixed(47, Self.flowID(batch))
    case .ends(let batch): event.fixed(48, Self.flowID(batch))
    }
  }

  /// The number of a batch's flow in the file, counted from 1, since Perfetto has no flow 0.
  static func flowID(_ batch: Int) -> UInt64 { UInt64(bitPattern: Int64(batch)) &+ 1 }
}
