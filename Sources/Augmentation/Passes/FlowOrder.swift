/// Which pictures make up one batch.
package struct IndexBatch: Equatable, Sendable {
  /// Positions in the dataset, in the order of the batch.
  package internal(set) var indices: [Int32] = []
  /// The batches handed out before this one since the flow began.
  package internal(set) var ordinal = 0
  /// Where the batch begins within its epoch: pictures handed out before it.
  package internal(set) var start = 0

  /// An empty batch with room for `batchSize` pictures.
  package init(batchSize: Int) { indices.reserveCapacity(batchSize) }

  /// Pictures in this batch.
  package var count: Int { indices.count }
}

/// The order in which Keras 1.1.0's `flow` hands out pictures, faults included.
///
/// If the batch size divides the count, the data are shuffled once, for ever; else epoch e is seeded
/// with seed + the batches handed out so far. Without a seed, or to draw the transforms, the random
/// stream goes on where the permutation left it. Without shuffling the seed is never used.
///
/// - Source: Keras 1.1.0, `Iterator._flow_index`.
package struct FlowOrder: Sendable {
  /// Pictures in the dataset, above 0.
  package let count: Int
  /// Pictures in a batch, above 0; the last batch of an epoch may hold fewer.
  package let batchSize: Int
  /// Whether each epoch has a random order; otherwise pictures come by position.
  package let shuffles: Bool
  /// Seeds every shuffle; nil goes on with the stream as it is.
  package let seed: UInt32?
  /// Batches handed out since the flow began.
  package private(set) var batchesSeen = 0

  private var batchIndex = 0
  private var order: [Int32] = []

  /// - Parameters:
  ///   - count: Pictures in the dataset, above 0.
  ///   - batchSize: Pictures in a batch, above 0; the last of an epoch may have fewer.
  package init(count: Int, batchSize: Int, shuffle: Bool = true, seed: UInt32? = nil) {
    precondition(count > 0 && count <= Int(Int32.max), "a flow needs pictures, below 2^31")
    precondition(batchSize > 0, "a batch holds at least one picture")
    self.count = count
    self.batchSize = batchSize
    shuffles = shuffle
    self.seed = seed
    if shuffle { order.reserveCapacity(count) }
  }

  /// Batches in one pass over the data.
  package var batchesPerEpoch: Int { (count + batchSize - 1) / batchSize }

  /// Puts the next batch's pictures into `batch`, seeding and shuffling first where Keras does.
  ///
  /// - Complexity: O(batch size), and O(count) where it shuffles; allocates nothing once `batch`
  ///   has had its largest size.
  package mutating func next(random: inout LegacyRandom, into batch: inout IndexBatch) {
    if batchIndex == 0 && shuffles {
      // NumPy refuses seeds above 2³² − 1; here they wrap around.
      if let seed { random.seed(seed &+ UInt32(truncatingIfNeeded: batchesSeen)) }
      random.permute(&order, count: count)
    }
    let start = (batchIndex * batchSize) % count
    let size: Int
    if count >= start + batchSize {
      size = batchSize
      batchIndex += 1
    } else {
      size = count - start
      batchIndex = 0
    }
    batch.ordinal = batchesSeen
    batch.start = start
    batch.indices.removeAll(keepingCapacity: true)
    for position in start..<(start + size) {
      batch.indices.append(shuffles ? order[position] : Int32(position))
    }
    batchesSeen += 1
  }

  /// Begins the epoch again: the next batch shuffles. The count of batches seen goes on.
  package mutating func reset() { batchIndex = 0 }
}
