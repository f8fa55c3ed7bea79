import Quantities

/// The workers' rests: waits before a batch that are long enough for caches to grow cold.
struct RestTrack: Sendable {
  /// When each worker's last rest ended; nil where a batch has begun since.
  private var ends: [Nanoseconds?] = []

  mutating func add(_ wait: WorkerWait) {
    guard wait.end - wait.start >= WorkersReading.rest else { return }
    while ends.count <= wait.worker { ends.append(nil) }
    ends[wait.worker] = wait.end
  }

  /// Whether a batch is its worker's first after a rest. Waiting for room comes after a batch has been made and
  /// before it is put, and is a rest of the next one.
  mutating func isFirst(_ made: BatchMade) -> Bool {
    guard made.worker < ends.count, let end = ends[made.worker], made.start >= end else {
      return false
    }
    ends[made.worker] = nil
    return true
  }

  mutating func archive(_ archive: inout StateArchive) { archive.list(&ends) }
}
