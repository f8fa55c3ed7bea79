import Augmentation
import CLinux
import Datasets
import Glibc

/// How many pictures one core makes in a second, beside what memcpy moves in the same process.
///
/// Generator and memcpy take turns, batch by batch in the same shuffled order, into one reused
/// buffer; nothing is recorded.
package struct GeneratorBench {
  package struct Result: Sendable {
    package let name: String
    /// Pictures a second, one entry a run.
    package let generator: [Double]
    package let memcpy: [Double]
  }

  private let workload: Workload
  private let pictures: PictureBlock
  private let pass: BatchPass
  private var plan: BatchPlan
  private var flow: BatchFlow

  package init(_ workload: Workload) {
    self.workload = workload
    pictures = PictureBlock(count: workload.pictures, shape: workload.shape)
    pass = BatchPass(source: pictures, batchSize: workload.batchSize)
    plan = BatchPlan(batchSize: workload.batchSize, channels: workload.shape.channels)
    flow = BatchFlow(
      order: FlowOrder(count: workload.pictures, batchSize: workload.batchSize, seed: 1),
      channels: workload.shape.channels, streamSeed: 1)
  }

  /// Runs so many times over all pictures, after one run that isn't counted.
  ///
  /// - Parameter keepsGoing: Asked before each run.
  package mutating func run(
    runs: Int, keepsGoing: () -> Bool = { true }
  ) throws -> Result {
    // Vector kernels may write up to one register past the end.
    let output = UnsafeMutablePointer<Float>.allocate(
      capacity: workload.batchSize * workload.shape.count + 16)
    output.initialize(repeating: 0, count: workload.batchSize * workload.shape.count + 16)
    defer { output.deallocate() }
    var generator: [Double] = []
    var memcpy: [Double] = []
    for run in 0...runs where keepsGoing() {
      let rates = try passOverAll(slots: output)
      guard run > 0 else { continue }
      generator.append(rates.generator)
      memcpy.append(rates.memcpy)
    }
    return Result(name: workload.name, generator: generator, memcpy: memcpy)
  }

  private mutating func passOverAll(
    slots: UnsafeMutablePointer<Float>
  ) throws -> (generator: Double, memcpy: Double) {
    var made = 0
    var generatorTime: Int64 = 0
    var memcpyTime: Int64 = 0
    while made < workload.pictures {
      let start = cl_monotonic_ns()
      flow.next(into: &plan, settings: workload.settings, stages: .all)
      try pass.makeBatch(plan, stages: .all, settings: workload.settings, output: slots)
      generatorTime += cl_monotonic_ns() - start
      made += plan.count
      // A batch's pictures are in the cache now: memcpy takes the ones of the batch before next.
      let copyStart = cl_monotonic_ns()
      copyBatch(to: slots)
      memcpyTime += cl_monotonic_ns() - copyStart
    }
    return (
      Double(made) / (Double(generatorTime) * 1e-9), Double(made) / (Double(memcpyTime) * 1e-9)
    )
  }

  /// Copies pictures that lie as far apart as a shuffled batch's, and aren't the batch's own.
  private func copyBatch(to slots: UnsafeMutablePointer<Float>) {
    let count = workload.shape.count
    for (slot, index) in plan.batch.indices.enumerated() {
      let other = (Int(index) + workload.pictures / 2) % workload.pictures
      memcpy(slots + slot * count, pictures.picture(other), count * MemoryLayout<Float>.stride)
    }
  }
}

/// Float32 pictures that lie in memory one after the other.
final class PictureBlock: DatasetSource, @unchecked Sendable {
  // Because nothing is written after `init`.
  let count: Int
  let shape: PictureShape
  private let values: UnsafeMutableBufferPointer<Float>

  init(count: Int, shape: PictureShape) {
    self.count = count
    self.shape = shape
    values = .allocate(capacity: count * shape.count)
    // Whole numbers from 0 to 255, as pictures have them.
    var state: UInt32 = 1
    for index in values.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      values[index] = Float(state >> 24)
    }
  }

  deinit { values.deallocate() }

  func picture(_ index: Int) -> UnsafePointer<Float> {
    UnsafePointer(values.baseAddress! + index * shape.count)  // never empty
  }

  func borrow(_ index: Int) -> UnsafePointer<Float>? { picture(index) }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: self.picture(index), count: shape.count)
  }

  func label(_ index: Int) -> Int32? { nil }
}
