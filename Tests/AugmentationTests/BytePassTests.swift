import Augmentation
import AugmentationReference
import Testing

@Suite struct BytePassTests {
  private static let shape = PictureShape(height: 9, width: 7, channels: 3)

  private struct Bytes: ByteSource {
    let floats: ArraySource
    let lends: Bool
    var count: Int { floats.count }
    var shape: PictureShape { floats.shape }
    var hasBytes: Bool { true }

    func borrow(_ index: Int) -> UnsafePointer<Float>? { floats.borrow(index) }
    func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
      floats.read(index, into: picture)
    }
    func label(_ index: Int) -> Int32? { nil }
    // The first picture alone: what a loan is good for shows there.
    func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? {
      lends && index == 0 ? first.pointer : nil
    }
    func readBytes(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>) {
      guard let from = floats.borrow(index) else { return }
      for i in 0..<shape.count { picture[i] = UInt8(from[i]) }
    }

    private let first: FirstPicture

    init(_ floats: ArraySource, lends: Bool) {
      self.floats = floats
      self.lends = lends
      first = FirstPicture(floats)
    }
  }

  private final class FirstPicture: @unchecked Sendable {
    // Written in init alone.
    let pointer: UnsafePointer<UInt8>
    init(_ source: ArraySource) {
      let room = UnsafeMutablePointer<UInt8>.allocate(capacity: source.shape.count)
      for i in 0..<source.shape.count { room[i] = UInt8(source.borrow(0)?[i] ?? 0) }
      pointer = UnsafePointer(room)
    }
    deinit { pointer.deallocate() }
  }

  /// Every set of switches gives what the definitions give, rounded after the warp.
  @Test func everySwitchSetEqualsTheDefinitions() throws {
    var random = LegacyRandom(seed: 7)
    let values = (0..<(12 * Self.shape.count)).map { _ in Float(random.randint(256)) }
    let source = ArraySource(values, shape: Self.shape)
    var settings = AugmentationSettings()
    settings.rotationRange = 30
    settings.heightShiftRange = 0.2
    settings.widthShiftRange = 0.2
    settings.zoomRange = ZoomRange(low: 0.7, high: 1.4)
    settings.channelShiftRange = 30
    settings.horizontalFlip = true
    settings.verticalFlip = true
    settings.fillMode = .constant
    settings.cval = 99.5
    var plan = BatchPlan(batchSize: 5, channels: 3)
    let stages: [Stage] = [
      .rotation, .compose, .warp, .channelShift, .horizontalFlip, .verticalFlip,
    ]
    for bits in 0..<(1 << stages.count) {
      let on = stages.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
      let switches = StageSet(on.map(\.id) + [.heightShift, .widthShift, .zoom]).union(.fixed)
      settings.interpolation = bits.isMultiple(of: 2) ? .bilinear : .nearest
      var flow = BatchFlow(
        order: FlowOrder(count: 12, batchSize: 5), channels: 3, streamSeed: UInt32(bits))
      flow.next(into: &plan, settings: settings, stages: switches)
      let floatPass = BatchPass(source: source, batchSize: 5)
      floatPass.begin(plan, stages: switches, settings: settings, output: Self.nowhere)
      for stage in Stage.allCases where stage.index < Stage.warp.index {
        try floatPass.perform(stage)
      }
      let expected = (0..<plan.count).flatMap {
        Self.defined($0, plan, source, floatPass.map($0), switches, settings)
      }
      for lends in [true, false] {
        let pass = BytePass(source: Bytes(source, lends: lends), batchSize: 5)
        var found = [UInt8](repeating: 0xa5, count: plan.count * Self.shape.count)
        try found.withUnsafeMutableBufferPointer {
          try pass.makeBatch(
            plan, stages: switches, settings: settings, output: $0.baseAddress!)
        }
        #expect(found == expected, "stages \(on)")
      }
    }
  }

  private static nonisolated(unsafe) let nowhere = UnsafeMutablePointer<Float>.allocate(
    capacity: 5 * shape.count)

  private static func defined(
    _ number: Int, _ plan: BatchPlan, _ source: ArraySource, _ map: AffineMap,
    _ stages: StageSet, _ settings: AugmentationSettings
  ) -> [UInt8] {
    let draws = plan.draws[number]
    let from = source.borrow(Int(plan.batch.indices[number]))!
    var picture = Array(UnsafeBufferPointer(start: from, count: shape.count))
    if stages.contains(.warp) {
      picture = ReferenceWarp.warp(
        picture, shape: shape, map: map, interpolation: settings.interpolation,
        fill: settings.fillMode, cval: 100
      ).map { Float(UInt8($0 + 0.5)) }
    }
    if stages.contains(.channelShift) {
      let shifts = plan.channelShifts[(number * 3)..<(number * 3 + 3)]
        .map { Float(($0 + 0.5).rounded(.down)) }
      picture = ReferencePixels.shifted(picture, channels: 3, by: shifts)
    }
    if draws.flipsHorizontally {
      picture = ReferencePixels.flippedHorizontally(picture, shape: shape)
    }
    if draws.flipsVertically {
      picture = ReferencePixels.flippedVertically(picture, shape: shape)
    }
    return picture.map { UInt8($0) }
  }

  @Test func whatNeedsFractionsIsNotForBytes() {
    var settings = AugmentationSettings()
    #expect(BytePass.accepts(settings, stages: .all))
    settings.rescale = 1 / 255
    #expect(!BytePass.accepts(settings, stages: .all))
    #expect(BytePass.accepts(settings, stages: StageSet.all.setting(.standardize, on: false)))
    settings = AugmentationSettings()
    settings.lens.k1 = 0.1
    #expect(!BytePass.accepts(settings, stages: .all))
    settings = AugmentationSettings()
    settings.dimOrdering = .th
    #expect(!BytePass.accepts(settings, stages: .all))
  }
}
