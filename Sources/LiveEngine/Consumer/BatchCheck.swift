import Augmentation
import Host
import Pipeline

/// Compares every batch that reaches the consumer with the batch that the generator makes of the same
/// plan on one thread, as `augtop augment` does; for debugging, since it makes every batch again.
///
/// Batches may come in any order; each is compared once all before it have come, because their draws
/// are taken from one random stream.
struct BatchCheck {
  private let shape: PictureShape
  private var flow: BatchFlow
  private let pass: BatchPass
  private var plan: BatchPlan
  private let expected: BatchBuffer
  /// Received and not compared yet, by number.
  private var early: [Int: (settings: RunSettings, checksum: UInt64)] = [:]
  /// Batches compared so far: those with lower numbers.
  private(set) var compared = 0

  /// - Parameters:
  ///   - settings: The session's first settings; the batch size and the seed are taken from them.
  ///   - statistics: Fitted to `dataset`, where the scenario has featurewise settings.
  init(settings: RunSettings, dataset: any DatasetSource, statistics: Statistics?) {
    let scenario = settings.scenario
    shape = dataset.shape
    flow = BatchFlow(
      order: FlowOrder(count: dataset.count, batchSize: scenario.batchSize, seed: scenario.seed),
      channels: shape.channels, streamSeed: scenario.seed)
    pass = BatchPass(source: dataset, batchSize: scenario.batchSize, statistics: statistics)
    plan = BatchPlan(batchSize: scenario.batchSize, channels: shape.channels)
    expected = BatchBuffer(count: scenario.batchSize * shape.count)
  }

  /// Takes in one batch and compares those whose turn has come.
  ///
  /// - Parameters:
  ///   - settings: The batch was made under.
  ///   - values: All of the batch's pictures.
  /// - Returns: The number of the first batch that differs; nil where none does so far.
  /// - Throws: The dataset's fault for a picture that can't be read again.
  mutating func receive(
    _ number: Int, settings: RunSettings, values: UnsafeBufferPointer<Float>
  ) throws -> Int? {
    early[number] = (settings, Checksum.of(UnsafeRawBufferPointer(values)))
    while let (settings, checksum) = early.removeValue(forKey: compared) {
      guard try nextExpected(settings.scenario) == checksum else { return compared }
      compared += 1
    }
    return nil
  }

  private mutating func nextExpected(_ scenario: Scenario) throws -> UInt64 {
    flow.next(into: &plan, settings: scenario.settings, stages: scenario.stages)
    try pass.makeBatch(
      plan, stages: scenario.stages, settings: scenario.settings, output: expected.floats)
    let values = UnsafeBufferPointer(start: expected.floats, count: plan.count * shape.count)
    return Checksum.of(UnsafeRawBufferPointer(values))
  }
}
