package import Augmentation
import Pipeline
import Quantities

/// What a slice of time is called, in every format alike.
package enum SliceName: Hashable, Sendable, CaseIterable {
  case batch
  case stage(Stage)
  case serialize
  case nap, room, demand
  case starved, step, host, transfer, compute
  case drawing, recording

  package static let allCases: [SliceName] =
    [.batch] + Stage.allCases.map(SliceName.stage) + [
      .serialize, .nap, .room, .demand, .starved, .step, .host, .transfer, .compute, .drawing,
      .recording,
    ]

  /// All but the stages.
  static let beside = allCases.filter { if case .stage = $0 { false } else { true } }

  /// Its place in `allCases`.
  var index: Int {
    switch self {
    case .batch: 0
    case .stage(let stage): 1 + stage.index
    case .serialize: 15
    case .nap: 16
    case .room: 17
    case .demand: 18
    case .starved: 19
    case .step: 20
    case .host: 21
    case .transfer: 22
    case .compute: 23
    case .drawing: 24
    case .recording: 25
    }
  }

  package var title: String {
    switch self {
    case .batch: "batch"
    case .stage(let stage): stage.rawValue
    case .serialize: "serialize"
    case .nap: "nap: queue full"
    case .room: "wait for room"
    case .demand: "wait for demand"
    case .starved: "starved"
    case .step: "step"
    case .host: "host"
    case .transfer: "transfer"
    case .compute: "compute"
    case .drawing: "draw a frame"
    case .recording: "drain, count, record"
    }
  }

  package var category: String {
    switch self {
    case .batch: "batch"
    case .stage, .serialize: "stage"
    case .nap, .room, .demand, .starved: "wait"
    case .step, .host, .transfer, .compute: "step"
    case .drawing, .recording: "augtop itself"
    }
  }
}

/// Whose slices they are.
package enum SliceTrack: Hashable, Sendable {
  case worker(Int)
  case consumer
  case screen
  case recorder

  package var title: String {
    switch self {
    case .worker(let worker): "worker \(worker + 1)"
    case .consumer: "gpu (simulated)"
    case .screen: "screen (augtop itself)"
    case .recorder: "recorder (augtop itself)"
    }
  }

  /// Above one another in this order.
  var order: Int {
    switch self {
    case .consumer: 0
    case .worker(let worker): 10 + worker
    case .screen: 1_000_000
    case .recorder: 1_000_001
    }
  }
}

/// A slice of time on a track.
struct Slice {
  var track: SliceTrack
  var name: SliceName
  var start: Nanoseconds
  var end: Nanoseconds
  /// Whose it is; nil of a nap.
  var batch: Int?
  /// Whether it lies in the slice that was told last with `isInner` false.
  var isInner = false

  var length: Nanoseconds { end - start }
}
