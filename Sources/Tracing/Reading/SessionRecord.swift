package import Augmentation
package import Host
package import Pipeline
package import Quantities

/// One record of a session file, with the values that the session had.
///
/// Events, sums and notes that are fed to a `SessionLedger` in their order give the report of the
/// live session.
package enum SessionRecord: Sendable {
  /// A batch made or taken, a training step, a wait, or a change that took effect.
  case event(Event)
  /// Sums of batches and steps that weren't recorded one by one.
  case unrecorded(UnrecordedTotals)
  /// A change that was asked for, a pause, a marker, or another rare occurrence.
  case note(Note, at: Nanoseconds)
  /// A counter's number at the time of a reading.
  case counter(TrackID, Double, at: Nanoseconds)
  /// The session's limit, where it differs from the one before.
  case verdict(RecordedVerdict)
  /// The epoch that was predicted for a change.
  case prediction(RecordedPrediction)
  /// A span of augtop's own work.
  case ownWork(OwnWork)
  /// The session's end, with the reason where it failed.
  case ended(at: Nanoseconds, failure: String?)

  /// The moment at which it was over, since the session's start.
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

/// A verdict that differs from the one before: the session's limit from `at` on.
package struct RecordedVerdict: Sendable, Equatable {
  /// The limit.
  package var kind: Verdict.Kind
  /// The stage that costs most, where batches are the limit.
  package var stage: StageID?
  /// The reason, as it was shown; empty where the file has none.
  package var because: String
  /// The moment of the reading, since the session's start.
  package var at: Nanoseconds
}

/// The epoch that was predicted for a change.
package struct RecordedPrediction: Sendable, Equatable {
  /// The change, which need not have been made.
  package var change: ScenarioChange
  /// The predicted duration with its 90 % interval.
  package var epoch: EpochEstimate
  /// The moment of the prediction, since the session's start.
  package var at: Nanoseconds
}

/// The parts of a session file that couldn't be used.
package struct RecordingTrouble: Sendable, Equatable {
  /// Bytes after the last whole packet: the session was killed, or the file was cut.
  package var tornBytes = 0
  /// Places with invalid bytes.
  package var damagedPlaces = 0
  /// Bytes that were skipped at those places.
  package var skippedBytes = 0
  /// The first of those places, in bytes from the file's start; nil where there is none.
  package var firstDamage: Int?
  /// Moments that couldn't be used because packets they depend on are damaged or missing.
  package var lostMoments = 0
  /// Whether the file is compressed and its gzip data end early or are damaged.
  package var isExpansionCut = false
  /// The kernel's error that ended the reading early; nil where there was none.
  package var failure: SystemError?

  /// No trouble: the file could be used as a whole.
  package init() {}

  /// Whether the whole file could be used.
  package var isNone: Bool { self == RecordingTrouble() }
}
