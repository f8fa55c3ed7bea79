package import Augmentation
package import Host
package import Pipeline
package import Quantities

/// One thing that a session file tells of, as the session had it.
///
/// Fed to a `SessionLedger` in their order, events, notes and readings give the live session's report.
package enum SessionRecord: Sendable {
  case event(Event)
  /// What isn't told event by event.
  case unrecorded(UnrecordedTotals)
  case note(Note, at: Nanoseconds)
  /// A counter's number at the time of a reading.
  case counter(TrackID, Double, at: Nanoseconds)
  case verdict(RecordedVerdict)
  case prediction(RecordedPrediction)
  case ownWork(OwnWork)
  case ended(at: Nanoseconds, failure: String?)

  /// When it was over.
  package var at: Nanoseconds {
    switch self {
    case .event(let event): event.at
    case .unrecorded(let unrecorded): unrecorded.to
    case .note(_, let at), .counter(_, _, let at), .ended(let at, _): at
    case .verdict(let verdict): verdict.at
    case .prediction(let prediction): prediction.at
    case .ownWork(let work): work.end
    }
  }
}

/// From here on something else limited the session.
package struct RecordedVerdict: Sendable, Equatable {
  package var kind: Verdict.Kind
  package var stage: StageID?
  package var because: String
  package var at: Nanoseconds
}

/// What a change was said to make of the epoch.
package struct RecordedPrediction: Sendable, Equatable {
  package var change: ScenarioChange
  package var epoch: EpochEstimate
  package var at: Nanoseconds
}

/// What of a session file couldn't be used.
package struct RecordingTrouble: Sendable, Equatable {
  /// Bytes after the last whole packet: the session was killed, or the file was cut.
  package var tornBytes = 0
  /// Places where bytes made no sense, and bytes that were stepped over there.
  package var damagedPlaces = 0
  package var skippedBytes = 0
  /// The first such place, in bytes from the file's start.
  package var firstDamage: Int?
  /// Moments whose time or meaning was lost with what was damaged.
  package var lostMoments = 0
  /// The kernel's answer where it ended the reading early.
  package var failure: SystemError?

  package init() {}

  package var isNone: Bool { self == RecordingTrouble() }
}
