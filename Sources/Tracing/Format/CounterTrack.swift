import Augmentation
package import Pipeline
import Quantities

/// A counter of a session file: a track with one number for each moment at which it was read.
package struct CounterTrack: Sendable {
  /// The number of its track in the file.
  package let id: TrackID
  /// The track's title, as a viewer shows it: "queue depth".
  package let name: String
  let unit: Unit
  /// Its number in a reading; nil where the reading has none yet.
  let value: @Sendable (Reading) -> TrackMoment.Value?

  enum Unit: Sendable {
    case count(of: String)
    case bytes
    case other(String)
  }

  /// Written with events, not with readings: on every put and every take.
  package static let queueDepth = CounterTrack(
    0, "queue depth", .count(of: "batches")
  ) { _ in nil }

  /// The counters that are written with every reading, one CPU counter for each stage among them.
  ///
  /// - Parameter stages: The session's stages, in their order.
  package static func readings(_ stages: StageList) -> [CounterTrack] {
    [
      CounterTrack(1, "gpu busy", .other("%")) { percent($0.consumer.busy) },
      CounterTrack(2, "gpu host", .other("%")) { percent($0.consumer.host) },
      CounterTrack(3, "gpu starved", .other("%")) { percent($0.consumer.starved) },
      CounterTrack(4, "images/s", .other("images/s")) { .real($0.consumer.imagesPerSecond) },
      CounterTrack(5, "images trained", .count(of: "images")) { .whole(Int64($0.imagesTrained)) },
      CounterTrack(ownCPU, "augtop cpu", .other("% of a core")) { percent($0.own.cpuFraction) },
      CounterTrack(emulatedCores, "emulated work", .other("cores")) { .real($0.own.emulatedCores) },
      CounterTrack(droppedEvents, "dropped events", .count(of: "events")) {
        .whole(Int64($0.own.droppedEvents))
      },
      CounterTrack(residentMemory, "resident memory", .bytes) {
        .whole(Int64($0.own.residentBytes))
      },
      CounterTrack(10, "clock", .other("of the maximum")) { .real($0.consumer.clock) },
      CounterTrack(11, "batches made", .count(of: "batches")) { .whole(Int64($0.batchesMade)) },
      CounterTrack(batchesTrained, "batches trained", .count(of: "batches")) {
        .whole(Int64($0.batchesTrained))
      },
      CounterTrack(timePerEvent, "augtop per event", .other("ns")) {
        .real($0.own.nanosecondsPerEvent)
      },
    ]
      + stages.map { stage in
        CounterTrack(.stage(stage.id), "cpu \(stage.name)", .other("µs/image")) { reading in
          reading.stage(stage.id)?.cpuPerImage.map { .real($0.microseconds) }
        }
      }
  }

  /// Every counter of a session with these stages, the queue's depth first.
  package static func all(_ stages: StageList) -> [CounterTrack] {
    [queueDepth] + readings(stages)
  }

  private init(
    _ index: Int, _ name: String, _ unit: Unit,
    value: @escaping @Sendable (Reading) -> TrackMoment.Value?
  ) {
    self.init(.counter(index), name, unit, value: value)
  }

  private init(
    _ id: TrackID, _ name: String, _ unit: Unit,
    value: @escaping @Sendable (Reading) -> TrackMoment.Value?
  ) {
    self.id = id
    self.name = name
    self.unit = unit
    self.value = value
  }

  private static func percent(_ fraction: Double) -> TrackMoment.Value { .real(fraction * 100) }
}

extension CounterTrack {
  /// augtop's own CPU time, in percent of one processor.
  package static let ownCPU = TrackID.counter(6)
  /// Processors that emulated work keeps busy.
  package static let emulatedCores = TrackID.counter(7)
  /// Events that the recorder lost.
  package static let droppedEvents = TrackID.counter(8)
  /// augtop's resident memory, in bytes.
  package static let residentMemory = TrackID.counter(9)
  /// Batches trained since the session's start.
  package static let batchesTrained = TrackID.counter(12)
  /// augtop's own time for one event, in nanoseconds.
  package static let timePerEvent = TrackID.counter(13)

  /// The unit of its numbers: "bytes", "ns", or the things that are counted, as "batches".
  package var unitName: String {
    switch unit {
    case .count(let thing): thing
    case .bytes: "bytes"
    case .other(let name): name
    }
  }
}
