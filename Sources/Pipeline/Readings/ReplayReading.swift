package import Augmentation
package import Quantities

/// Where a replayed recording stands; part of its readings.
package struct ReplayReading: Sendable, Equatable {
  package enum Motion: Sendable, Equatable {
    case playing, held
    /// On its way to `position`; so much of the way is done.
    case seeking(Double)
    /// The recording's last reading stands.
    case ended
  }

  package var motion = Motion.playing
  /// On the recorded session's clock.
  package var position = Nanoseconds.zero
  /// When the recording ends.
  package var end = Nanoseconds.zero
  /// How much faster than recorded it goes.
  package var speed = 1.0
  /// How much of the file the index knows of; nil once it knows all.
  package var indexed: Double?
  /// The recording stands, and its costs run on under other settings.
  package var resimulation: ResimulationReading?
  /// The last word about what happened or couldn't; each has a number of its own.
  package var notice: (number: Int, word: ReplayNotice)?

  package init() {}

  package static func == (left: ReplayReading, right: ReplayReading) -> Bool {
    left.motion == right.motion && left.position == right.position && left.end == right.end
      && left.speed == right.speed && left.indexed == right.indexed
      && left.resimulation == right.resimulation && left.notice?.number == right.notice?.number
  }
}

/// What the recording says beside which its costs run on.
package struct ResimulationReading: Sendable, Equatable {
  /// Where the recording stands.
  package var from: Nanoseconds
  package var recordedEpoch: EpochEstimate
  package var recordedVerdict: Verdict.Kind

  package init(
    from: Nanoseconds, recordedEpoch: EpochEstimate, recordedVerdict: Verdict.Kind
  ) {
    self.from = from
    self.recordedEpoch = recordedEpoch
    self.recordedVerdict = recordedVerdict
  }
}

/// What a replay has to say about a key, or about its file.
package enum ReplayNotice: Sendable, Equatable {
  /// It stands at a marker or a switch.
  case seekTarget(String)
  case noSeekTarget(isAhead: Bool)
  /// The same, as far as the file has been read.
  case noSeekTargetYet(isAhead: Bool)
  case ended
  case noMoreBatches
  /// So many batches make one step: so brief ones are recorded as sums.
  case stepOfSeveral(Int)
  /// Re-simulation has nothing to go by here.
  case notMeasured
  /// A change isn't simulated: the recording hasn't measured the stage here.
  case neverMeasured(Stage)
  /// The recording doesn't know what stages take under these costs.
  case otherCosts
  case notPossible
  /// The recording stands while its costs run on.
  case recordingStands
  /// What of the file can't be used.
  case trouble(String)
  /// The index can't be kept beside the file.
  case indexNotKept(String)
}

/// What can be asked of a replayed session alone.
package enum ReplayRequest: Hashable, Sendable {
  case playOrHold
  case stepBatch
  case seek(by: Nanoseconds)
  case toStart, toEnd
  case faster, slower
  case nextLandmark, previousLandmark
  /// The recorded costs run on with settings that can be changed, or the recording goes on.
  case resimulate
}

extension ReplayReading {
  /// The steps of the keys for it.
  package static let speeds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
}
