package import Augmentation
import CLinux
package import Pipeline
import Quantities
package import VirtualEngine

/// Measures the kernels' times under any switches, on the calling thread alone.
///
/// It makes batches in pairs: one with a set of stages, and one with all stages. The set's time is the
/// ratio within these pairs, so that a machine that becomes slower or faster meanwhile doesn't bias
/// it.
package struct KernelProbe {
  /// The least number of pairs for the time of a set.
  private static let fewest = 6
  /// The number of measurements that are needed, and kept.
  private static let enough = 256
  /// Values in one batch, at most, where more than one picture is in it: 32 MB. Usually it is as large
  /// as a worker's, so that what doesn't stay in its caches doesn't stay here either.
  private static let values = 1 << 23

  private struct Pair {
    var time: Double
    /// Of the batch with all stages on.
    var reference: Double
  }

  private struct Measured {
    var pairs: [Pair] = []
    var next = 0
    var stages = [Double](repeating: 0, count: Stage.allCases.count)

    mutating func add(_ pair: Pair, _ times: [Double]) {
      for index in stages.indices { stages[index] += times[index] }
      if pairs.count < enough {
        pairs.append(pair)
      } else {
        pairs[next] = pair
        next = (next + 1) % enough
      }
    }

    /// A batch, and relative to the reference's; nil until it is known. A fifth of the pairs at either
    /// end is left out: the machine was busy with something else for one of the two.
    var mean: (time: Double, ratio: Double)? {
      guard pairs.count >= fewest else { return nil }
      let sorted = pairs.sorted { $0.time * $1.reference < $1.time * $0.reference }
      let kept = sorted[(pairs.count / 5)..<(pairs.count - pairs.count / 5)]
      let time = kept.reduce(0) { $0 + $1.time }
      let reference = kept.reduce(0) { $0 + $1.reference }
      return reference > 0 ? (time / Double(kept.count), time / reference) : nil
    }
  }

  private let settings: AugmentationSettings
  private let pass: BatchPass
  private var plan: BatchPlan
  private var flow: BatchFlow
  /// A worker fills two by turns, if its batches are waited for.
  private var outputs: [[Float]]
  private let costOfReading: Double
  private let costOfCPUReading: Double
  private let names: KernelTable
  private let stageList: StageList
  private var measured: [StageSet: Measured] = [:]

  /// - Parameters:
  ///   - settings: The stages' settings; idle stages cost next to nothing.
  ///   - batchSize: The session's batch size; of large pictures a batch here has fewer.
  package init(
    _ dataset: any DatasetSource, settings: AugmentationSettings, statistics: Statistics? = nil,
    batchSize: Int, seed: UInt32
  ) {
    let channels = dataset.shape.channels
    let size = max(1, min(batchSize, dataset.count, Self.values / dataset.shape.count))
    self.settings = settings
    pass = BatchPass(source: dataset, batchSize: size, statistics: statistics)
    plan = BatchPlan(batchSize: size, channels: channels)
    let order = FlowOrder(count: dataset.count, batchSize: size, seed: seed)
    flow = BatchFlow(order: order, channels: channels, streamSeed: seed)
    let output = [Float](repeating: 0, count: size * dataset.shape.count)
    outputs = [output, output]
    costOfReading = Self.leastTime(of: cl_monotonic_ns)
    costOfCPUReading = Self.leastTime(of: cl_thread_cpu_ns)
    stageList = .generator(settings)
    names = KernelTable(stages: stageList)
  }

  /// With a scenario's settings, batches and seed.
  package init(_ scenario: Scenario, _ dataset: any DatasetSource, _ statistics: Statistics?) {
    self.init(
      dataset, settings: scenario.settings, statistics: statistics, batchSize: scenario.batchSize,
      seed: scenario.seed)
  }

  /// Continues to measure these sets: first one after the other until each has enough pairs, then all
  /// in turn.
  ///
  /// - Parameter length: The time to measure; at least one pair is measured.
  /// - Throws: What the dataset throws.
  package mutating func measure(_ sets: [StageSet], for length: Duration) throws {
    let whole = names.busy(.all)
    let wanted = [whole] + sets.map(names.busy)
    // The first batches find their memory new.
    if measured.isEmpty { for _ in 0..<2 { _ = try time(.all) } }
    let end = cl_monotonic_ns() + Nanoseconds(length).count
    repeat {
      guard let (stages, pairs) = next(of: wanted), pairs < Self.enough else { return }
      // Which of the two comes first, and which memory it fills, goes by turns.
      let early = pairs.isMultiple(of: 2) || stages == whole ? nil : try time(stages)
      let all = try time(.all)
      let times = try stages == whole ? all : early ?? time(stages)
      measured[stages, default: Measured()].add(
        Pair(time: times.sum, reference: all.sum), times)
    } while cl_monotonic_ns() < end
  }

  /// Measures until all sets have enough pairs, and for `length` at least. It gives up after `limit`;
  /// with very slow batches some sets may then be unmeasured.
  ///
  /// - Throws: What the dataset throws.
  package mutating func measureWholly(
    _ sets: [StageSet], for length: Duration, atMost limit: Duration
  ) throws {
    let end = cl_monotonic_ns() + Nanoseconds(limit).count
    try measure(sets, for: length)
    while let (_, pairs) = next(of: sets.map(names.busy)), pairs < Self.fewest,
      cl_monotonic_ns() < end
    {
      try measure(sets, for: .zero)
    }
  }

  /// Whether all sets, and that of all stages, have enough pairs for a time.
  func knows(_ sets: [StageSet]) -> Bool {
    (sets + [.all]).allSatisfy { (measured[names.busy($0)]?.pairs.count ?? 0) >= Self.fewest }
  }

  /// Nanoseconds of a batch, the mean over some time; the first two, which find their memory new, are
  /// left out.
  mutating func mean(_ stages: StageSet, for length: Duration) throws -> Double {
    for _ in 0..<2 { _ = try time(stages) }
    let end = cl_monotonic_ns() + Nanoseconds(length).count
    var (sum, batches) = (0.0, 0.0)
    repeat {
      sum += try time(stages).sum
      batches += 1
    } while cl_monotonic_ns() < end
    return sum / batches
  }

  /// The set to measure next, and the number of its pairs so far.
  private func next(of sets: [StageSet]) -> (StageSet, pairs: Int)? {
    let counted = sets.map { ($0, pairs: measured[$0]?.pairs.count ?? 0) }
    return counted.filter { $0.pairs < Self.fewest }.max { $0.pairs < $1.pairs }
      ?? counted.min { $0.pairs < $1.pairs }
  }

  /// The times of all sets that have enough pairs.
  package var table: KernelTable {
    var table = names
    guard let all = measured[names.busy(.all)]?.mean else { return table }
    let reference = all.time / Double(pass.batchSize)
    for (stages, measured) in measured {
      guard let mean = measured.mean, measured.stages.sum > 0 else { continue }
      let scale = mean.ratio * reference / measured.stages.sum
      var times = measured.stages
      for index in times.indices { times[index] *= scale }
      table[stages] = times
    }
    return table
  }

  /// Nanoseconds of one batch in each stage.
  ///
  /// The times are scaled to add up to the thread's CPU time: while a session runs, this thread waits
  /// for a processor, and that wait isn't work.
  mutating func time(_ stages: StageSet) throws -> [Double] {
    var times = [Double](repeating: 0, count: stageList.count)
    let on = Stage.allCases.filter { stages.contains($0.id) }
    let cpuStart = cl_thread_cpu_ns()
    let began = cl_monotonic_ns()
    flow.next(into: &plan, settings: settings, stages: stages)
    let drawing = max(0, Double(cl_monotonic_ns() - began) - costOfReading)
    outputs.swapAt(0, 1)
    try outputs[0].withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      pass.begin(plan, stages: stages, settings: settings, output: base)
      for stage in on {
        let before = cl_monotonic_ns()
        try pass.perform(stage)
        times[stage.index] = max(0, Double(cl_monotonic_ns() - before) - costOfReading)
      }
    }
    let cpu = Double(cl_thread_cpu_ns() - cpuStart) - costOfCPUReading
    // As the live engine books it: on the stages that drew.
    let drawers = on.filter { $0.draws && !settings.isIdle($0) }
    for stage in drawers { times[stage.index] += drawing / Double(drawers.count) }
    // The last batch of a pass over the data may be short.
    let whole = Double(pass.batchSize) / Double(max(1, plan.count))
    let readings = costOfReading * Double(on.count + 1)
    let scale = times.sum > 0 ? max(0, cpu - readings) / times.sum * whole : 0
    for index in times.indices { times[index] *= scale }
    return times
  }

  private static func leastTime(of reading: () -> Int64) -> Double {
    var best = Int64.max
    for _ in 0..<64 {
      let start = reading()
      best = min(best, reading() - start)
    }
    return Double(best)
  }
}
