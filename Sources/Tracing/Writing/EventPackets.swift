import Pipeline
import Quantities

/// Events as the packets of a session file, in memory until they are written.
///
/// A value of its own, so that an event's moments need one access to the file's state and not one each.
struct EventPackets {
  /// The packets that haven't been written.
  var buffer: WireBuffer {
    get { packets.buffer }
    _modify { yield &packets.buffer }
  }
  /// Moments so far.
  var moments: Int { packets.moments }

  private var encoder: EventEncoder
  private var packets: MomentPackets

  /// The packets with which a file begins.
  ///
  /// - Parameter capacity: Bytes for which memory is taken beforehand.
  init(header: SessionHeader, capacity: Int) {
    encoder = EventEncoder(stages: header.stages)
    packets = MomentPackets(header: header, capacity: capacity)
  }

  /// Encodes something by a method of the encoder.
  mutating func encode(
    _ body: (inout EventEncoder, (borrowing TrackMoment) -> Void) -> Void
  ) {
    Self.encode(&encoder, &packets, body)
  }

  private static func encode(
    _ encoder: inout EventEncoder, _ packets: inout MomentPackets,
    _ body: (inout EventEncoder, (borrowing TrackMoment) -> Void) -> Void
  ) {
    body(&encoder) { packets.write($0) }
  }
}

/// Moments as packets, with those that name sequences and state their clocks.
private struct MomentPackets {
  /// The session's time between two packets that state the clocks; a damaged place costs a reader
  /// that much at most.
  private static let synchronizedEvery = Nanoseconds.seconds(1)

  var buffer: WireBuffer
  private(set) var moments = 0
  private let preamble: SessionPreamble
  /// By sequence number; nil until its first moment.
  private var sequences: [SequenceState?] = []
  private var synchronized = Nanoseconds.zero

  init(header: SessionHeader, capacity: Int) {
    preamble = SessionPreamble(header: header)
    buffer = WireBuffer(capacity: capacity)
    preamble.writeSession(to: &buffer)
  }

  mutating func write(_ moment: borrowing TrackMoment) {
    moments += 1
    let index = Int(moment.sequence.rawValue)
    while sequences.count <= index { sequences.append(nil) }
    if sequences[index] == nil {
      preamble.write(moment.sequence, to: &buffer)
      sequences[index] = SequenceState(start: preamble.header.clocks.monotonic)
    }
    sequences[index]?.write(moment, to: &buffer)
    if moment.at - synchronized >= Self.synchronizedEvery { synchronize(at: moment.at) }
  }

  /// Writes the present value of every sequence's clock.
  private mutating func synchronize(at now: Nanoseconds) {
    synchronized = now
    for (index, state) in sequences.enumerated() {
      guard let state else { continue }
      preamble.writeSynchronization(
        of: SequenceID(rawValue: UInt32(index)), at: state.last, to: &buffer)
    }
  }
}
