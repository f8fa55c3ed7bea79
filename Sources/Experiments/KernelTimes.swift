package import Augmentation
import CLinux

/// What the kernels take for a picture, stage by stage, measured alone on the calling thread.
package enum KernelTimes {
  /// Nanoseconds of one picture in each stage, with every stage on.
  ///
  /// - Parameters:
  ///   - settings: What the stages do; idle ones cost next to nothing.
  ///   - length: For how long to measure; at least eight batches are.
  /// - Throws: What the dataset throws.
  package static func measure(
    _ dataset: any DatasetSource, settings: AugmentationSettings, statistics: Statistics? = nil,
    batchSize: Int, seed: UInt32, for length: Duration = .milliseconds(300)
  ) throws -> PerStage<Double> {
    let pass = BatchPass(source: dataset, batchSize: batchSize, statistics: statistics)
    var plan = BatchPlan(batchSize: batchSize, channels: dataset.shape.channels)
    let order = FlowOrder(count: dataset.count, batchSize: batchSize, seed: seed)
    var flow = BatchFlow(order: order, channels: dataset.shape.channels, streamSeed: seed)
    var output = [Float](repeating: 0, count: batchSize * dataset.shape.count + 16)
    let reading = costOfReading()
    var sums = PerStage<Double>(repeating: 0)
    var pictures = 0
    var batches = 0
    let start = cl_monotonic_ns()
    let end =
      start + length.components.seconds * 1_000_000_000
      + length.components.attoseconds / 1_000_000_000
    while batches < 8 || cl_monotonic_ns() < end {
      let began = cl_monotonic_ns()
      flow.next(into: &plan, settings: settings, stages: .all)
      let drawing = Double(cl_monotonic_ns() - began) - reading
      try output.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        pass.begin(plan, stages: .all, settings: settings, output: base)
        for stage in Stage.allCases {
          let before = cl_monotonic_ns()
          try pass.perform(stage)
          sums[stage.index] += max(0, Double(cl_monotonic_ns() - before) - reading)
        }
      }
      // As the live engine books it: on the stages that drew.
      let drawers = Stage.allCases.filter { $0.draws && !settings.isIdle($0) }
      for stage in drawers {
        sums[stage.index] += max(0, drawing) / Double(drawers.count)
      }
      pictures += plan.count
      batches += 1
    }
    var perPicture = PerStage<Double>(repeating: 0)
    for index in sums.indices { perPicture[index] = sums[index] / Double(max(1, pictures)) }
    return perPicture
  }

  private static func costOfReading() -> Double {
    var best = Int64.max
    for _ in 0..<64 {
      let start = cl_monotonic_ns()
      best = min(best, cl_monotonic_ns() - start)
    }
    return Double(best)
  }
}
