import Pipeline

/// Which events of very fast sessions go into the session file.
///
/// With the kernels' own costs 45 000 batches a second are made; written one by one they would be 24
/// MB a second, and the writing would slow down what it records. Of batches too brief to be measured
/// stage by stage only the measured ones are recorded one by one, from making to training; the
/// others as sums, forty times a second.
struct RecordingThinning {
  /// Batches left out that may still be on their way to the consumer; a queue is never longer.
  private static let most = 1 << 16

  private var unrecorded: Set<Int> = []

  mutating func keeps(_ event: borrowing Event) -> Bool {
    switch event {
    case .made(let made):
      guard made.stages.isEmpty else { return true }
      if unrecorded.count >= Self.most { unrecorded.removeAll() }
      unrecorded.insert(made.batch)
      return false
    case .taken(let taken): return !unrecorded.contains(taken.batch)
    case .stepped(let step): return unrecorded.remove(step.batch) == nil
    case .waited, .applied, .phase: return true
    }
  }
}
