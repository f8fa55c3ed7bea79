import Augmentation
import Pipeline

/// A text that a session file has once per sequence, and then refers to by number.
///
/// Names of slices (`SliceName.word`), names of annotations and categories (`SliceCategory`) are numbered
/// each on their own, as Perfetto has it. The raw value is the number in the file.
package struct TraceWord: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The number in the file, 1 to 255 within its table.
  package var rawValue: UInt8

  /// The text with this number; the table depends on the field that the number stands in.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ rawValue: UInt8) { self.rawValue = rawValue }

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
  /// In billionths of the highest clock; left out where it is the highest.
  static let clock = TraceWord(17)
  // Sums of batches and steps that weren't recorded one by one.
  static let batches = TraceWord(18)
  static let make = TraceWord(19)
  static let steps = TraceWord(20)
  static let picturesTrained = TraceWord(21)
  static let starvedTime = TraceWord(22)
  static let stepLockWait = TraceWord(23)
  static let hostTime = TraceWord(24)
  static let busyTime = TraceWord(25)
  /// Left out where a batch has no such time.
  static let idle = TraceWord(26)

  /// Every name of a slice in a session with these stages.
  static func names(_ stages: StageList) -> [(word: TraceWord, text: String)] {
    SliceName.all(stages).compactMap { name in name.word.map { ($0, name.title(stages)) } }
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
    (.idle, "idle_ns"),
  ]
}
