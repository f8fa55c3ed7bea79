import Pipeline
package import Quantities
import Tracing

/// The part of a session to export: a span of time, and some of its tracks.
package struct Selection: Sendable, Equatable {
  /// A group of a session's tracks; the raw value is its name at the command line.
  package enum Part: String, CaseIterable, Sendable {
    /// Tracks of the pipeline.
    case workers, consumer, queue, counters
    /// Changes, markers, pauses, verdicts, predictions and the session's end.
    case session
    /// augtop's own work.
    case own
  }

  /// Records that end at this time or later are selected.
  package var from: Nanoseconds
  /// Records that end before this time are selected; adjacent selections add up to the whole.
  package var to: Nanoseconds
  /// The selected tracks.
  package var parts: Set<Part>

  /// The whole session.
  package static let everything = Selection()

  /// A span of time and some tracks; by default everything.
  package init(
    from: Nanoseconds = .zero, to: Nanoseconds = .never, parts: Set<Part> = Set(Part.allCases)
  ) {
    self.from = from
    self.to = to
    self.parts = parts
  }

  /// Whether a track is selected.
  package func has(_ part: Part) -> Bool { parts.contains(part) }

  /// Whether the slices of a track are selected.
  func shows(_ track: SequenceID) -> Bool {
    switch track {
    case .consumer: has(.consumer)
    case .screen, .recorder: has(.own)
    case .session: has(.session)
    default: has(.workers)
    }
  }

  func contains(_ record: borrowing SessionRecord) -> Bool {
    let at = record.at
    guard at >= from, at < to else { return false }
    switch record {
    case .unrecorded: return has(.workers) || has(.consumer)
    case .event(.made): return has(.workers) || has(.queue)
    case .event(.taken): return has(.consumer) || has(.queue)
    case .event(.waited): return has(.workers)
    case .event(.stepped), .event(.phase): return has(.consumer)
    case .event(.applied), .note, .verdict, .prediction, .ended: return has(.session)
    case .counter: return has(.counters)
    case .ownWork: return has(.own)
    }
  }
}
