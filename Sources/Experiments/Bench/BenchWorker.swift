import Augmentation
import CLinux
import Datasets
import Glibc

/// One worker of a benchmark row: its own pass, order and buffer over the shared pictures.
///
/// One thread at a time.
///
/// `@unchecked Sendable` because the thread that hands it to another joins that one before it goes on.
final class BenchWorker: @unchecked Sendable {
  private enum Pass {
    case floats(BatchPass)
    case bytes(BytePass)
  }

  let workload: Workload
  private let pictures: BenchPictures
  private let pass: Pass
  private var plan: BatchPlan
  private var flow: BatchFlow
  private let output: UnsafeMutableRawBufferPointer
  /// The pictures that copyBatch copies: plain pointers, so that nothing but the copies is timed.
  private let others: UnsafeMutableBufferPointer<UnsafeRawPointer>

  /// - Parameter number: Workers of different numbers go through the pictures in another order.
  init(_ workload: Workload, _ pictures: BenchPictures, number: Int = 0) {
    self.workload = workload
    self.pictures = pictures
    switch pictures {
    case .floats(let block):
      pass = .floats(BatchPass(source: FloatSource(block: block), batchSize: workload.batchSize))
    case .bytes(let block):
      pass = .bytes(BytePass(source: ByteBlockSource(block: block), batchSize: workload.batchSize))
    case .jpegs(let block):
      pass = .floats(BatchPass(source: JPEGSource(block), batchSize: workload.batchSize))
    }
    others = .allocate(capacity: workload.batchSize)
    let channels = workload.shape.channels
    plan = BatchPlan(batchSize: workload.batchSize, channels: channels)
    let seed = UInt32(1 + number)
    flow = BatchFlow(
      order: FlowOrder(count: workload.pictures, batchSize: workload.batchSize, seed: seed),
      channels: channels, streamSeed: seed)
    let size = workload.batchSize * workload.shape.count * MemoryLayout<Float>.stride
    output = UnsafeMutableRawBufferPointer(
      start: LargeMemory.allocate(byteCount: size), count: size)
  }

  deinit {
    others.deallocate()
    free(output.baseAddress)
  }

  /// Makes the next batch and returns its number of pictures.
  func makeBatch() throws -> Int {
    flow.next(into: &plan, settings: workload.settings, stages: workload.stages)
    guard let slots = output.baseAddress else { return 0 }
    switch pass {
    case .floats(let pass):
      try pass.makeBatch(
        plan, stages: workload.stages, settings: workload.settings,
        output: slots.assumingMemoryBound(to: Float.self))
    case .bytes(let pass):
      try pass.makeBatch(
        plan, stages: workload.stages, settings: workload.settings,
        output: slots.assumingMemoryBound(to: UInt8.self))
    }
    return plan.count
  }

  /// Copies as many bytes as the last batch has, out of pictures that lie as far apart as a shuffled
  /// batch's and aren't the batch's own, which are in the cache now. Returns the time of the copies alone,
  /// in nanoseconds.
  func copyBatch() -> Int64 {
    guard let slots = output.baseAddress else { return 0 }
    let size: Int
    switch pictures {
    case .floats(let block): size = findOthers(block)
    case .bytes(let block): size = findOthers(block)
    case .jpegs(let block): size = findOthers(block.results)
    }
    let start = cl_monotonic_ns()
    for slot in 0..<plan.count { memcpy(slots + slot * size, others[slot], size) }
    return cl_monotonic_ns() - start
  }

  /// Sets `others` to the pictures that are copied, and returns the size of one in bytes.
  private func findOthers<Value>(_ block: ValueBlock<Value>) -> Int {
    for (slot, index) in plan.batch.indices.enumerated() {
      others[slot] = UnsafeRawPointer(
        block.picture((Int(index) + workload.pictures / 2) % workload.pictures))
    }
    return workload.shape.count * MemoryLayout<Value>.stride
  }
}
