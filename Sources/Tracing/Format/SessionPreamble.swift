import Pipeline
import Quantities

/// Writes the packets that precede moments: the session, its tracks, and each sequence's table of
/// words and its clock.
///
/// - Source: Field numbers as in Perfetto's protos/perfetto/trace/perfetto_trace.proto.
struct SessionPreamble {
  /// The trace attribute that makes a Perfetto trace a session file.
  static let formatKey = "augtop.trace_format"

  var header: SessionHeader

  /// Writes the file's beginning, which belongs to no sequence.
  func writeSession(to trace: inout WireBuffer) {
    trace.message(1) { packet in
      packet.message(6) { snapshot in
        clock(.realtime, header.clocks.realtime, in: &snapshot)
        clock(.monotonic, header.clocks.monotonic, in: &snapshot)
        clock(.boottime, header.clocks.boottime, in: &snapshot)
        // The trace's primary clock.
        snapshot.varint(2, UInt64(TraceClock.monotonic.rawValue))
      }
    }
    trace.message(1) { packet in
      packet.message(89) {
        $0.signed(1, header.identity.high)
        $0.signed(2, header.identity.low)
      }
    }
    trace.message(1) { $0.message(126) { attributes(to: &$0) } }
    trace.message(1) { $0.message(45) { system(to: &$0) } }
    trace.message(1) { $0.message(60) { process(to: &$0) } }
    for counter in CounterTrack.all(header.stages) {
      trace.message(1) { $0.message(60) { descriptor(of: counter, to: &$0) } }
    }
  }

  /// Writes a sequence's beginning: its track, its words, its clock.
  func write(_ sequence: SequenceID, to trace: inout WireBuffer) {
    trace.message(1) { $0.message(60) { descriptor(of: sequence, to: &$0) } }
    trace.message(1) { packet in
      packet.message(6) {
        clock(.monotonic, header.clocks.monotonic, in: &$0)
        clock(.sequence, 0, in: &$0)
      }
      packet.varint(10, UInt64(sequence.rawValue))
      packet.message(12) { words(to: &$0) }
      // SEQ_INCREMENTAL_STATE_CLEARED: words and clock begin here.
      packet.varint(13, 1)
      packet.message(59) { defaults in
        if let track = sequence.track { defaults.message(11) { $0.varint(11, track.rawValue) } }
        defaults.varint(58, UInt64(TraceClock.sequence.rawValue))
      }
    }
  }

  /// Writes the present value of a sequence's clock, so that a reader that has lost a packet, or
  /// begins here, can compute the times that follow.
  ///
  /// - Parameter last: The time of the sequence's last moment that was not late.
  func writeSynchronization(
    of sequence: SequenceID, at last: Nanoseconds, to trace: inout WireBuffer
  ) {
    let count = UInt64(bitPattern: last.count)
    trace.message(1) { packet in
      packet.message(6) {
        clock(.monotonic, header.clocks.monotonic &+ count, in: &$0)
        clock(.sequence, count, in: &$0)
      }
      packet.varint(10, UInt64(sequence.rawValue))
    }
  }

  // MARK: The session

  private func clock(_ clock: TraceClock, _ time: UInt64, in snapshot: inout WireBuffer) {
    snapshot.message(1) {
      $0.varint(1, UInt64(clock.rawValue))
      $0.varint(2, time)
      // Each time of a sequence is counted from the one before.
      if clock == .sequence { $0.varint(3, 1) }
    }
  }

  private func attributes(to list: inout WireBuffer) {
    list.message(1) {
      $0.string(1, Self.formatKey)
      $0.signed(2, Int64(SessionHeader.format))
    }
    for pair in header.allAttributes {
      list.message(1) {
        $0.string(1, pair.key)
        $0.string(3, pair.value)
      }
    }
  }

  private func system(to info: inout WireBuffer) {
    info.message(1) { names in
      names.string(1, header.machine.system)
      names.string(2, header.machine.build)
      names.string(3, header.machine.release)
      names.string(4, header.machine.architecture)
    }
    info.varint(8, UInt64(UInt32(clamping: header.machine.cores)))
  }

  // MARK: Tracks

  private func process(to descriptor: inout WireBuffer) {
    descriptor.varint(1, TrackID.process.rawValue)
    descriptor.message(3) {
      $0.signed(1, Int64(header.process))
      $0.string(6, "augtop \(header.scenario.name)")
    }
  }

  private func descriptor(of counter: CounterTrack, to descriptor: inout WireBuffer) {
    descriptor.varint(1, counter.id.rawValue)
    descriptor.string(2, counter.name)
    descriptor.varint(5, TrackID.process.rawValue)
    descriptor.message(8) {
      // UNIT_COUNT and UNIT_SIZE_BYTES, or a name alone.
      switch counter.unit {
      case .count(let thing):
        $0.varint(3, 2)
        $0.string(6, thing)
      case .bytes: $0.varint(3, 3)
      case .other(let name): $0.string(6, name)
      }
    }
  }

  private func descriptor(of sequence: SequenceID, to descriptor: inout WireBuffer) {
    if let track = sequence.track { descriptor.varint(1, track.rawValue) }
    if !sequence.isThread {
      descriptor.string(2, sequence.title)
    } else {
      descriptor.message(4) {
        $0.signed(1, Int64(header.process))
        // Perfetto needs thread ids that differ within the process; the kernel's aren't available
        // here.
        $0.signed(2, Int64(header.process) + Int64(sequence.rawValue))
        $0.string(5, sequence.title)
      }
    }
    descriptor.varint(5, TrackID.process.rawValue)
  }

  private func words(to data: inout WireBuffer) {
    func add(_ field: UInt32, _ number: UInt8, _ text: String) {
      data.message(field) {
        $0.varint(1, UInt64(number))
        $0.string(2, text)
      }
    }
    for category in SliceCategory.allCases { add(1, category.rawValue, category.title) }
    for name in TraceWord.names(header.stages) { add(2, name.word.rawValue, name.text) }
    for name in TraceWord.annotations { add(3, name.word.rawValue, name.text) }
  }
}
