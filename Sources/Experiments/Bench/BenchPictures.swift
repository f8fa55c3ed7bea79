import Augmentation
import Datasets
import Glibc

/// The pictures of a benchmark row, made at its start and shared by all workers.
enum BenchPictures {
  case floats(ValueBlock<Float>)
  case bytes(ValueBlock<UInt8>)
  case jpegs(JPEGBlock)

  init(_ workload: Workload) {
    switch workload.source {
    case .floats:
      self = .floats(ValueBlock(count: workload.pictures, shape: workload.shape))
    case .bytes:
      self = .bytes(ValueBlock(count: workload.pictures, shape: workload.shape))
    case .jpegs:
      self = .jpegs(JPEGBlock(count: workload.pictures, shape: workload.shape))
    }
  }
}

/// Pictures that lie in memory one after the other, of whole numbers from 0 to 255.
///
/// `@unchecked Sendable` because nothing is written after `init`.
final class ValueBlock<Value: Sendable>: @unchecked Sendable {
  let count: Int
  let shape: PictureShape
  private let values: UnsafeMutableBufferPointer<Value>

  fileprivate init(count: Int, shape: PictureShape, value: (UInt8) -> Value) {
    self.count = count
    self.shape = shape
    let memory = LargeMemory.allocate(
      byteCount: count * shape.count * MemoryLayout<Value>.stride)
    values = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Value.self, capacity: count * shape.count),
      count: count * shape.count)
    var state: UInt32 = 1
    for index in values.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      values.initializeElement(at: index, to: value(UInt8(state >> 24)))
    }
  }

  deinit { free(values.baseAddress) }

  func picture(_ index: Int) -> UnsafePointer<Value> {
    UnsafePointer(values.baseAddress! + index * shape.count)  // never empty
  }

  func label(_ index: Int) -> Int32? { nil }
}

extension ValueBlock where Value == Float {
  convenience init(count: Int, shape: PictureShape) {
    self.init(count: count, shape: shape) { Float($0) }
  }
}

extension ValueBlock where Value == UInt8 {
  convenience init(count: Int, shape: PictureShape) {
    self.init(count: count, shape: shape) { $0 }
  }
}

/// The source of a pass's pictures.
struct FloatSource: DatasetSource {
  let block: ValueBlock<Float>

  var count: Int { block.count }
  var shape: PictureShape { block.shape }
  func borrow(_ index: Int) -> UnsafePointer<Float>? { block.picture(index) }
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    picture.update(from: block.picture(index), count: shape.count)
  }
  func label(_ index: Int) -> Int32? { nil }
}

/// The same of bytes.
struct ByteBlockSource: ByteSource {
  let block: ValueBlock<UInt8>

  var count: Int { block.count }
  var shape: PictureShape { block.shape }
  var hasBytes: Bool { true }
  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    for place in 0..<shape.count { picture[place] = Float(block.picture(index)[place]) }
  }
  func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? { block.picture(index) }
  func readBytes(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>) {
    picture.update(from: block.picture(index), count: shape.count)
  }
  func label(_ index: Int) -> Int32? { nil }
}

/// JPEG files in memory.
final class JPEGBlock: Sendable {
  static let size = PictureSize(height: 375, width: 500)
  private static let quality = 96

  let count: Int
  let shape: PictureShape
  let files: [[UInt8]]
  /// Pictures of the generator's output format, for memcpy.
  let results: ValueBlock<Float>

  init(count: Int, shape: PictureShape) {
    self.count = count
    self.shape = shape
    results = ValueBlock(count: count, shape: shape)
    files = (0..<count).map { number in
      var synthesis = PhotographSynthesis(seed: UInt32(number))
      guard
        let file = try? PictureCodec.encodeJPEG(
          synthesis.render(Self.size), size: Self.size, quality: Self.quality)
      else { preconditionFailure("a picture of 500×375 can be written as JPEG") }
      return file
    }
  }
}

/// Random resized crops of the files; one per worker, for it keeps the memory that decoding takes.
///
/// `@unchecked Sendable` because only one worker's pass calls it.
final class JPEGSource: DatasetSource, @unchecked Sendable {
  private let block: JPEGBlock
  private let recipe = CropRecipe()
  private let reading = CroppedReading()

  init(_ block: JPEGBlock) { self.block = block }

  var count: Int { block.count }
  var shape: PictureShape { block.shape }
  func borrow(_ index: Int) -> UnsafePointer<Float>? { nil }
  func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    try read(index, visit: index, into: picture)
  }
  func read(_ index: Int, visit: Int, into picture: UnsafeMutablePointer<Float>) throws {
    let box = recipe.box(in: JPEGBlock.size, channels: shape.channels, visit: visit)
    _ = try block.files[index].withUnsafeBytes {
      try reading.read($0, size: JPEGBlock.size, box: box, target: shape, into: picture)
    }
  }
  func label(_ index: Int) -> Int32? { nil }
}

/// Pictures with large and small things in them, as a photograph has: four grids of random colours,
/// from 6×8 to the picture's own size, made as large as the picture and added up.
struct PhotographSynthesis {
  /// Rows of a grid, and the part it has in the sum.
  private static let grids: [(rows: Int, weight: Float)] = [(6, 0.5), (24, 0.28), (94, 0.16)]
  private static let grain: Float = 0.06

  private var state: UInt32

  init(seed: UInt32) { state = seed &* 2_654_435_761 &+ 1 }

  mutating func render(_ size: PictureSize) -> [UInt8] {
    var sum = [Float](repeating: 0, count: size.pixels * 3)
    for place in sum.indices { sum[place] = Self.grain * next() }
    for grid in Self.grids {
      let shape = PictureShape(height: grid.rows, width: grid.rows * 4 / 3, channels: 3)
      let colours = (0..<shape.count).map { _ in next() }
      var large = [Float](repeating: 0, count: sum.count)
      large.withUnsafeMutableBufferPointer { large in
        guard let place = large.baseAddress else { return }
        BilinearResize.apply(
          from: colours, shape: shape,
          box: CropBox(top: 0, left: 0, height: shape.height, width: shape.width), to: place,
          height: size.height, width: size.width)
      }
      for place in sum.indices { sum[place] += grid.weight * large[place] }
    }
    return sum.map { UInt8(min(max($0, 0), 255)) }
  }

  /// 0..<256.
  private mutating func next() -> Float {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(state >> 24)
  }
}
