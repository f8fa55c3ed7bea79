import Pipeline
import Quantities
import SwiftProtobuf

@testable import Tracing

/// A session file's preamble in generated messages: the slow, obvious definition of what
/// `SessionPreamble` writes.
struct PreamblePackets {
  var header: SessionHeader

  /// The file's beginning, before any sequence.
  var packets: [PerfettoTracePacket] {
    [clocks, identity, attributes, system, process]
      + CounterTrack.all(header.stages).map(descriptor)
  }

  /// A sequence's beginning: its track, its words, its clock.
  func packets(for sequence: SequenceID) -> [PerfettoTracePacket] {
    var start = PerfettoTracePacket()
    start.trustedPacketSequenceID = sequence.rawValue
    start.sequenceFlags = UInt32(
      PerfettoTracePacket.SequenceFlags.seqIncrementalStateCleared.rawValue)
    start.internedData = words
    start.tracePacketDefaults.timestampClockID = TraceClock.sequence.rawValue
    if let track = sequence.track {
      start.tracePacketDefaults.trackEventDefaults.trackUuid = track.rawValue
    }
    start.clockSnapshot.clocks = [
      clock(.monotonic, header.clocks.monotonic), sequenceClock(0),
    ]
    return [descriptor(of: sequence), start]
  }

  // MARK: The session

  private var clocks: PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    packet.clockSnapshot.primaryTraceClock = .monotonic
    packet.clockSnapshot.clocks = [
      clock(.realtime, header.clocks.realtime), clock(.monotonic, header.clocks.monotonic),
      clock(.boottime, header.clocks.boottime),
    ]
    return packet
  }

  private var identity: PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    packet.traceUuid.msb = header.identity.high
    packet.traceUuid.lsb = header.identity.low
    return packet
  }

  private var attributes: PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    var format = PerfettoTraceAttributes.Attribute()
    format.key = SessionPreamble.formatKey
    format.longValue = Int64(SessionHeader.format)
    packet.traceAttributes.attribute =
      [format]
      + header.allAttributes.map { pair in
        var attribute = PerfettoTraceAttributes.Attribute()
        attribute.key = pair.key
        attribute.stringValue = pair.value
        return attribute
      }
    return packet
  }

  private var system: PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    packet.systemInfo.utsname.sysname = header.machine.system
    packet.systemInfo.utsname.release = header.machine.release
    packet.systemInfo.utsname.version = header.machine.build
    packet.systemInfo.utsname.machine = header.machine.architecture
    packet.systemInfo.numCpus = UInt32(clamping: header.machine.cores)
    return packet
  }

  private func clock(_ id: PerfettoBuiltinClock, _ time: UInt64) -> PerfettoClockSnapshot.Clock {
    var clock = PerfettoClockSnapshot.Clock()
    clock.clockID = UInt32(id.rawValue)
    clock.timestamp = time
    return clock
  }

  // MARK: Tracks

  private var process: PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    packet.trackDescriptor.uuid = TrackID.process.rawValue
    packet.trackDescriptor.process.pid = header.process
    packet.trackDescriptor.process.processName = "augtop \(header.scenario.name)"
    return packet
  }

  private func descriptor(_ counter: CounterTrack) -> PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    packet.trackDescriptor.uuid = counter.id.rawValue
    packet.trackDescriptor.parentUuid = TrackID.process.rawValue
    packet.trackDescriptor.name = counter.name
    switch counter.unit {
    case .count(let thing):
      packet.trackDescriptor.counter.unit = .count
      packet.trackDescriptor.counter.unitName = thing
    case .bytes: packet.trackDescriptor.counter.unit = .sizeBytes
    case .other(let name): packet.trackDescriptor.counter.unitName = name
    }
    return packet
  }

  /// Perfetto requires only that a thread's number is unique in its process; the kernel's numbers aren't
  /// available here.
  private func descriptor(of sequence: SequenceID) -> PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    if let track = sequence.track { packet.trackDescriptor.uuid = track.rawValue }
    packet.trackDescriptor.parentUuid = TrackID.process.rawValue
    if let name = sequence.plainName {
      packet.trackDescriptor.name = name
      return packet
    }
    packet.trackDescriptor.thread.pid = header.process
    packet.trackDescriptor.thread.tid = Int64(header.process) + Int64(sequence.rawValue)
    packet.trackDescriptor.thread.threadName =
      sequence == .consumer
      ? "gpu (simulated)"
      : "worker \(sequence.rawValue - SequenceID.worker(0).rawValue + 1)"
    return packet
  }

  // MARK: Words and clock

  /// Sets a sequence's clock: a reader that lost a packet before, or starts here, has correct times
  /// from here on.
  func synchronization(of sequence: SequenceID, at last: Nanoseconds) -> PerfettoTracePacket {
    let count = UInt64(bitPattern: last.count)
    var packet = PerfettoTracePacket()
    packet.trustedPacketSequenceID = sequence.rawValue
    packet.clockSnapshot.clocks = [
      clock(.monotonic, header.clocks.monotonic &+ count), sequenceClock(count),
    ]
    return packet
  }

  /// Counts nanoseconds since the session's start, each packet from the one before.
  private func sequenceClock(_ count: UInt64) -> PerfettoClockSnapshot.Clock {
    var clock = PerfettoClockSnapshot.Clock()
    clock.clockID = TraceClock.sequence.rawValue
    clock.timestamp = count
    clock.isIncremental = true
    return clock
  }

  private var words: PerfettoInternedData {
    var data = PerfettoInternedData()
    data.eventNames = TraceWord.names(header.stages).map { pair in
      var name = PerfettoEventName()
      name.iid = UInt64(pair.word.rawValue)
      name.name = pair.text
      return name
    }
    data.eventCategories = SliceCategory.allCases.map { category in
      var name = PerfettoEventCategory()
      name.iid = UInt64(category.rawValue)
      name.name = category.title
      return name
    }
    data.debugAnnotationNames = TraceWord.annotations.map { pair in
      var name = PerfettoDebugAnnotationName()
      name.iid = UInt64(pair.word.rawValue)
      name.name = pair.text
      return name
    }
    return data
  }
}

extension SequenceID {
  /// Of a track that is no thread of the emulated work.
  fileprivate var plainName: String? {
    switch self {
    case .session: "session"
    case .screen: "screen (augtop itself)"
    case .recorder: "recorder (augtop itself)"
    default: nil
    }
  }
}
