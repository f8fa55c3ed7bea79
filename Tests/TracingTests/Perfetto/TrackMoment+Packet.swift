import Pipeline
import Quantities
import SwiftProtobuf

@testable import Tracing

extension TrackMoment {
  /// The packet that encodes this moment: the slow reference implementation, which defines the format.
  ///
  /// Times are relative to the sequence's last (`TraceClock.sequence`). A moment before it, which occurs
  /// because two threads write to one track, has its full time on CLOCK_MONOTONIC instead.
  ///
  /// - Parameters:
  ///   - last: The time of the sequence's last moment that wasn't late.
  ///   - start: The session's start on CLOCK_MONOTONIC, in nanoseconds.
  func packet(after last: Nanoseconds, start: UInt64) -> PerfettoTracePacket {
    var packet = PerfettoTracePacket()
    if at < last {
      packet.timestamp = start &+ UInt64(bitPattern: at.count)
      packet.timestampClockID = UInt32(PerfettoBuiltinClock.monotonic.rawValue)
    } else {
      packet.timestamp = UInt64((at - last).count)
    }
    packet.trustedPacketSequenceID = sequence.rawValue
    packet.sequenceFlags = UInt32(
      PerfettoTracePacket.SequenceFlags.seqNeedsIncrementalState.rawValue)
    packet.trackEvent = trackEvent
    return packet
  }

  private var trackEvent: PerfettoTrackEvent {
    var event = PerfettoTrackEvent()
    if let category { event.categoryIids = [UInt64(category.rawValue)] }
    for index in 0..<numberCount {
      var annotation = PerfettoDebugAnnotation()
      annotation.nameIid = UInt64(words[index].rawValue)
      annotation.intValue = numbers[index]
      event.debugAnnotations.append(annotation)
    }
    for text in texts {
      var annotation = PerfettoDebugAnnotation()
      annotation.stringValue = text.value
      annotation.name = text.key
      event.debugAnnotations.append(annotation)
    }
    event.type = PerfettoTrackEvent.TypeEnum(rawValue: Int(kind.rawValue)) ?? .unspecified
    switch name {
    case .none: break
    case .word(let word): event.nameIid = UInt64(word.rawValue)
    case .numbered(let word, let number): event.name = "\(word.rawValue)\(number)"
    case .text(let text): event.name = text
    }
    if let track { event.trackUuid = track.rawValue }
    switch value {
    case .whole(let whole): event.counterValue = whole
    case .real(let real): event.doubleCounterValue = real
    case nil: break
    }
    switch flow {
    case .none: break
    case .starts(let batch): event.flowIds = [Self.flowID(batch)]
    case .ends(let batch): event.terminatingFlowIds = [Self.flowID(batch)]
    }
    return event
  }
}
