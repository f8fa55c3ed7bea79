import Augmentation

/// Pictures out of an array, borrowed or read; a picture's label is its number.
final class ArraySource: DatasetSource {
  let count: Int
  let shape: PictureShape
  let lends: Bool
  // Written in init alone.
  private nonisolated(unsafe) let values: UnsafeMutablePointer<Float>

  init(_ pictures: [Float], shape: PictureShape, lends: Bool = true) {
    self.shape = shape
    self.lends = lends
    count = pictures.count / shape.count
    values = .allocate(capacity: pictures.count)
    values.initialize(from: pictures, count: pictures.count)
  }

  deinit { values.deallocate() }

  func borrow(_ index: Int) -> UnsafePointer<Float>? {
    lends ? UnsafePointer(values + index * shape.count) : nil
  }

  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: values + index * shape.count, count: shape.count)
  }

  func label(_ index: Int) -> Int32? { Int32(index) }
}

extension BatchPass {
  /// Makes one batch into an array.
  func pictures(
    _ plan: BatchPlan, stages: StageSet = .all, settings: AugmentationSettings
  ) throws -> [Float] {
    // Slots begin with something that is no picture, so that what isn't written shows.
    var output = [Float](repeating: .nan, count: plan.count * shape.count)
    try output.withUnsafeMutableBufferPointer {
      try makeBatch(plan, stages: stages, settings: settings, output: $0.baseAddress!)
    }
    return output
  }
}
