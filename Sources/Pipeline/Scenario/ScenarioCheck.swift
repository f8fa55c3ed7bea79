import Augmentation
import Quantities

/// An invalid setting of a scenario, named by its command-line option.
package struct ScenarioFault: Error, Equatable {
  /// The option's name without its dashes.
  package var option: String
  /// The faulty value as text.
  package var value: String
  /// A description of the valid values.
  package var wanted: String

  /// A fault of one option's value.
  package init(option: String, value: String, wanted: String) {
    self.option = option
    self.value = value
    self.wanted = wanted
  }
}

extension Scenario {
  /// The values that `batchSize` may have.
  package static let batchSizes = 1...65_536
  /// The whole numbers that every scenario has, by option, with their limits.
  package static let counts:
    [(
      option: String, path: any WritableKeyPath<Scenario, Int> & Sendable, limits: ClosedRange<Int>
    )] = [
      ("batch-size", \.batchSize, batchSizes), ("workers", \.workers, workerCounts),
      ("queue", \.queueLimit, queueLimits), ("prefetch", \.prefetch, prefetchCounts),
    ]
  /// The values that `workers` may have; a loader's own are its `workerCounts`.
  package static let workerCounts = 0...64
  /// The values that `samplesPerEpoch` may have.
  package static let sampleCounts = 1...1_000_000_000
  /// The values that `cores` may have.
  package static let coreCounts = 1...1_024
  /// The values that `queueLimit` may have.
  package static let queueLimits = 1...10_000
  /// The values that `prefetch` may have.
  package static let prefetchCounts = 1...64
  /// The most memory that the queue's batches may take.
  package static let mostQueueBytes = 4_000_000_000
  /// The values that the consumer's `gpus` may have.
  package static let gpuCounts = 1...1_024
  /// The values that the consumer's `accumulate` may have.
  package static let accumulations = 1...65_536
  /// The means that the GPU's compute time may have.
  package static let computeTimes = Duration.microseconds(1)...Duration.seconds(3600)

  /// Throws the first invalid setting.
  package func check() throws(ScenarioFault) {
    for (option, path, limits) in Self.counts {
      try require(option, self[keyPath: path], in: limits)
    }
    try require("workers", workers, in: loader.workerCounts)
    if let samplesPerEpoch {
      try require("samples-per-epoch", samplesPerEpoch, in: Self.sampleCounts)
    }
    try governor?.check()
    if case .profile(let profile) = costs, !CostProfile.scales.contains(profile.scale) {
      throw ScenarioFault(
        option: "cost-scale", value: "\(profile.scale)", wanted: "a factor from 0.1 to 10")
    }
    if let cores { try require("cores", cores, in: Self.coreCounts) }
    if let wanted = consumer.compute.wanted {
      throw ScenarioFault(option: "gpu", value: consumer.compute.text, wanted: wanted)
    }
    if let loadWait, let wanted = loadWait.wanted {
      throw ScenarioFault(option: "load-wait", value: loadWait.text, wanted: wanted)
    }
    if let spread, !Self.spreads.contains(spread) {
      throw ScenarioFault(option: "spread", value: "\(spread)", wanted: "a share from 0.01 to 5")
    }
    try require("gpus", consumer.gpus, in: Self.gpuCounts)
    try require("accumulate", consumer.accumulate, in: Self.accumulations)
    for (option, time) in [
      ("gpu-host", consumer.host), ("gpu-transfer", consumer.transfer),
      ("all-reduce", consumer.allReduce),
    ] {
      try checkTime(option, time)
    }
    try phases.check()
  }

  /// Checks the limits that depend on the dataset's picture shape.
  ///
  /// - Throws: `ScenarioFault` of the option `queue` where the batches would take more than 4 GB.
  package func check(against dataset: DatasetFacts) throws(ScenarioFault) {
    let batchBytes = dataset.shape.count * batchSize * MemoryLayout<Float>.stride
    let deepest =
      loader.deepest(limit: queueLimit, workers: workers, prefetch: prefetch) + workers + 1
    guard Double(batchBytes) * Double(deepest) <= Double(Self.mostQueueBytes) else {
      throw ScenarioFault(
        option: "queue", value: "\(queueLimit)",
        wanted: "a queue of at most 4 GB: a batch takes \(batchBytes / 1_000_000) MB")
    }
  }
}

extension Governor {
  /// Shorter windows would judge single batches, longer ones whole epochs.
  package static let windows = Duration.milliseconds(1)...Duration.seconds(60)

  /// Throws the first invalid parameter.
  package func check() throws(ScenarioFault) {
    let shares: [(String, Double, ClosedRange<Double>)] = [
      ("floor", floor, 0.01...1), ("threshold", threshold, 0...1), ("step", step, 0.001...1),
    ]
    for (name, value, range) in shares where !range.contains(value) {
      throw ScenarioFault(
        option: "governor", value: "\(name)=\(value)",
        wanted: "\(name) from \(range.lowerBound) to \(range.upperBound)")
    }
    guard Self.windows.contains(window) else {
      throw ScenarioFault(
        option: "governor", value: "window=\(DurationText.write(window))",
        wanted: "a window from 1ms to 60s")
    }
  }
}

extension EpochPhases {
  /// Throws the first invalid number or time.
  package func check() throws(ScenarioFault) {
    if let validation {
      try require("validation", validation.samples, in: Scenario.sampleCounts)
      try require("validation", validation.every, in: Scenario.sampleCounts)
      try checkTime("validation", validation.step ?? .zero)
    }
    if let checkpoint {
      try require("checkpoint", checkpoint.every, in: Scenario.sampleCounts)
      try checkTime("checkpoint", checkpoint.takes)
    }
    try checkTime("first-step", firstStep)
    try checkTime("worker-start", workerStart)
  }
}

private func require(
  _ option: String, _ value: Int, in range: ClosedRange<Int>
) throws(ScenarioFault) {
  guard range.contains(value) else {
    throw ScenarioFault(
      option: option, value: "\(value)",
      wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
  }
}

private func checkTime(_ option: String, _ time: Duration) throws(ScenarioFault) {
  guard time >= .zero, time <= Scenario.computeTimes.upperBound else {
    throw ScenarioFault(
      option: option, value: DurationText.write(time), wanted: "a time from 0 to 1h")
  }
}
