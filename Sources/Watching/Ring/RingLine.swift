import FoundationEssentials

/// A line of a ring's text page: what happens rarely, and names.
///
/// Every field may be missing, since a job writes it; `kind` says which ones belong to it.
package struct RingLine: Decodable, Sendable, Equatable {
  /// The line's kind: `hello`, `stage`, `loader`, `workers`, `worker`, `again`, `shape`, `refused`,
  /// `failed`, `node` or `unhooked`.
  package var e: String
  /// The number of a stage or a loader.
  package var id: Int?
  /// A stage's name.
  package var name: String?
  /// Whether a stage can be bypassed.
  package var `switch`: Bool?
  /// The framework of a loader: `torch`, `keras`, `keras3` or `tf.data`.
  package var kind: String?
  /// A loader's epoch, from 1 on.
  package var epoch: Int?
  /// A moment of CLOCK_MONOTONIC, in nanoseconds.
  package var t: Int64?
  /// Batches an epoch; −1 where the loader doesn't have the number.
  package var batches: Int?
  /// Pictures an epoch; −1 where the loader doesn't have the number.
  package var samples: Int?
  /// Pictures a batch.
  package var batch: Int?
  /// Workers of a loader; 0 where the training loop makes batches itself.
  package var workers: Int?
  /// Batches that each worker is given ahead.
  package var prefetch: Int?
  /// Whether workers stay for the next epoch.
  package var persistent: Bool?
  /// Whether batches go to pinned memory.
  package var pin: Bool?
  /// Whether the job has a device of its own, as a GPU, that batches are copied to.
  package var device: Bool?
  /// Whether the workers of `keras3` are processes.
  package var processes: Bool?
  /// The class of the dataset.
  package var dataset: String?
  /// The loader that workers belong to.
  package var loader: Int?
  /// Process ids of workers.
  package var pids: [Int32]?
  /// When the workers' start began.
  package var from: TextOrTime?
  /// When the workers had started.
  package var to: TextOrTime?
  /// The parent's process id.
  package var ppid: Int32?
  /// The version of Python.
  package var python: String?
  /// The script.
  package var program: String?
  /// The process's rank among those that train together.
  package var rank: String?
  /// The number of ranks.
  package var world: String?
  /// The machine's name.
  package var host: String?
  /// Where the process's number means it, as `ProcessSpace` reads it.
  package var space: String?
  /// Rows, columns and channels of a picture, in the array's order.
  package var shape: [Int]?
  /// A module that couldn't be hooked.
  package var module: String?
  /// The reason.
  package var why: String?
  /// A stage that isn't bypassed.
  package var stage: String?

  /// A field that is a time in one kind of line and text in another.
  package enum TextOrTime: Decodable, Sendable, Equatable {
    /// A string.
    case text(String)
    /// Nanoseconds.
    case time(Int64)

    /// Reads a number or a string.
    ///
    /// - Throws: A `DecodingError` for anything else.
    package init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let time = try? value.decode(Int64.self) {
        self = .time(time)
      } else {
        self = .text(try value.decode(String.self))
      }
    }
  }

  /// Reads a line's bytes; nil where they are no JSON of this form.
  ///
  /// - Complexity: O(bytes).
  package init?(bytes: some Sequence<UInt8>) {
    guard let line = try? JSONDecoder().decode(RingLine.self, from: Data(bytes)) else { return nil }
    self = line
  }
}
