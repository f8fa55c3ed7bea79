import Augmentation
import Pipeline

/// The words that a session file says once per sequence and then refers to by number.
///
/// Names of slices, names of annotations and categories are numbered each on their own, as Perfetto
/// has it: 1 is `load`, `batch` or the category of making. The raw value is the number in the file.
package struct TraceWord: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  package var rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  private init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// Slices: the session's stages are 1 to 19, and from 100 on those of longer lists.
  static func stage(_ stage: StageID) -> TraceWord {
    TraceWord(UInt8(stage.index < 19 ? stage.index + 1 : stage.index + 81))
  }

  /// The stage whose slices it names; nil where it is no stage's.
  var stage: StageID? {
    switch rawValue {
    case 1...19: StageID(Int(rawValue) - 1)
    case 100..<100 + UInt8(StageSet.capacity - 19): StageID(Int(rawValue) - 81)
    default: nil
    }
  }

  static let nap = TraceWord(20)
  static let room = TraceWord(21)
  static let starved = TraceWord(22)
  static let host = TraceWord(23)
  static let transfer = TraceWord(24)
  static let compute = TraceWord(25)
  static let demand = TraceWord(26)
  static let drawing = TraceWord(27)
  static let recording = TraceWord(28)

  // Annotations.
  static let batch = TraceWord(1)
  static let pictures = TraceWord(2)
  static let generation = TraceWord(3)
  static let cpu = TraceWord(4)
  static let lockWait = TraceWord(5)
  static let overrun = TraceWord(6)
  static let polls = TraceWord(7)
  static let depth = TraceWord(8)
  /// From a batch's start until it was whole, before it was put.
  static let made = TraceWord(9)
  /// 0 on a batch whose stages weren't measured.
  static let measured = TraceWord(10)
  static let since = TraceWord(11)
  static let predicted = TraceWord(12)
  static let low = TraceWord(13)
  static let high = TraceWord(14)
  static let serialization = TraceWord(15)
  static let deserialization = TraceWord(16)
  /// In billionths of the highest; 1 isn't told.
  static let clock = TraceWord(17)
  // Sums of what was left out.
  static let batches = TraceWord(18)
  static let make = TraceWord(19)
  static let steps = TraceWord(20)
  static let picturesTrained = TraceWord(21)
  static let starvedTime = TraceWord(22)
  static let stepLockWait = TraceWord(23)
  static let hostTime = TraceWord(24)
  static let busyTime = TraceWord(25)

  // Categories.
  static let making = TraceWord(1)
  static let stages = TraceWord(2)
  static let waiting = TraceWord(3)
  static let training = TraceWord(4)
  static let session = TraceWord(5)
  static let own = TraceWord(6)

  /// Every name of a slice in a session with these stages.
  static func names(_ stages: StageList) -> [(word: TraceWord, text: String)] {
    stages.map { (.stage($0.id), $0.name) } + [
      (.nap, "nap: queue full"), (.room, "wait for room"), (.starved, "starved"),
      (.host, "host"), (.transfer, "transfer"), (.compute, "compute"),
      (.demand, "wait for demand"),
      (.drawing, "draw a frame"), (.recording, "drain, count, record"),
    ]
  }

  /// Every name of an annotation, with its unit where it has one.
  static let annotations: [(word: TraceWord, text: String)] = [
    (.batch, "batch"), (.pictures, "pictures"), (.generation, "generation"), (.cpu, "cpu_ns"),
    (.lockWait, "lock_wait_ns"), (.overrun, "overrun_ns"), (.polls, "polls"), (.depth, "depth"),
    (.made, "made_ns"), (.measured, "measured"), (.since, "since_ns"),
    (.predicted, "predicted_ns"), (.low, "low_ns"), (.high, "high_ns"),
    (.serialization, "serialization_ns"), (.deserialization, "deserialization_ns"),
    (.clock, "clock_ppb"), (.batches, "batches"), (.make, "make_ns"), (.steps, "steps"),
    (.picturesTrained, "pictures_trained"), (.starvedTime, "starved_ns"),
    (.stepLockWait, "step_lock_wait_ns"), (.hostTime, "host_ns"), (.busyTime, "busy_ns"),
  ]

  static let categories: [(word: TraceWord, text: String)] = [
    (.making, "batch"), (.stages, "stage"), (.waiting, "wait"), (.training, "step"),
    (.session, "session"), (.own, "augtop itself"),
  ]
}
