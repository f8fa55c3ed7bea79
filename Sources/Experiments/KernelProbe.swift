package import Augmentation
import CLinux
import Pipeline
package import VirtualEngine

/// Measures what the kernels take under any switches, alone on the calling thread.
///
/// Goes round by round: one batch under each set of stages that is asked for, and one with all of
/// them. What a set takes is told relative to that one in the same rounds, so that a machine that
/// becomes slower or faster meanwhile changes nothing.
package struct KernelProbe {
  /// Fewer rounds than this and a set isn't known yet.
  private static let fewest = 8
  /// So many are enough, and as many are kept.
  private static let enough = 256
  /// Values in one batch, at most, where more than one picture is in it: a worker's own batch, where
  /// it isn't so large that a round would take long.
  private static let values = 1 << 19
  /// A batch that took so many times as long as the median was interrupted.
  private static let interrupted = 3.0

  private struct Round {
    var time: Double
    /// Of the batch with all stages on, in the same round.
    var reference: Double
  }

  private struct Measured {
    var rounds: [Round] = []
    var next = 0
    var stages = PerStage<Double>(repeating: 0)
    var isEnough: Bool { rounds.count >= enough }

    mutating func add(_ round: Round, _ times: PerStage<Double>) {
      for index in stages.indices { stages[index] += times[index] }
      if rounds.count < enough {
        rounds.append(round)
      } else {
        rounds[next] = round
        next = (next + 1) % enough
      }
    }

    /// A batch, and relative to the reference's; nil until it is known.
    var mean: (time: Double, ratio: Double)? {
      guard rounds.count >= fewest else { return nil }
      let most = interrupted * median(rounds.map(\.time))
      let mostReference = interrupted * median(rounds.map(\.reference))
      let whole = rounds.filter { $0.time <= most && $0.reference <= mostReference }
      let time = whole.reduce(0) { $0 + $1.time }
      let reference = whole.reduce(0) { $0 + $1.reference }
      return reference > 0 ? (time / Double(whole.count), time / reference) : nil
    }
  }

  private let settings: AugmentationSettings
  private let pass: BatchPass
  private var plan: BatchPlan
  private var flow: BatchFlow
  private var output: [Float]
  private let costOfReading: Double
  private let names: KernelTable
  private var measured: [StageSet: Measured] = [:]

  /// - Parameters:
  ///   - settings: What the stages do; idle ones cost next to nothing.
  ///   - batchSize: A worker's; large pictures are made a few at a time.
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
    output = [Float](repeating: 0, count: size * dataset.shape.count + 16)
    costOfReading = Self.leastReading()
    names = KernelTable(settings: settings)
  }

  /// Goes on measuring these sets, those that aren't known well enough yet.
  ///
  /// - Parameter length: For so long, but at least one round.
  /// - Throws: What the dataset throws.
  package mutating func measure(_ sets: [StageSet], for length: Duration) throws {
    let wanted = Set(sets.map(names.busy)).subtracting([names.busy(.all)])
    let end = cl_monotonic_ns() + Nanoseconds(length).count
    repeat {
      let open = wanted.filter { !(measured[$0]?.isEnough ?? false) }
      guard !open.isEmpty || !(measured[names.busy(.all)]?.isEnough ?? false) else { return }
      let all = try time(.all)
      let reference = all.sum
      measured[names.busy(.all), default: Measured()].add(
        Round(time: reference, reference: reference), all)
      for stages in open {
        let times = try time(stages)
        measured[stages, default: Measured()].add(
          Round(time: times.sum, reference: reference), times)
      }
    } while cl_monotonic_ns() < end
  }

  /// The same until all of them are known, however long that takes, and for `length` at least.
  package mutating func measureWholly(_ sets: [StageSet], for length: Duration) throws {
    for _ in 0..<Self.fewest { try measure(sets, for: .zero) }
    try measure(sets, for: length)
  }

  /// Of all sets that are known.
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
  private mutating func time(_ stages: StageSet) throws -> PerStage<Double> {
    var times = PerStage<Double>(repeating: 0)
    let began = cl_monotonic_ns()
    flow.next(into: &plan, settings: settings, stages: stages)
    let drawing = max(0, Double(cl_monotonic_ns() - began) - costOfReading)
    try output.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      pass.begin(plan, stages: stages, settings: settings, output: base)
      for stage in stages.stages {
        let before = cl_monotonic_ns()
        try pass.perform(stage)
        times[stage.index] = max(0, Double(cl_monotonic_ns() - before) - costOfReading)
      }
    }
    // As the live engine books it: on the stages that drew.
    let drawers = stages.stages.filter { $0.draws && !settings.isIdle($0) }
    for stage in drawers { times[stage.index] += drawing / Double(drawers.count) }
    // The last batch of a pass over the data may be short.
    let whole = Double(pass.batchSize) / Double(max(1, plan.count))
    for index in times.indices { times[index] *= whole }
    return times
  }

  private static func leastReading() -> Double {
    var best = Int64.max
    for _ in 0..<64 {
      let start = cl_monotonic_ns()
      best = min(best, cl_monotonic_ns() - start)
    }
    return Double(best)
  }
}

private func median(_ values: [Double]) -> Double {
  values.isEmpty ? 0 : values.sorted()[values.count / 2]
}
