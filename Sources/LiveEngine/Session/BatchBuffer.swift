import Host

/// The memory of one batch array, reused from batch to batch.
///
/// `@unchecked Sendable` because one thread at a time has it: a worker while it makes the batch, then
/// the queue, then the consumer. Each hand-over goes through a lock.
final class BatchBuffer: @unchecked Sendable {
  /// `[pictures, height, width, channels]`, or channels first; room for a full batch. Its contents are
  /// undefined until a worker has made a batch in it.
  let floats: UnsafeMutablePointer<Float>

  /// - Parameter count: Values in one full batch.
  init(count: Int) {
    // One cache line, which is a vector register of the widest kernels.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
    floats = memory.bindMemory(to: Float.self, capacity: count)
  }

  deinit { UnsafeMutableRawPointer(floats).deallocate() }
}

/// The buffers that are not in use; grows to the number that queue and workers need at once.
final class BatchPool: Sendable {
  private let free = Monitor<[BatchBuffer]>([])
  private let count: Int

  /// - Parameter count: Values in one full batch.
  init(count: Int) { self.count = count }

  func take() -> BatchBuffer { free.withLock { $0.popLast() } ?? BatchBuffer(count: count) }

  func giveBack(_ buffer: BatchBuffer) { free.withLock { $0.append(buffer) } }
}
