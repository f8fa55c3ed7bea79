import Augmentation
import AugmentationReference
import Testing

/// The effect of the switches, and the place of each picture in the batch.
@Suite struct BatchPassTests {
  private static let shape = PictureShape(height: 9, width: 7, channels: 3)

  private static func source(lends: Bool) -> ArraySource {
    var random = LegacyRandom(seed: 77)
    let values = (0..<(20 * shape.count)).map { _ in Float(random.uniform(0, 255)) }
    return ArraySource(values, shape: shape, lends: lends)
  }

  private static var settings: AugmentationSettings {
    var settings = AugmentationSettings()
    settings.rotationRange = 30
    settings.heightShiftRange = 0.2
    settings.widthShiftRange = 0.2
    settings.shearRange = 0.3
    settings.zoomRange = ZoomRange(low: 0.7, high: 1.4)
    settings.channelShiftRange = 30
    settings.fillMode = .reflect
    settings.horizontalFlip = true
    settings.verticalFlip = true
    settings.lens.k1 = 0.2
    settings.rescale = 1 / 255
    return settings
  }

  /// Every set of switches gives what the definitions give, however the pictures come.
  @Test func everySwitchSetEqualsTheDefinitions() throws {
    let lent = Self.source(lends: true)
    let passes = [
      BatchPass(source: lent, batchSize: 4),
      BatchPass(source: Self.source(lends: false), batchSize: 4),
    ]
    var settings = Self.settings
    var plan = BatchPlan(batchSize: 4, channels: 3)
    let switches = Stage.allCases.filter(\.isSwitchable)
    for bits in 0..<(1 << switches.count) {
      let on = switches.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
      let stages = StageSet(on.map(\.id)).union(.fixed)
      settings.interpolation = bits % 3 == 0 ? .nearest : .bilinear
      var flow = BatchFlow(
        order: FlowOrder(count: 20, batchSize: 4), channels: 3, streamSeed: UInt32(bits))
      flow.next(into: &plan, settings: settings, stages: stages)
      let expected = (0..<4).flatMap {
        Self.defined($0, of: plan, from: lent, stages: stages, settings: settings)
      }
      for pass in passes {
        let found = try pass.pictures(plan, stages: stages, settings: settings)
        #expect(found == expected, "stages \(on)")
      }
    }
  }

  /// One picture by the reference functions alone.
  private static func defined(
    _ number: Int, of plan: BatchPlan, from source: ArraySource, stages: StageSet,
    settings: AugmentationSettings
  ) -> [Float] {
    let draws = plan.draws[number]
    var picture = [Float](repeating: 0, count: shape.count)
    source.read(Int(plan.batch.indices[number]), into: &picture)
    if stages.contains(.warp) {
      let shift = AffineMap.translation(
        rows: draws.heightShift * Double(shape.height),
        columns: draws.widthShift * Double(shape.width))
      var map = shift
      if stages.contains(.compose) {
        map =
          (.rotation(.pi / 180 * draws.rotation) * shift * .shear(draws.shear)
          * .zoom(rows: draws.zoomRows, columns: draws.zoomColumns)).centred(in: shape)
      }
      picture = ReferenceWarp.warp(
        picture, shape: shape, map: map, interpolation: settings.interpolation,
        fill: settings.fillMode, cval: Float(settings.cval))
    }
    if draws.drawn.contains(.channelShift) {
      let shifts = plan.channelShifts[(number * 3)..<(number * 3 + 3)].map(Float.init)
      picture = ReferencePixels.shifted(picture, channels: 3, by: shifts)
    }
    if draws.horizontalFlip < 0.5 {
      picture = ReferencePixels.flippedHorizontally(picture, shape: shape)
    }
    if draws.verticalFlip < 0.5 {
      picture = ReferencePixels.flippedVertically(picture, shape: shape)
    }
    if stages.contains(.lens) {
      picture = ReferenceWarp.sampled(
        picture, shape: shape, interpolation: settings.interpolation, fill: settings.fillMode,
        cval: Float(settings.cval)
      ) { settings.lens.source(row: Double($0), column: Double($1), in: shape) }
    }
    if stages.contains(.standardize) {
      picture = ReferencePixels.scaled(picture, by: Float(settings.rescale))
    }
    return picture
  }

  @Test func whatIsOffOrZeroDrawsNothing() {
    for stage in Stage.allCases where stage.draws {
      var off = BatchFlow(
        order: FlowOrder(count: 20, batchSize: 4), channels: 3, streamSeed: 5)
      var none = off
      var plan = BatchPlan(batchSize: 4, channels: 3)
      off.next(
        into: &plan, settings: Self.settings, stages: .fixed.union([.compose, .warp].set))
      none.next(into: &plan, settings: AugmentationSettings(), stages: .all)
      #expect(off.random.peeked == none.random.peeked)
      var one = off
      off.next(into: &plan, settings: Self.settings, stages: .fixed)
      one.next(into: &plan, settings: Self.settings, stages: .fixed.union([stage].set))
      #expect(one.random.peeked != off.random.peeked, "\(stage) drew nothing")
    }
  }

  @Test(arguments: Interpolation.allCases)
  func aPlanMayBeRefilledWhileItIsCarriedOut(interpolation: Interpolation) throws {
    var settings = Self.settings
    settings.interpolation = interpolation
    let pass = BatchPass(source: Self.source(lends: true), batchSize: 4)
    var flow = BatchFlow(order: FlowOrder(count: 20, batchSize: 4), channels: 3, streamSeed: 5)
    var plan = BatchPlan(batchSize: 4, channels: 3)
    flow.next(into: &plan, settings: settings, stages: .all)
    let expected = try pass.pictures(plan, settings: settings)
    var output = [Float](repeating: 0, count: 4 * Self.shape.count)
    try output.withUnsafeMutableBufferPointer { output in
      pass.begin(
        plan, stages: .all, settings: settings, output: output.baseAddress!)
      flow.next(into: &plan, settings: settings, stages: .all)
      for stage in Stage.allCases { try pass.perform(stage) }
    }
    #expect(output == expected)
  }

  @Test func aSourceThatFailsIsHeard() {
    struct Broken: DatasetSource {
      struct Fault: Error {}
      let count = 5
      let shape = PictureShape(height: 2, width: 2, channels: 1)
      func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }
      func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws { throw Fault() }
      func label(_ index: Int) -> Int32? { nil }
    }
    let pass = BatchPass(source: Broken(), batchSize: 2)
    var flow = BatchFlow(order: FlowOrder(count: 5, batchSize: 2), channels: 1, streamSeed: 1)
    var plan = BatchPlan(batchSize: 2, channels: 1)
    flow.next(into: &plan, settings: AugmentationSettings(), stages: .all)
    #expect(throws: Broken.Fault.self) {
      try pass.pictures(plan, settings: AugmentationSettings())
    }
  }
}

extension [Stage] {
  fileprivate var set: StageSet { StageSet(map(\.id)) }
}

extension LegacyRandom {
  /// The next word, left in place.
  fileprivate var peeked: UInt32 {
    var copy = self
    return copy.nextWord()
  }
}
