import Pipeline
import Quantities
import SwiftProtobuf

@testable import Tracing

/// Restores the full times and names of the moments in a trace.
///
/// Keeps each sequence's state (interned words, clock, track); a packet gives at most one moment.
/// Packets that refer to missing state are counted in `unresolved`.
struct MomentReader {
  /// A moment as a viewer shows it.
  struct Moment: Equatable, Sendable {
    var sequence: UInt32
    var track: TrackID
    var kind: TrackMoment.Kind
    var at: Nanoseconds
    var name: String
    var category: String
    var numbers: [String: Int64]
    var texts: [String: String]
    var value: TrackMoment.Value?
  }

  /// A track's description so far.
  struct Track: Equatable, Sendable {
    var name: String
    var isCounter: Bool
  }

  private(set) var tracks: [TrackID: Track] = [:]
  private(set) var unresolved = 0
  /// The session's start on CLOCK_MONOTONIC.
  private var start: UInt64 = 0
  private var sequences: [UInt32: Sequence] = [:]

  private struct Sequence {
    var names: [UInt64: String] = [:]
    var categories: [UInt64: String] = [:]
    var annotations: [UInt64: String] = [:]
    var track: UInt64 = 0
    var last: UInt64 = 0
  }

  init() {}

  mutating func read(_ packet: PerfettoTracePacket) -> Moment? {
    let id = packet.trustedPacketSequenceID
    let flags = PerfettoTracePacket.SequenceFlags.self
    if packet.sequenceFlags & UInt32(flags.seqIncrementalStateCleared.rawValue) != 0 {
      sequences[id] = Sequence()
    }
    learn(packet, id)
    switch packet.data {
    case .clockSnapshot(let snapshot): learn(snapshot, id)
    case .trackDescriptor(let track): learn(track)
    case .trackEvent(let event): return moment(event, in: packet)
    case .systemInfo, .traceAttributes, .traceUuid, nil: break
    }
    return nil
  }

  private mutating func learn(_ packet: PerfettoTracePacket, _ id: UInt32) {
    for name in packet.internedData.eventNames { sequences[id]?.names[name.iid] = name.name }
    for name in packet.internedData.eventCategories {
      sequences[id]?.categories[name.iid] = name.name
    }
    for name in packet.internedData.debugAnnotationNames {
      sequences[id]?.annotations[name.iid] = name.name
    }
    if packet.tracePacketDefaults.trackEventDefaults.hasTrackUuid {
      sequences[id]?.track = packet.tracePacketDefaults.trackEventDefaults.trackUuid
    }
  }

  private mutating func learn(_ snapshot: PerfettoClockSnapshot, _ id: UInt32) {
    for clock in snapshot.clocks {
      if clock.clockID == TraceClock.sequence.rawValue { sequences[id]?.last = clock.timestamp }
      if clock.clockID == TraceClock.monotonic.rawValue {
        start = clock.timestamp
      }
    }
  }

  private mutating func learn(_ track: PerfettoTrackDescriptor) {
    let name =
      track.hasThread
      ? track.thread.threadName : track.hasProcess ? track.process.processName : track.name
    tracks[TrackID(rawValue: track.uuid)] = Track(name: name, isCounter: track.hasCounter)
  }

  private mutating func moment(
    _ event: PerfettoTrackEvent, in packet: PerfettoTracePacket
  ) -> Moment? {
    let id = packet.trustedPacketSequenceID
    // First, so that a moment that makes no sense still moves its sequence's clock.
    let at = time(of: packet)
    let words = sequences[id] ?? Sequence()
    guard let kind = TrackMoment.Kind(rawValue: UInt8(clamping: event.type.rawValue)),
      let name = name(of: event, words),
      let category = event.categoryIids.first.map({ words.categories[$0] }) ?? ""
    else {
      unresolved += 1
      return nil
    }
    var moment = Moment(
      sequence: id, track: TrackID(rawValue: event.hasTrackUuid ? event.trackUuid : words.track),
      kind: kind, at: at, name: name, category: category, numbers: [:], texts: [:])
    for annotation in event.debugAnnotations {
      guard let name = self.name(of: annotation, words) else {
        unresolved += 1
        continue
      }
      switch annotation.value {
      case .intValue(let value): moment.numbers[name] = value
      case .stringValue(let value): moment.texts[name] = value
      case .boolValue, .doubleValue, .uintValue, nil: break
      }
    }
    switch event.counterValueField {
    case .counterValue(let value): moment.value = .whole(value)
    case .doubleCounterValue(let value): moment.value = .real(value)
    case nil: break
    }
    return moment
  }

  /// The time since the session's start.
  private mutating func time(of packet: PerfettoTracePacket) -> Nanoseconds {
    guard packet.timestampClockID != TraceClock.monotonic.rawValue else {
      return Nanoseconds(Int64(bitPattern: packet.timestamp &- start))
    }
    let time = (sequences[packet.trustedPacketSequenceID]?.last ?? 0) &+ packet.timestamp
    sequences[packet.trustedPacketSequenceID]?.last = time
    return Nanoseconds(Int64(bitPattern: time))
  }

  /// The name, in full or interned; nil for a number that was never interned.
  private func name(of event: PerfettoTrackEvent, _ words: Sequence) -> String? {
    switch event.nameField {
    case .nameIid(let iid): words.names[iid]
    case .name(let name): name
    case nil: ""
    }
  }

  private func name(of annotation: PerfettoDebugAnnotation, _ words: Sequence) -> String? {
    switch annotation.nameField {
    case .nameIid(let iid): words.annotations[iid]
    case .name(let name): name
    case nil: ""
    }
  }
}
