import CKernels

/// Makes batches of bytes out of pictures of bytes, without a float32 picture on the way.
///
/// The results differ from `BatchPass`'s in this: order 1 is the float32 result rounded to the nearest
/// whole number, halves up, so the channel shift's limits are whole numbers too; `cval` and the shifts
/// are rounded in the same way. Order 0, flips and the random stream are the same to the bit.
///
/// One per worker, used by one thread at a time; all scratch is allocated at the start.
package final class BytePass {
  /// The dataset that `load` takes pictures from.
  package let source: any ByteSource
  /// The most pictures a batch may hold, above 0.
  package let batchSize: Int
  /// The shape of every picture, the source's own.
  package let shape: PictureShape

  private let maps: BatchMaps
  private let staging: UnsafeMutablePointer<UInt8>
  private let shifts: UnsafeMutableBufferPointer<Int32>
  /// The lowest and the highest value of the picture that is made.
  private let range: UnsafeMutablePointer<UInt8>
  private let level = ck_best_level()
  private let kernelShape: ck_shape

  /// Whether the settings can be carried out on bytes: nothing is bent or standardized, and the
  /// channels come last.
  package static func accepts(_ settings: AugmentationSettings, stages: StageSet) -> Bool {
    settings.dimOrdering == .tf
      && Stage.allCases.allSatisfy {
        !stages.contains($0.id) || settings.isIdle($0) || canPerform($0)
      }
  }

  /// Whether bytes have a kernel for the stage, or need none.
  private static func canPerform(_ stage: Stage) -> Bool {
    switch stage {
    case .load, .rotation, .heightShift, .widthShift, .shear, .zoom, .compose, .warp, .channelShift,
      .horizontalFlip, .verticalFlip, .collate:
      true
    case .lens, .standardize: false
    }
  }

  /// - Parameters:
  ///   - source: One that has bytes.
  ///   - batchSize: The most pictures a plan may hold.
  package init(source: any ByteSource, batchSize: Int) {
    precondition(batchSize > 0, "a batch holds at least one picture")
    precondition(source.hasBytes, "the pictures are no bytes")
    let shape = source.shape
    precondition(shape.count <= Int(Int32.max), "the kernels count a picture's values in 31 bits")
    self.source = source
    self.batchSize = batchSize
    self.shape = shape
    kernelShape = ck_shape(shape)
    maps = BatchMaps(batchSize: batchSize, shape: shape)
    staging = .allocate(capacity: shape.count)
    shifts = .allocate(capacity: shape.channels)
    shifts.initialize(repeating: 0)
    range = .allocate(capacity: 2)
  }

  deinit {
    staging.deallocate()
    shifts.deallocate()
    range.deallocate()
  }

  /// Makes a plan's pictures one after the other.
  ///
  /// - Parameters:
  ///   - stages: The stages that the plan was drawn for.
  ///   - settings: Settings that `accepts` allows.
  ///   - output: Room for the plan's pictures, `[count, height, width, channels]`.
  /// - Throws: The source's fault for a picture that it can't read; the batch is then incomplete.
  /// - Complexity: O(pictures × height × width × channels); allocates nothing.
  package func makeBatch(
    _ plan: borrowing BatchPlan, stages: StageSet, settings: AugmentationSettings,
    output: UnsafeMutablePointer<UInt8>
  ) throws {
    precondition(plan.count <= batchSize, "the plan is larger than the pass")
    precondition(Self.accepts(settings, stages: stages), "bytes can't be standardized or bent")
    maps.begin(plan, settings.dot)
    let merges = stages.contains(.warp) && settings.interpolation == .bilinear
    for picture in 0..<plan.count {
      for stage in Stage.allCases where stages.contains(stage.id) {
        maps.perform(stage, picture..<(picture + 1))
      }
      let index = Int(plan.batch.indices[picture])
      let visit = plan.batch.ordinal * batchSize + picture
      let slot = output + picture * shape.count
      var current = try load(index, visit: visit, slot: slot, warps: stages.contains(.warp))
      if stages.contains(.warp) {
        let next =
          picture + 1 < plan.count ? source.borrowBytes(Int(plan.batch.indices[picture + 1])) : nil
        warp(current, to: slot, picture: picture, settings: settings, next: next)
        current = UnsafePointer(slot)
      }
      if current != UnsafePointer(slot) { slot.update(from: current, count: shape.count) }
      change(slot, picture: picture, of: plan, isMerged: merges)
    }
  }

  private func load(
    _ index: Int, visit: Int, slot: UnsafeMutablePointer<UInt8>, warps: Bool
  ) throws -> UnsafePointer<UInt8> {
    if let borrowed = source.borrowBytes(index) { return borrowed }
    let place = warps ? staging : slot
    try source.readBytes(index, visit: visit, into: place)
    return UnsafePointer(place)
  }

  /// The bilinear warp mirrors the picture and finds its range on the way.
  private func warp(
    _ from: UnsafePointer<UInt8>, to slot: UnsafeMutablePointer<UInt8>, picture: Int,
    settings: AugmentationSettings, next: UnsafePointer<UInt8>?
  ) {
    var map = maps.map(picture).kernelMap
    let draws = maps.draws[picture]
    let fill = settings.fillMode.kernelFill
    let cval = UInt8(Self.whole(settings.cval, from: 0, to: 255))
    switch settings.interpolation {
    case .nearest: ck_warp_bytes_nearest(level, from, slot, kernelShape, &map, fill, cval, next)
    case .bilinear:
      ck_warp_bytes_bilinear(
        level, from, slot, kernelShape, &map, fill, cval, next, draws.flipsHorizontally ? 1 : 0,
        draws.drawn.contains(.channelShift) ? range : nil)
    }
  }

  /// Channel shift and flips, in place, but for what the warp has done.
  private func change(
    _ slot: UnsafeMutablePointer<UInt8>, picture: Int, of plan: borrowing BatchPlan, isMerged: Bool
  ) {
    let draws = maps.draws[picture]
    if draws.drawn.contains(.channelShift), let by = shifts.baseAddress {
      for channel in shifts.indices {
        let shift = Float(plan.channelShifts[picture * shape.channels + channel])
        shifts[channel] = Int32(Self.whole(Double(shift), from: -255, to: 255))
      }
      if !isMerged { ck_range_of_bytes(level, slot, Int64(shape.count), range, range + 1) }
      ck_shift_bytes_and_clip(
        level, slot, slot, Int64(shape.height * shape.width), kernelShape.channels, by, range[0],
        range[1])
    }
    if draws.flipsHorizontally && !isMerged {
      ck_flip_bytes_horizontal(level, slot, slot, kernelShape)
    }
    if draws.flipsVertically { ck_flip_bytes_vertical(level, slot, slot, kernelShape) }
  }

  /// Rounded to the nearest whole number, halves up.
  private static func whole(_ value: Double, from low: Double, to high: Double) -> Double {
    min(max((value + 0.5).rounded(.down), low), high)
  }
}
