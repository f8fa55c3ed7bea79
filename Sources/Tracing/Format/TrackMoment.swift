import Augmentation
import Pipeline
package import Quantities

/// One moment on one track: a slice's begin or end, an instant, a counter's new value.
///
/// A session file consists of them; `SequenceState.write(_:to:)` writes one as a packet.
package struct TrackMoment: Sendable {
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    // The numbers are Perfetto's (TrackEvent.Type).
    case begin = 1
    case end = 2
    case instant = 3
    case counter = 4
  }

  package enum Name: Sendable, Hashable {
    case none
    case word(TraceWord)
    /// A word and a number: "batch 12".
    case numbered(StaticWord, Int)
    case text(String)
  }

  /// What is counted in a name.
  package enum StaticWord: String, Sendable {
    case batch = "batch "
    case step = "step "
  }

  package enum Value: Sendable, Hashable, BitwiseCopyable {
    case whole(Int64)
    case real(Double)
  }

  /// An annotation with a number.
  package struct Number: Sendable, Hashable, BitwiseCopyable {
    package var word: TraceWord
    package var value: Int64
  }

  /// A batch's way from one track to another.
  package enum Flow: Sendable, Hashable, BitwiseCopyable {
    case none
    case starts(batch: Int)
    case ends(batch: Int)
  }

  /// Room for the annotations of a batch, or of what was left out.
  static let mostNumbers = 13

  package var sequence: SequenceID
  package var kind: Kind
  package var at: Nanoseconds
  package var name = Name.none
  package var category: SliceCategory?
  /// Where it isn't the sequence's own track.
  package var track: TrackID?
  package private(set) var numbers = InlineArray<13, Number>(
    repeating: Number(word: .batch, value: 0))
  package private(set) var numberCount = 0
  package var texts: [SessionHeader.Attribute] = []
  package var value: Value?
  package var flow = Flow.none

  package init(_ kind: Kind, on sequence: SequenceID, at: Nanoseconds) {
    self.sequence = sequence
    self.kind = kind
    self.at = at
  }

  package mutating func annotate(_ word: TraceWord, _ value: Int64) {
    precondition(numberCount < Self.mostNumbers, "a moment has room for thirteen numbers")
    numbers[numberCount] = Number(word: word, value: value)
    numberCount += 1
  }
}

/// One row of the viewer; small numbers take one byte in the file.
package struct TrackID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The process, under which all others stand.
  package static let process = TrackID(rawValue: 1)
  /// Changes, pauses, markers.
  package static let session = TrackID(rawValue: 2)
  package static let consumer = TrackID(rawValue: 3)
  /// Counters are 4 to 63.
  static func counter(_ index: Int) -> TrackID { TrackID(rawValue: 4 + UInt64(index)) }
  /// A stage's CPU time: counters 16 to 59, and those of longer lists far from any worker.
  static func stage(_ stage: StageID) -> TrackID {
    stage.index < 44 ? counter(16 + stage.index) : TrackID(rawValue: 9_000 + UInt64(stage.index))
  }
  package static func worker(_ worker: Int) -> TrackID { TrackID(rawValue: 64 + UInt64(worker)) }
  /// augtop's own work; far from any worker.
  package static let screen = TrackID(rawValue: 8_000)
  package static let recorder = TrackID(rawValue: 8_001)
}

/// One thread's packets, which share a table of words and a clock that counts on.
package struct SequenceID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package var rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let session = SequenceID(rawValue: 1)
  package static let consumer = SequenceID(rawValue: 2)
  package static func worker(_ worker: Int) -> SequenceID {
    SequenceID(rawValue: 3 + UInt32(worker))
  }
  package static let screen = SequenceID(rawValue: 8_000)
  package static let recorder = SequenceID(rawValue: 8_001)

  /// The track its slices and instants are on; nil for 0, which is nobody's.
  package var track: TrackID? {
    switch self {
    case .session: .session
    case .consumer: .consumer
    case .screen: .screen
    case .recorder: .recorder
    case _ where rawValue >= Self.worker(0).rawValue:
      .worker(Int(rawValue - Self.worker(0).rawValue))
    default: nil
    }
  }

  /// Whether the track is a thread of the emulated work.
  var isThread: Bool {
    switch self {
    case .session, .screen, .recorder: false
    default: true
    }
  }

  /// The name of its track, in session files and exports alike.
  package var title: String {
    switch self {
    case .session: "session"
    case .consumer: "gpu (simulated)"
    case .screen: "screen (augtop itself)"
    case .recorder: "recorder (augtop itself)"
    default: "worker \(Int(rawValue) - Int(SequenceID.worker(0).rawValue) + 1)"
    }
  }
}
