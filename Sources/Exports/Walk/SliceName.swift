package import Augmentation
package import Pipeline
import Quantities

/// What a slice of time is called, in every format alike.
package enum SliceName: Hashable, Sendable {
  case batch
  case stage(StageID)
  case serialize
  case nap, room, demand
  case starved, step, host, transfer, compute
  case drawing, recording

  /// Every slice of a session with these stages.
  package static func all(_ stages: StageList) -> [SliceName] {
    [.batch] + stages.map { .stage($0.id) } + beside.dropFirst()
  }

  /// All but the stages, in the order of their `index`.
  static let beside: [SliceName] = [
    .batch, .serialize, .nap, .room, .demand, .starved, .step, .host, .transfer, .compute, .drawing,
    .recording,
  ]

  /// A number for each of any session: the stages come last.
  var index: Int {
    switch self {
    case .batch: 0
    case .serialize: 1
    case .nap: 2
    case .room: 3
    case .demand: 4
    case .starved: 5
    case .step: 6
    case .host: 7
    case .transfer: 8
    case .compute: 9
    case .drawing: 10
    case .recording: 11
    case .stage(let stage): 12 + stage.index
    }
  }

  /// Numbers that `index` may be below.
  static let indices = 12 + StageSet.capacity

  /// - Parameter stages: The session's.
  package func title(_ stages: StageList) -> String {
    switch self {
    case .batch: "batch"
    case .stage(let stage): stages[stage].name
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
