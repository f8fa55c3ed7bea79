package import Augmentation
package import Pipeline

/// The name of a slice of time: the only place that says what slices are called, in session files and
/// in every export.
package enum SliceName: Hashable, Sendable {
  case batch
  case stage(StageID)
  case serialize
  case nap, room, demand
  /// The consumer's wait for the interpreter lock, before its host work.
  case lockWait
  case starved, step, host, transfer, compute
  case drawing, recording
  /// A pause of the training.
  case phase(PhaseKind)

  /// Every slice of a session with these stages.
  package static func all(_ stages: StageList) -> [SliceName] {
    [.batch] + stages.map { .stage($0.id) } + others.dropFirst()
  }

  /// All but the stages, in the order of their `index`.
  package static let others: [SliceName] = [
    .batch, .serialize, .nap, .room, .demand, .starved, .step, .host, .transfer, .compute, .drawing,
    .recording, .lockWait, .phase(.workerStart), .phase(.firstStep), .phase(.checkpoint),
    .phase(.validation), .phase(.workerEnd),
  ]

  /// A number for each of any session: the stages come last.
  package var index: Int {
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
    case .lockWait: 12
    case .phase(let kind): 13 + Int(kind.rawValue)
    case .stage(let stage): 18 + stage.index
    }
  }

  /// The bound of `index`.
  package static let indices = 18 + StageSet.capacity

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
    case .lockWait: "wait for the lock"
    case .step: "step"
    case .host: "host"
    case .transfer: "transfer"
    case .compute: "compute"
    case .drawing: "draw a frame"
    case .recording: "drain, count, record"
    case .phase(let kind): kind.title
    }
  }

  /// The kind of work.
  package var category: SliceCategory {
    switch self {
    case .batch: .batch
    case .stage, .serialize: .stage
    case .nap, .room, .demand, .starved, .lockWait: .wait
    case .step, .host, .transfer, .compute, .phase: .step
    case .drawing, .recording: .own
    }
  }
}

/// The kind of a slice or instant; the raw value is its number in a session file.
package enum SliceCategory: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case batch = 1
  case stage, wait, step, session, own

  /// Its name in session files and exports.
  package var title: String {
    switch self {
    case .batch: "batch"
    case .stage: "stage"
    case .wait: "wait"
    case .step: "step"
    case .session: "session"
    case .own: "augtop itself"
    }
  }
}

extension SliceName {
  /// The number of its name in a session file; nil for batches and steps, which have a number in their
  /// name, and for what is no slice there. The session's stages are 1 to 19, and from 100 on those of
  /// longer lists.
  package var word: TraceWord? {
    switch self {
    case .batch, .step, .serialize: nil
    case .stage(let stage): TraceWord(UInt8(stage.index < 19 ? stage.index + 1 : stage.index + 81))
    case .nap: TraceWord(20)
    case .room: TraceWord(21)
    case .starved: TraceWord(22)
    case .host: TraceWord(23)
    case .transfer: TraceWord(24)
    case .compute: TraceWord(25)
    case .demand: TraceWord(26)
    case .drawing: TraceWord(27)
    case .recording: TraceWord(28)
    case .lockWait: TraceWord(29)
    case .phase(let kind): TraceWord(30 + kind.rawValue)
    }
  }

  /// The slice of that number; nil where there is none.
  package init?(word: TraceWord) {
    switch word.rawValue {
    case 1...19: self = .stage(StageID(Int(word.rawValue) - 1))
    case 100..<100 + UInt8(StageSet.capacity - 19): self = .stage(StageID(Int(word.rawValue) - 81))
    case 20: self = .nap
    case 21: self = .room
    case 22: self = .starved
    case 23: self = .host
    case 24: self = .transfer
    case 25: self = .compute
    case 26: self = .demand
    case 27: self = .drawing
    case 28: self = .recording
    case 29: self = .lockWait
    case 30...34: self = .phase(PhaseKind.allCases[Int(word.rawValue) - 30])
    default: return nil
    }
  }
}
