package import Augmentation
package import Pipeline

/// Makes single pictures of a flow again, for the screen: the same pixels as `augtop augment` writes with
/// the same seed, settings and stages.
///
/// A class since it owns a pass with its memory; one thread at a time uses it.
package final class PicturePreview {
  private let dataset: any DatasetSource
  private let seed: UInt32
  private let batchSize: Int
  private let pass: BatchPass
  private let room: UnsafeMutableBufferPointer<Float>
  private var flow: BatchFlow
  private var plan: BatchPlan
  /// Pictures that the flow handed out before the plan's first.
  private var first = 0
  /// The stages and settings that the flow draws with.
  private var drawn: (stages: StageSet, settings: AugmentationSettings)?

  /// - Parameters:
  ///   - statistics: Fitted to `dataset`, where the scenario has featurewise settings.
  ///   - scenario: Its seed and batch size give the order of the pictures.
  package init(_ dataset: any DatasetSource, statistics: Statistics?, scenario: Scenario) {
    self.dataset = dataset
    seed = scenario.seed
    batchSize = scenario.batchSize
    pass = BatchPass(source: dataset, batchSize: 1, statistics: statistics)
    room = .allocate(capacity: dataset.shape.count)
    room.initialize(repeating: 0)
    flow = Self.flow(dataset, batchSize: batchSize, seed: seed)
    plan = BatchPlan(batchSize: batchSize, channels: dataset.shape.channels)
  }

  deinit { room.deallocate() }

  /// Makes the picture of a request.
  ///
  /// - Throws: The source's fault for a picture that can't be read, and `StatisticsFault` for settings
  ///   without their statistics.
  /// - Complexity: The numbers of every picture before it are drawn again where the request goes back, or
  ///   has other stages or settings than the one before.
  package func picture(_ request: PictureRequest) throws -> PictureReading {
    find(request)
    let shape = dataset.shape
    var one = plan.alone(request.number - first, batchSize: batchSize, channels: shape.channels)
    let picturesSeed = seed &+ request.redraws
    if request.redraws > 0 {
      one.redraw(
        settings: request.settings, stages: request.stages, channels: shape.channels,
        seed: picturesSeed)
    }
    // Without a stage the others keep their numbers: these were drawn for all of them.
    let without =
      request.stage.map { request.stages.setting($0, on: false) }
      ?? Scenario(name: "").generatorStages.fixed
    let before = try make(one, stages: without, request.settings)
    let after = try make(one, stages: request.stages, request.settings)
    return PictureReading(
      request: request, seed: picturesSeed, index: Int(one.batch.indices[0]), width: shape.width,
      height: shape.height, before: before, after: after)
  }

  /// Moves the flow to the batch that the picture is in.
  private func find(_ request: PictureRequest) {
    let isSame =
      drawn.map { $0.stages == request.stages && $0.settings == request.settings } ?? false
    if !isSame || request.number < first {
      flow = Self.flow(dataset, batchSize: batchSize, seed: seed)
      drawn = (request.stages, request.settings)
      first = 0
      advance()
    }
    while request.number >= first + plan.count {
      first += plan.count
      advance()
    }
  }

  private func advance() {
    guard let drawn else { return }
    flow.next(into: &plan, settings: drawn.settings, stages: drawn.stages)
  }

  private func make(
    _ plan: BatchPlan, stages: StageSet, _ settings: AugmentationSettings
  ) throws -> PictureReading.Image {
    guard let output = room.baseAddress else { preconditionFailure("a picture has a value") }
    var settings = settings
    settings.dimOrdering = .tf
    try pass.makeBatch(plan, stages: stages, settings: settings, output: output)
    return Self.image(UnsafeBufferPointer(room), channels: dataset.shape.channels)
  }

  /// Values as bytes: those from 0 to 255 as they are, others stretched over the bytes.
  private static func image(
    _ values: UnsafeBufferPointer<Float>, channels: Int
  ) -> PictureReading.Image {
    var low = Float.infinity
    var high = -Float.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    // Pictures of bytes are brighter than 1 somewhere, those from 0 to 1 never.
    let isBytes = low >= 0 && high > 1 && high <= 255
    let range = high > low ? high - low : 1
    func byte(_ value: Float) -> UInt8 {
      guard value.isFinite else { return 0 }
      let scaled = isBytes ? value : (value - low) / range * 255
      return UInt8(min(255, max(0, scaled.rounded())))
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(values.count / channels * 3)
    for start in stride(from: 0, to: values.count, by: channels) {
      for channel in 0..<3 {
        pixels.append(byte(values[start + (channels >= 3 ? channel : 0)]))
      }
    }
    return PictureReading.Image(pixels: pixels, isStretched: !isBytes)
  }

  private static func flow(
    _ dataset: any DatasetSource, batchSize: Int, seed: UInt32
  ) -> BatchFlow {
    BatchFlow(
      order: FlowOrder(count: dataset.count, batchSize: batchSize, seed: seed),
      channels: dataset.shape.channels, streamSeed: seed)
  }
}
