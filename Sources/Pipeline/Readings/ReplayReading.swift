package import Augmentation
package import Quantities

/// The position of a replay; part of its readings.
package struct ReplayReading: Sendable, Equatable {
  /// The motion of a replay.
  package enum Motion: Sendable, Equatable {
    /// Moving on by itself, or standing still until a key.
    case playing, held
    /// On its way to `position`; the part of the way that is done, 0...1.
    case seeking(Double)
    /// Held at the recording's last reading.
    case ended
  }

  /// Whether it plays, is held, seeks or has ended.
  package var motion = Motion.playing
  /// The moment that is shown, on the recorded session's clock.
  package var position = Nanoseconds.zero
  /// The end of the recording, on the same clock.
  package var end = Nanoseconds.zero
  /// The speed relative to the recorded one.
  package var speed = 1.0
  /// The part of the file that has been indexed, 0...1; nil once all has.
  package var indexed: Double?
  /// The re-simulation that runs from `position`; nil without one.
  package var resimulation: ResimulationReading?
  /// The last notice, with a number that grows from notice to notice; nil before the first.
  package var notice: (number: Int, kind: ReplayNotice)?

  /// A replay at its start.
  package init() {}

  /// Equal where everything is; notices are compared by number.
  package static func == (left: ReplayReading, right: ReplayReading) -> Bool {
    left.motion == right.motion && left.position == right.position && left.end == right.end
      && left.speed == right.speed && left.indexed == right.indexed
      && left.resimulation == right.resimulation && left.notice?.number == right.notice?.number
  }
}

/// The recorded figures that a re-simulation is compared with.
package struct ResimulationReading: Sendable, Equatable {
  /// The moment of the recording from which it runs.
  package var from: Nanoseconds
  /// The recorded epoch at that moment.
  package var recordedEpoch: EpochEstimate
  /// The recorded limit at that moment.
  package var recordedVerdict: Verdict.Kind

  /// Recorded figures at one moment.
  package init(
    from: Nanoseconds, recordedEpoch: EpochEstimate, recordedVerdict: Verdict.Kind
  ) {
    self.from = from
    self.recordedEpoch = recordedEpoch
    self.recordedVerdict = recordedVerdict
  }
}

/// A notice of a replay about a key or about its file.
package enum ReplayNotice: Sendable, Equatable {
  /// It has moved to a marker or a switch, which the text names.
  case seekTarget(String)
  /// The recording has no marker or switch in this direction.
  case noSeekTarget(isAhead: Bool)
  /// The part of the file that has been read has no marker or switch in this direction.
  case noSeekTargetYet(isAhead: Bool)
  /// The recording has ended.
  case ended
  /// There is no batch to step to.
  case noMoreBatches
  /// One step of the replay moved over this many batches, because brief batches are recorded as sums.
  case stepOfSeveral(Int)
  /// Too little is measured here to re-simulate from.
  case notMeasured
  /// The change can't be simulated, because the recording hasn't measured the stage up to here.
  case neverMeasured(StageID)
  /// The recording holds no measurement of stages under these costs.
  case otherCosts
  /// The change would make an invalid scenario, or one in which no step ends.
  case notPossible
  /// The recording is held during a re-simulation.
  case recordingStands
  /// A part of the file can't be used.
  case trouble(String)
  /// The index can't be kept next to the file.
  case indexNotKept(String)
}

/// A request that only a replayed session accepts.
package enum ReplayRequest: Hashable, Sendable {
  /// Holds a replay that plays, and plays one that is held.
  case playOrHold
  /// Moves to the next batch and holds.
  case stepBatch
  /// Moves forward or, with a negative time, back.
  case seek(by: Nanoseconds)
  /// Moves to the recording's start or end.
  case toStart, toEnd
  /// Plays at the next higher or lower speed of `ReplayReading.speeds`.
  case faster, slower
  /// Moves to the next or previous marker or switch.
  case nextLandmark, previousLandmark
  /// Begins a re-simulation, or goes back to the recording.
  case resimulate
}

extension ReplayReading {
  /// The speeds that keys step through.
  package static let speeds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
}
