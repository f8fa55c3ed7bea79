import Augmentation
package import Pipeline
package import Quantities

extension JobEvents {
  /// The chosen loader as a scenario, with the stages found so far; nil before a loader is chosen.
  func start(canSwitch: Bool) -> JobStart? {
    guard let chosen, let loader = loaders[chosen] else { return nil }
    let stages = names.list(keys: canSwitch)
    var scenario = Scenario(
      name: program.isEmpty ? "job" : program, dataset: .job(dataset: loader.dataset))
    scenario.stages = stages.all
    scenario.batchSize = min(max(loader.batchSize, 1), Scenario.batchSizes.upperBound)
    scenario.loader =
      switch loader.kind {
      case "torch": .torch
      case "keras": .kerasThreads
      case "keras3": loader.usesProcesses ? .keras3Processes : .keras3
      default: .blocking
      }
    let counts = scenario.loader.workerCounts
    scenario.workers = min(max(loader.workers, counts.lowerBound), counts.upperBound)
    scenario.prefetch = min(max(loader.prefetch, 1), Scenario.prefetchCounts.upperBound)
    if loader.kind != "torch", loader.prefetch > 0 {
      scenario.queueLimit = min(loader.prefetch, Scenario.queueLimits.upperBound)
    }
    scenario.consumer = Self.consumer(
      step: Self.median(firstSteps), hostShare: tally.hostShare)
    scenario.consumer.isPinned = loader.isPinned
    scenario.keepsWorkers =
      loader.kind == "torch" && loader.workers > 0 ? loader.isPersistent : nil
    let (batches, overflows) = (loader.batches ?? 0).multipliedReportingOverflow(
      by: scenario.batchSize)
    let isEndless = batches == 0 && loader.samples == nil
    if isEndless {
      scenario.name = "\(scenario.name) (epochs of \(Self.endlessEpoch) batches)"
    }
    // Sharded loaders have fewer batches than their dataset has pictures.
    let samples =
      batches > 0 && !overflows
      ? batches : (loader.samples ?? scenario.batchSize * Self.endlessEpoch)
    let whole = loader.samples.map { min($0, samples) } ?? samples
    let count = min(max(whole, 1), Scenario.sampleCounts.upperBound)
    return JobStart(
      scenario: scenario, dataset: DatasetFacts(count: count, shape: pictureShape), stages: stages)
  }

  /// Batches that count as an epoch of a loader that has no length.
  private static let endlessEpoch = 1_000

  /// A step as a scenario has it: what the loop's thread computes, and what it waits for a device.
  package static func consumer(step: Nanoseconds, hostShare: Double) -> Consumer {
    var consumer = Consumer()
    let limits = Scenario.computeTimes
    let whole = min(max(Duration.nanoseconds(step.count), limits.lowerBound), limits.upperBound)
    consumer.host = whole * hostShare
    consumer.compute = .constant(max(whole - consumer.host, limits.lowerBound))
    return consumer
  }

  private static func median(_ times: [Nanoseconds]) -> Nanoseconds {
    guard !times.isEmpty else { return .milliseconds(1) }
    return times.sorted()[times.count / 2]
  }

  /// The shape that was recorded, its smallest side as the channels; one value where none was.
  private var pictureShape: PictureShape {
    guard let shape else { return PictureShape(height: 1, width: 1, channels: 1) }
    return shape[0] <= shape[2]
      ? PictureShape(height: shape[1], width: shape[2], channels: shape[0])
      : PictureShape(height: shape[0], width: shape[1], channels: shape[2])
  }
}
