import Augmentation
import Pipeline
package import Quantities

/// One moment on one track: a slice's begin or end, an instant, a counter's new value.
///
/// A session file consists of them; `SequenceState.write(_:to:)` writes one as a packet.
package struct TrackMoment: Sendable {
  /// The type of a moment; the raw values are those of `TrackEvent.Type` in Perfetto.
  package enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// A slice begins.
    case begin = 1
    /// The innermost open slice of the track ends.
    case end = 2
    /// Something happened that has no length.
    case instant = 3
    /// A counter has a new number, in `value`.
    case counter = 4
  }

  /// The name of a slice or an instant.
  package enum Name: Sendable, Hashable {
    /// No name, as on the end of a slice and on a counter.
    case none
    /// A text of the sequence's table, written as its number.
    case word(TraceWord)
    /// A text and a number: "batch 12".
    case numbered(StaticWord, Int)
    /// A text that is written in full.
    case text(String)
  }

  /// The text before the number in a numbered name.
  package enum StaticWord: String, Sendable {
    /// A batch that a worker makes.
    case batch = "batch "
    /// A training step, numbered as its batch.
    case step = "step "
  }

  /// The number of a counter.
  package enum Value: Sendable, Hashable, BitwiseCopyable {
    /// A whole number, as a count or bytes.
    case whole(Int64)
    /// A number with decimals, as a rate or a share.
    case real(Double)
  }

  /// An end of the arrow that a viewer draws from the making of a batch to its training step.
  package enum Flow: Sendable, Hashable, BitwiseCopyable {
    /// No arrow.
    case none
    /// The arrow of this batch starts here, on the worker's track.
    case starts(batch: Int)
    /// The arrow of this batch ends here, on the consumer's track.
    case ends(batch: Int)
  }

  /// The capacity of `numbers`: the annotations of a batch or of `UnrecordedTotals`.
  static let mostNumbers = 13

  /// The sequence that the moment is written in.
  package var sequence: SequenceID
  /// The type of the moment.
  package var kind: Kind
  /// The time since the session's start.
  package var at: Nanoseconds
  /// The name; `.none` for ends and counters.
  package var name = Name.none
  package var category: SliceCategory?
  /// Where it isn't the sequence's own track.
  package var track: TrackID?
  /// The names of the annotations with numbers, which include the unit: `cpu_ns`; only the first
  /// `numberCount` are in use.
  package private(set) var words = InlineArray<13, TraceWord>(repeating: .batch)
  /// Their numbers, in the units that the names give. Apart from the names, they take half the room.
  package private(set) var numbers = InlineArray<13, Int64>(repeating: 0)
  /// The number of annotations with numbers, 13 at most.
  package private(set) var numberCount = 0
  /// The annotations with texts.
  package var texts: [SessionHeader.Attribute] = []
  /// The number of a counter; nil for other kinds.
  package var value: Value?
  /// The end of an arrow at this moment.
  package var flow = Flow.none

  /// A moment without name, category and annotations.
  package init(_ kind: Kind, on sequence: SequenceID, at: Nanoseconds) {
    self.sequence = sequence
    self.kind = kind
    self.at = at
  }

  /// Adds an annotation; traps where the moment has 13 already.
  package mutating func annotate(_ word: TraceWord, _ value: Int64) {
    precondition(numberCount < Self.mostNumbers, "a moment has room for thirteen numbers")
    words[numberCount] = word
    numbers[numberCount] = value
    numberCount += 1
  }
}

/// The number of a track, a row of the viewer; numbers below 128 take one byte in the file.
package struct TrackID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number in the file; 0 is no track.
  package var rawValue: UInt64

  /// The track with this number, which need not exist.
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The process, the parent of all other tracks.
  package static let process = TrackID(rawValue: 1)
  /// The session: changes, pauses, markers, verdicts, predictions.
  package static let session = TrackID(rawValue: 2)
  /// The consumer, the simulated GPU: its waits and training steps.
  package static let consumer = TrackID(rawValue: 3)
  /// A counter of the session; counters are 4 to 63.
  static func counter(_ index: Int) -> TrackID { TrackID(rawValue: 4 + UInt64(index)) }
  /// The counter of a stage's CPU time: counters 16 to 59 for the first 44 stages, and numbers from
  /// 9 044 on, which no worker has, for the rest.
  static func stage(_ stage: StageID) -> TrackID {
    stage.index < 44 ? counter(16 + stage.index) : TrackID(rawValue: 9_000 + UInt64(stage.index))
  }
  /// A worker, counted from 0: its batches and waits.
  package static func worker(_ worker: Int) -> TrackID { TrackID(rawValue: 64 + UInt64(worker)) }
  /// The screen, whose slices are augtop's own work; a number that no worker has.
  package static let screen = TrackID(rawValue: 8_000)
  /// The recorder, whose slices are augtop's own work.
  package static let recorder = TrackID(rawValue: 8_001)
}

/// The number of a sequence: the packets of one thread, which share a table of texts and a clock on
/// which each time is counted from the one before.
package struct SequenceID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number in the file; 0 is no sequence.
  package var rawValue: UInt32

  /// The sequence with this number, which need not exist.
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The packets on the session's track and on its counters.
  package static let session = SequenceID(rawValue: 1)
  /// The packets of the consumer's thread.
  package static let consumer = SequenceID(rawValue: 2)
  /// The packets of a worker's thread, counted from 0.
  package static func worker(_ worker: Int) -> SequenceID {
    SequenceID(rawValue: 3 + UInt32(worker))
  }
  /// The packets of the screen's thread.
  package static let screen = SequenceID(rawValue: 8_000)
  /// The packets of the recorder's thread.
  package static let recorder = SequenceID(rawValue: 8_001)

  /// The track of its slices and instants; nil for 0, which is no sequence.
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
