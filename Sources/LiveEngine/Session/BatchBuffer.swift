import Host

/// The memory of one batch array, reused from batch to batch.
final class BatchBuffer: @unchecked Sendable {
  // Because one thread at a time has it: a worker while making, then the queue, then the consumer.
  let floats: UnsafeMutablePointer<Float>

  init(count: Int) {
    // Vector kernels may write up to one register past the end.
    let bytes = count * MemoryLayout<Float>.stride + 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    floats = memory.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  deinit { UnsafeMutableRawPointer(floats).deallocate() }
}

/// Buffers that nobody uses; grows to what the queue's limit and the workers need at once.
final class BatchPool: Sendable {
  private let free = Monitor<[BatchBuffer]>([])
  private let count: Int

  /// - Parameter count: Values in one full batch.
  init(count: Int) { self.count = count }

  func take() -> BatchBuffer { free.withLock { $0.popLast() } ?? BatchBuffer(count: count) }

  func giveBack(_ buffer: BatchBuffer) { free.withLock { $0.append(buffer) } }
}
