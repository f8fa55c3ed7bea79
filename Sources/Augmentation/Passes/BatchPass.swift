import CKernels

/// Makes batches out of plans, one stage over all pictures after the other, so that a clock can be
/// read between stages.
///
/// One per worker, used by one thread at a time; all scratch is allocated at the start. Each picture
/// has a slot in the batch array. `load` borrows a picture that lies in memory as float32 and reads
/// any other one; `warp` reads it there and writes straight into the slot; later stages work in place
/// in the slot, and the first stage that changes an unwarped picture writes it there as it goes.
/// `collate` copies what no stage has written: with the warp on, nothing. So a picture crosses the
/// memory once, and the values are Keras's to the bit whichever way it went.
package final class BatchPass {
  /// The dataset that `load` takes pictures from.
  package let source: any DatasetSource
  /// The most pictures a batch may hold, above 0.
  package let batchSize: Int
  /// The shape of every picture, the source's own.
  package let shape: PictureShape
  /// The statistics that `standardize` uses; nil without `Statistics.fit`.
  package let statistics: Statistics?
  /// Pictures in the batch being made.
  package private(set) var count = 0
  /// Those of them that stages are performed for.
  private(set) var pictures = 0..<0

  var stages = StageSet(rawValue: 0)
  var settings = AugmentationSettings()
  /// Where each picture is now: in the source, in `staging` or in its slot.
  let current: UnsafeMutableBufferPointer<UnsafePointer<Float>>
  let maps: BatchMaps
  let level = ck_best_level()
  let kernelShape: ck_shape

  /// The number of the batch's first picture in the session.
  private var firstVisit = 0
  private let indices: UnsafeMutableBufferPointer<Int32>
  /// `channels` numbers for each picture, rounded to float32 as Keras's addition does.
  private let shifts: UnsafeMutableBufferPointer<Float>
  /// The lowest and the highest value of each picture whose channels are shifted.
  private let ranges: UnsafeMutableBufferPointer<Float>
  /// Whether all stages follow one another, so that no clock is read between them.
  private var isMakingBatch = false
  /// Room for pictures that are read and then warped; made when the first of them comes.
  private var staging: UnsafeMutableBufferPointer<Float>?
  /// Room for pictures that can't be changed in place; made when the first of them comes.
  private var scratch: UnsafeMutableBufferPointer<Float>?
  /// Mean, then deviation of each channel, as float32.
  let channelNormalization: UnsafeMutableBufferPointer<Float>
  /// The input place of every pixel; computed at the first picture that the lens bends.
  private var lensPlaces: LensPlaces?
  private var output: UnsafeMutablePointer<Float>?

  /// - Parameters:
  ///   - batchSize: The most pictures a plan may hold.
  ///   - statistics: Of pictures of the source's shape, for the featurewise settings.
  package init(source: any DatasetSource, batchSize: Int, statistics: Statistics? = nil) {
    precondition(batchSize > 0, "a batch holds at least one picture")
    let shape = source.shape
    precondition(shape.count <= Int(Int32.max), "the kernels count a picture's values in 31 bits")
    precondition(statistics.map { $0.shape == shape } ?? true, "statistics of other pictures")
    self.source = source
    self.batchSize = batchSize
    self.statistics = statistics
    self.shape = shape
    kernelShape = ck_shape(shape)
    current = .allocate(capacity: batchSize)
    maps = BatchMaps(batchSize: batchSize, shape: shape)
    indices = .allocate(capacity: batchSize)
    indices.initialize(repeating: 0)
    shifts = .allocate(capacity: batchSize * shape.channels)
    shifts.initialize(repeating: 0)
    ranges = .allocate(capacity: 2 * batchSize)
    ranges.initialize(repeating: 0)
    channelNormalization = .allocate(capacity: 2 * shape.channels)
    channelNormalization.initialize(repeating: 0)
  }

  deinit {
    current.deallocate()
    indices.deallocate()
    shifts.deallocate()
    ranges.deallocate()
    channelNormalization.deallocate()
    staging?.deallocate()
    scratch?.deallocate()
  }

  /// Takes up a plan; keeps nothing of it, so the plan may be refilled at once.
  ///
  /// - Parameters:
  ///   - stages: The stages that the plan was drawn for.
  ///   - output: Room for the plan's pictures, `[count, height, width, channels]`, or
  ///     `[count, channels, height, width]` if the settings say `th`, until the last
  ///     stage is done.
  package func begin(
    _ plan: borrowing BatchPlan, stages: StageSet, settings: AugmentationSettings,
    output: UnsafeMutablePointer<Float>
  ) {
    precondition(plan.count <= batchSize, "the plan is larger than the pass")
    count = plan.count
    isMakingBatch = false
    self.stages = stages
    self.settings = settings
    self.output = output
    pictures = 0..<count
    firstVisit = plan.batch.ordinal * batchSize
    maps.begin(plan, settings.dot)
    for picture in pictures { indices[picture] = plan.batch.indices[picture] }
    let drawsShifts =
      stages.contains(.channelShift) && !settings.isIdle(.channelShift)
    if drawsShifts {
      for i in 0..<(count * shape.channels) { shifts[i] = Float(plan.channelShifts[i]) }
    }
  }

  /// Does one stage for all pictures; a stage that is off does nothing. Stages come in the order of
  /// `Stage.allCases`, from `load` to `collate`.
  ///
  /// - Throws: From `load`, the source's fault for a picture that it can't read; from `standardize`,
  ///   `StatisticsFault.notFitted` where the settings need statistics that are missing and
  ///   `wrongChannels` where a normalization is for other channels. The batch is then incomplete.
  package func perform(_ stage: Stage) throws {
    guard stages.contains(stage.id) else { return }
    switch stage {
    case .load: try load()
    case .rotation, .heightShift, .widthShift, .shear, .zoom, .compose:
      maps.perform(stage, pictures)
    case .warp: warp()
    case .channelShift: shiftChannels()
    case .horizontalFlip: flipHorizontally()
    case .verticalFlip: flipVertically()
    case .lens: bend()
    case .standardize: try standardize()
    case .collate: collate()
    }
  }

  /// The map that the warp of a picture uses.
  package func map(_ picture: Int) -> AffineMap { maps.map(picture) }

  /// Values of pictures that stay in a core's own cache between one stage and the next.
  private static let cachedValues = 1 << 17

  /// Takes up a plan and does all of its stages, for as many pictures at a time as stay in the cache.
  /// Stages that can be merged are.
  ///
  /// - Throws: As `perform`.
  package func makeBatch(
    _ plan: borrowing BatchPlan, stages: StageSet, settings: AugmentationSettings,
    output: UnsafeMutablePointer<Float>
  ) throws {
    begin(plan, stages: stages, settings: settings, output: output)
    isMakingBatch = true
    // Whitening takes the batch as a whole.
    let most = settings.zcaWhitening ? count : max(1, Self.cachedValues / shape.count)
    for start in stride(from: 0, to: count, by: max(1, most)) {
      pictures = start..<min(start + most, count)
      for stage in Stage.allCases { try perform(stage) }
    }
  }

  /// The picture's place in the batch array.
  func slot(_ picture: Int) -> UnsafeMutablePointer<Float> {
    guard let output else { preconditionFailure("a stage was performed before begin") }
    return output + picture * shape.count
  }

  func shifts(_ picture: Int) -> UnsafePointer<Float> {
    UnsafePointer(shifts.baseAddress! + picture * shape.channels)  // never empty
  }

  /// Two places for the picture's lowest and highest value.
  func range(_ picture: Int) -> UnsafeMutablePointer<Float> {
    ranges.baseAddress! + 2 * picture  // never empty
  }

  /// Whether the warp finds pictures' ranges and mirrors them on its way, while they are in the cache,
  /// which saves the later stages a pass each.
  var warpMerges: Bool {
    isMakingBatch && stages.contains(.warp)
  }

  /// The picture that will be wanted after this one, if it lies in memory.
  func next(after picture: Int) -> UnsafePointer<Float>? {
    let next = picture + 1
    if next < pictures.upperBound { return current[next] }
    return next < count ? source.borrow(Int(indices[next])) : nil
  }

  private func load() throws {
    // A picture that isn't warped afterwards can be read where it will stay.
    let warps = stages.contains(.warp)
    for picture in pictures {
      let index = Int(indices[picture])
      if let borrowed = source.borrow(index) {
        current[picture] = borrowed
      } else {
        let place = warps ? stagingSlot(picture) : slot(picture)
        try source.read(index, visit: firstVisit + picture, into: place)
        current[picture] = UnsafePointer(place)
      }
    }
  }

  /// Scratch memory for the whole batch, apart from the output.
  func scratchPictures() -> UnsafeMutablePointer<Float> {
    let room = scratch ?? .allocate(capacity: batchSize * shape.count)
    scratch = room
    return room.baseAddress!  // never empty
  }

  /// Where the lens takes every pixel from.
  func lensSources() -> (
    rows: UnsafePointer<Double>, columns: UnsafePointer<Double>
  ) {
    var places = lensPlaces.take() ?? LensPlaces(shape: shape)
    places.fit(settings.lens)
    let sources = (UnsafePointer(places.rows), UnsafePointer(places.columns))
    lensPlaces = consume places
    return sources
  }

  private func stagingSlot(_ picture: Int) -> UnsafeMutablePointer<Float> {
    let room = staging ?? .allocate(capacity: batchSize * shape.count)
    staging = room
    return room.baseAddress! + picture * shape.count  // never empty
  }
}

extension ck_shape {
  init(_ shape: PictureShape) {
    self.init(
      height: Int32(shape.height), width: Int32(shape.width), channels: Int32(shape.channels))
  }
}
