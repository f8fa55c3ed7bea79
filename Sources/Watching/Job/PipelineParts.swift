package import Quantities

/// The parts of a tf.data pipeline, as tf.data's own model has them: what each has done for a batch.
package struct PipelineParts: Sendable {
  /// A part, over all epochs.
  package struct Part: Sendable, Equatable {
    /// Its number in the pipeline: those that it takes elements of have higher ones.
    package var number: Int
    /// The operation, as `ParallelMapV2`.
    package var name: String
    /// Elements that it gave for a batch.
    package var elementsPerBatch: Double
    /// Time for a batch, on all its threads.
    package var time: Nanoseconds
    /// Calls that it makes at the same time; 0 where it has no such number.
    package var parallelism: Int
    /// Elements that lay ready in it, at the last look.
    package var buffered: Int
    /// Elements that it has room for; 0 where it has no such number.
    package var capacity: Int
  }

  private struct Sum {
    /// Of epochs that are over.
    var elements = 0
    var time = Nanoseconds.zero
    /// Of the newest.
    var newest: RingRecord.PipelineNode
  }

  /// As many as a record may name.
  private static let most = 4096
  private var names: [Int: String] = [:]
  private var sums: [Int: Sum] = [:]

  /// Names a part.
  mutating func name(_ number: Int, _ text: String) {
    guard (0..<Self.most).contains(number) else { return }
    names[number] = text
  }

  /// Takes in a part's sums, which begin anew with each epoch.
  mutating func add(_ node: RingRecord.PipelineNode) {
    guard var sum = sums[node.number] else {
      sums[node.number] = Sum(newest: node)
      return
    }
    if sum.newest.epoch != node.epoch {
      sum.elements &+= sum.newest.elements
      sum.time = Nanoseconds(sum.time.count &+ sum.newest.time.count)
    }
    sum.newest = node
    sums[node.number] = sum
  }

  /// What each did for a batch, the one that works longest first; empty before any was looked at.
  ///
  /// The part that gives the batches has the lowest number.
  package var parts: [Part] {
    guard let last = sums.keys.min(), let root = sums[last] else { return [] }
    let batches = root.elements &+ root.newest.elements
    guard batches > 0 else { return [] }
    let parts = sums.map { number, sum in
      Part(
        number: number, name: names[number] ?? "?",
        elementsPerBatch: Double(sum.elements &+ sum.newest.elements) / Double(batches),
        time: Nanoseconds((sum.time.count &+ sum.newest.time.count) / Int64(batches)),
        parallelism: sum.newest.parallelism, buffered: sum.newest.buffered,
        capacity: sum.newest.capacity)
    }
    return parts.sorted { ($1.time, $0.number) < ($0.time, $1.number) }
  }
}
