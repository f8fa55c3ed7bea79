package import Augmentation
import CKernels

/// The pictures of a `.npy` file: uint8 or float32, `[count, height, width]` or
/// `[count, height, width, channels]`, mapped. float32 pictures are borrowed where they lie.
///
/// Channels first, `[count, channels, height, width]`, are put last when a picture is read.
package struct NpyDataset: DatasetSource {
  package let count: Int
  package let shape: PictureShape

  private enum Element { case byte, float }

  private let file: MappedFile
  private let element: Element
  private let dataOffset: Int
  /// Whether the file has more than one channel, each in a plane of its own.
  private let isPlanar: Bool
  private let level = ck_best_level()

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
  }

  package func borrow(_ index: Int) -> UnsafePointer<Float>? {
    guard element == .float, !isPlanar else { return nil }
    let place = picture(index, elementSize: MemoryLayout<Float>.size)
    // numpy.save pads the header to 64 bytes; other writers need not.
    guard Int(bitPattern: place) % MemoryLayout<Float>.alignment == 0 else { return nil }
    return place.assumingMemoryBound(to: Float.self)
  }

  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) {
    switch element {
    case .byte where isPlanar:
      let place = self.picture(index, elementSize: 1)
      ck_planes_to_floats(
        level, place.assumingMemoryBound(to: UInt8.self), picture,
        Int64(shape.height * shape.width), Int32(shape.channels))
    case .float where isPlanar:
      putChannelsLast(self.picture(index, elementSize: MemoryLayout<Float>.size), into: picture)
    case .byte:
      let place = self.picture(index, elementSize: 1)
      ck_bytes_to_floats(
        level, place.assumingMemoryBound(to: UInt8.self), picture, Int64(shape.count))
    case .float:
      let size = MemoryLayout<Float>.size
      UnsafeMutableRawPointer(picture).copyMemory(
        from: self.picture(index, elementSize: size), byteCount: shape.count * size)
    }
  }

  package func label(_ index: Int) -> Int32? { nil }

  private func picture(_ index: Int, elementSize: Int) -> UnsafeRawPointer {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    guard let start = file.bytes.baseAddress else {
      preconditionFailure("an empty file was refused when it was opened")
    }
    return start + dataOffset + index * shape.count * elementSize
  }

  private static func element(of header: NpyHeader) throws(NpyFault) -> Element {
    guard !header.isFortranOrder else { throw .fortranOrder }
    switch header.type {
    case "|u1": return .byte
    case "<f4": return .float
    default: throw .type(header.type)
    }
  }

  private func putChannelsLast(
    _ planes: UnsafeRawPointer, into picture: UnsafeMutablePointer<Float>
  ) {
    let pixels = shape.height * shape.width
    let size = MemoryLayout<Float>.size
    for channel in 0..<shape.channels {
      for pixel in 0..<pixels {
        // Headers of other writers than numpy.save need not align the data.
        picture[pixel * shape.channels + channel] = planes.loadUnaligned(
          fromByteOffset: (channel * pixels + pixel) * size, as: Float.self)
      }
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
