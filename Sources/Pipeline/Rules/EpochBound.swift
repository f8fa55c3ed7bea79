/// Which batches a loader that begins each epoch anew may make: those of the epoch that it is in, and none between
/// two epochs.
///
/// Both engines use it. A loader that goes on from epoch to epoch asks without it.
package struct EpochBound: Sendable, BitwiseCopyable {
  /// The number of the first batch that isn't the epoch's.
  package private(set) var end = Int.max
  /// Whether the epoch's last step is over and the next epoch hasn't begun.
  package private(set) var isBetween = false

  /// An epoch without an end.
  package init() {}

  /// An epoch of so many batches begins.
  ///
  /// - Parameter next: The first of them, which is the next one to be delivered.
  package mutating func begin(at next: Int, batches: Int) {
    end = next + batches
    isBetween = false
  }

  /// The epoch's last step is over.
  package mutating func finish() { isBetween = true }

  /// How many batches may be under way, from the next one to be delivered on.
  ///
  /// - Parameters:
  ///   - next: The number of the next batch to be delivered.
  ///   - ahead: By the loader's rules, in the middle of an epoch.
  ///   - isWanted: Whether the loop waits for a batch: that one is made whatever was made before, so that a change of the
  ///     loader leaves nobody waiting.
  package func ahead(of next: Int, _ ahead: Int, isWanted: Bool) -> Int {
    guard !isBetween else { return 0 }
    return max(min(ahead, end - next), isWanted ? min(1, ahead) : 0)
  }
}
