package import Augmentation
import CKernels

/// The pictures of a `.npy` file: uint8 or float32, `[count, height, width]` or
/// `[count, height, width, channels]`. float32 pictures are borrowed from the mapped file; others are
/// converted at each reading.
///
/// Channels first, `[count, channels, height, width]`, are moved last at each reading.
package struct NpyDataset: DatasetSource {
  /// Pictures: the array's first dimension.
  package let count: Int
  /// The shape of each, channels last whatever the file's order is.
  package let shape: PictureShape

  private enum Element { case byte, float }

  private let file: MappedFile
  private let element: Element
  private let dataOffset: Int
  /// Whether the file has more than one channel, each in a plane of its own.
  private let isPlanar: Bool
  private let level = ck_best_level()
  private let room: DecoderPool

  /// Opens an array.
  ///
  /// - Parameter ordering: Where a 4-dimensional array has its channels.
  /// - Throws: `DatasetFault.npy` for a header or a size that isn't right, `empty`, `notAFile` and
  ///   `unreadable` for the file itself, `pictureTooLarge` for 2³¹ values or more in a picture.
  /// - Complexity: O(1): the data aren't touched.
  package init(path: String, ordering: DimOrdering = .tf) throws(DatasetFault) {
    let file = try MappedFile(path: path)
    guard file.size > 0 else { throw .empty(path: path) }
    do {
      let header = try NpyHeader(parsing: file.bytes)
      element = try Self.element(of: header)
      let dimensions = try Self.pictures(of: header, ordering)
      let size = element == .byte ? 1 : MemoryLayout<Float>.size
      try Self.checkSize(header, elementSize: size, fileSize: file.size)
      count = dimensions[0]
      shape = PictureShape(
        height: dimensions[1], width: dimensions[2], channels: dimensions[3])
      dataOffset = header.dataOffset
      isPlanar = ordering == .th && dimensions[3] > 1
    } catch {
      throw .npy(path: path, error)
    }
    guard shape.count < 1 << 31, count < 1 << 31 else { throw .pictureTooLarge(path: path) }
    self.file = file
    room = DecoderPool(size: shape.count * (element == .byte ? 1 : MemoryLayout<Float>.size))
  }

  /// The picture in the mapped file; nil for bytes, for channels first, for data that aren't
  /// aligned and for a file that has been cut off.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? {
    // For a file that has been cut off, `read` throws.
    guard element == .float, !isPlanar, file.isWhole else { return nil }
    guard let start = file.bytes.baseAddress else { return nil }
    let place = start + offset(index)
    // numpy.save pads the header to 64 bytes; other writers need not.
    guard Int(bitPattern: place) % MemoryLayout<Float>.alignment == 0 else { return nil }
    return place.assumingMemoryBound(to: Float.self)
  }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    guard element == .byte || isPlanar else {
      let room = UnsafeMutableRawBufferPointer(start: picture, count: pictureSize)
      return try file.copy(from: offset(index), into: room)
    }
    try room.lend { room in
      try file.copy(from: offset(index), into: room)
      switch element {
      case .byte: room.withMemoryRebound(to: UInt8.self) { putInto(picture, bytes: $0) }
      case .float: room.withMemoryRebound(to: Float.self) { putInto(picture, planes: $0) }
      }
    }
  }

  /// Nil: arrays have no labels.
  package func label(_ index: Int) -> Int32? { nil }

  private var pictureSize: Int {
    shape.count * (element == .byte ? 1 : MemoryLayout<Float>.size)
  }

  private func offset(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    return dataOffset + index * pictureSize
  }

  private func putInto(
    _ picture: UnsafeMutablePointer<Float>, bytes: UnsafeMutableBufferPointer<UInt8>
  ) {
    guard let start = bytes.baseAddress else { return }
    if isPlanar {
      ck_planes_to_floats(
        level, start, picture, Int64(shape.height * shape.width), Int32(shape.channels))
    } else {
      ck_bytes_to_floats(level, start, picture, Int64(shape.count))
    }
  }

  private func putInto(
    _ picture: UnsafeMutablePointer<Float>, planes: UnsafeMutableBufferPointer<Float>
  ) {
    let pixels = shape.height * shape.width
    for channel in 0..<shape.channels {
      for pixel in 0..<pixels {
        picture[pixel * shape.channels + channel] = planes[channel * pixels + pixel]
      }
    }
  }

  private static func element(of header: NpyHeader) throws(NpyFault) -> Element {
    guard !header.isFortranOrder else { throw .fortranOrder }
    switch header.type {
    case "|u1": return .byte
    case "<f4": return .float
    default: throw .type(header.type)
    }
  }

  /// Count, height, width and channels.
  private static func pictures(
    of header: NpyHeader, _ ordering: DimOrdering
  ) throws(NpyFault) -> [Int] {
    let shape = header.shape
    guard shape.count == 3 || shape.count == 4 else { throw .rank(shape) }
    guard !shape.contains(0) else { throw .zeroSize(shape) }
    guard shape.count == 4 else { return shape + [1] }
    return ordering == .tf ? shape : [shape[0], shape[2], shape[3], shape[1]]
  }

  private static func checkSize(
    _ header: NpyHeader, elementSize: Int, fileSize: Int
  ) throws(NpyFault) {
    var expected = elementSize
    for dimension in header.shape {
      let (product, tooLarge) = expected.multipliedReportingOverflow(by: dimension)
      guard !tooLarge else { throw .tooLarge(header.shape) }
      expected = product
    }
    let found = fileSize - header.dataOffset
    guard found == expected else { throw .size(expected: expected, found: found) }
  }
}

extension NpyDataset: ByteSource {
  /// Whether the array is of bytes.
  package var hasBytes: Bool { element == .byte }

  /// The picture in the mapped file; nil for float32, for channels first and for a file that has
  /// been cut off.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? {
    guard element == .byte, !isPlanar, file.isWhole, let start = file.bytes.baseAddress else {
      return nil
    }
    return (start + offset(index)).assumingMemoryBound(to: UInt8.self)
  }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    guard isPlanar else {
      let room = UnsafeMutableRawBufferPointer(start: picture, count: pictureSize)
      return try file.copy(from: offset(index), into: room)
    }
    try room.lend { room in
      try file.copy(from: offset(index), into: room)
      let planes = room.assumingMemoryBound(to: UInt8.self)
      interleave(planes, of: shape, into: picture)
    }
  }
}

/// Planes of bytes, one per channel, to pixels.
func interleave(
  _ planes: UnsafeMutableBufferPointer<UInt8>, of shape: PictureShape,
  into picture: UnsafeMutablePointer<UInt8>
) {
  let pixels = shape.height * shape.width
  for channel in 0..<shape.channels {
    for pixel in 0..<pixels {
      picture[pixel * shape.channels + channel] = planes[channel * pixels + pixel]
    }
  }
}
