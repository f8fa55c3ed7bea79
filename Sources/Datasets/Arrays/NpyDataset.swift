package import Augmentation
import CKernels

/// The pictures of a NumPy array, `[count, height, width]` or `[count, height, width, channels]`, in a
/// `.npy` file or a `.npz` archive.
///
/// Numbers of any real type up to 64 bits, of either byte order, in C or in Fortran order, become
/// float32 as NumPy's `astype` makes them, picture by picture, when they are read: the array is never
/// loaded whole. Packed float32 pictures are borrowed from the mapped file.
///
/// Channels first, `[count, channels, height, width]`, are moved last at each reading.
package struct NpyDataset: DatasetSource {
  /// Pictures: the array's first dimension.
  package let count: Int
  /// The shape of each, channels last whatever the file's order is.
  package let shape: PictureShape
  /// The array's dimensions, as the file has them.
  package let dimensions: [Int]

  private let file: MappedFile
  private let number: NpyNumber
  private let layout: ArrayLayout
  private let dataOffset: Int
  private let level = ck_best_level()
  private let room: DecoderPool

  /// Opens an array.
  ///
  /// - Parameters:
  ///   - path: `FILE.npy`, `FILE.npz` with one array, or `FILE.npz:NAME`.
  ///   - ordering: Where a 4-dimensional array has its channels.
  /// - Throws: `DatasetFault.npy` for a header, a type or a size that isn't right, `archive` for an
  ///   archive or a name in it, `empty`, `notAFile` and `unreadable` for the file itself,
  ///   `pictureTooLarge` for 2³¹ values or more in a picture.
  /// - Complexity: O(1): the data aren't touched, except what an archive holds deflated, which is
  ///   unpacked into a file without a name.
  package init(path: String, ordering: DimOrdering = .tf) throws(DatasetFault) {
    let array = try StoredArray(path: path)
    do {
      number = try NpyNumber(array.header.type)
      layout = try ArrayLayout(
        array.header.shape, isFortranOrder: array.header.isFortranOrder, ordering,
        size: number.size)
    } catch {
      throw .npy(path: path, error)
    }
    guard layout.shape.count < 1 << 31, layout.count < 1 << 31 else {
      throw .pictureTooLarge(path: path)
    }
    count = layout.count
    shape = layout.shape
    dimensions = array.header.shape
    file = array.file
    dataOffset = array.header.dataOffset
    room = DecoderPool(size: layout.shape.count * number.size)
  }

  /// The picture in the mapped file; nil for what isn't packed float32 of the machine's byte order,
  /// channels last and aligned, and for a file that has been cut off.
  package func borrow(_ index: Int) -> UnsafePointer<Float>? {
    // For a file that has been cut off, `read` throws.
    guard number.type == CK_FLOAT32, !number.swaps, layout.isInOrder, file.isWhole,
      let start = file.bytes.baseAddress
    else { return nil }
    let place = start + offset(index)
    // numpy.save pads the header to 64 bytes; other writers, and archives, need not.
    guard Int(bitPattern: place) % MemoryLayout<Float>.alignment == 0 else { return nil }
    return place.assumingMemoryBound(to: Float.self)
  }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func read(_ index: Int, into picture: UnsafeMutablePointer<Float>) throws {
    if number.type == CK_FLOAT32, !number.swaps, layout.isInOrder {
      let room = UnsafeMutableRawBufferPointer(start: picture, count: shape.count * number.size)
      return try file.copy(from: offset(index), into: room)
    }
    try lend(index) { start in
      if number.type == CK_UINT8, layout.isInOrder {
        ck_bytes_to_floats(level, start, picture, Int64(shape.count))
      } else if number.type == CK_UINT8, layout.isInPlanes {
        ck_planes_to_floats(
          level, start, picture, Int64(shape.height * shape.width), Int32(shape.channels))
      } else {
        withStrides {
          ck_numbers_to_floats(number.type, number.swaps ? 1 : 0, start, kernelShape, $0, picture)
        }
      }
    }
  }

  /// Nil: arrays have no labels.
  package func label(_ index: Int) -> Int32? { nil }

  /// The file, if somebody has written to it; of an archive, what was deflated is unpacked already.
  package func changes() -> SourceChanges { SourceChanges(files: file.changed) }

  private var kernelShape: ck_shape {
    ck_shape(
      height: Int32(shape.height), width: Int32(shape.width), channels: Int32(shape.channels))
  }

  private func offset(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "no such picture in the dataset")
    return dataOffset + index * layout.step
  }

  private func withStrides(_ body: (UnsafePointer<Int64>) -> Void) {
    let strides = [layout.strides[0], layout.strides[1], layout.strides[2]]
    strides.withUnsafeBufferPointer { strides in
      guard let start = strides.baseAddress else { return }
      body(start)
    }
  }

  /// Lends the picture's first number. What lies together is read into a room; a picture that is
  /// scattered over the whole file is taken from the mapping.
  private func lend(_ index: Int, _ body: (UnsafePointer<UInt8>) -> Void) throws {
    guard layout.isPacked else {
      guard file.isWhole, let start = file.bytes.baseAddress else {
        throw DatasetFault.changed(path: file.path)
      }
      return body((start + offset(index)).assumingMemoryBound(to: UInt8.self))
    }
    try room.lend { room in
      try file.copy(from: offset(index), into: room)
      guard let start = room.baseAddress else { return }
      body(UnsafePointer(start.assumingMemoryBound(to: UInt8.self)))
    }
  }
}

extension NpyDataset: ByteSource {
  /// Whether the array is of bytes.
  package var hasBytes: Bool { number.type == CK_UINT8 }

  /// The picture in the mapped file; nil for other numbers than bytes, for other orders than channels
  /// last and for a file that has been cut off.
  package func borrowBytes(_ index: Int) -> UnsafePointer<UInt8>? {
    guard hasBytes, layout.isInOrder, file.isWhole, let start = file.bytes.baseAddress else {
      return nil
    }
    return (start + offset(index)).assumingMemoryBound(to: UInt8.self)
  }

  /// - Throws: `DatasetFault`, if the file has been cut off or can't be read any more.
  package func readBytes(
    _ index: Int, visit: Int, into picture: UnsafeMutablePointer<UInt8>
  ) throws {
    guard !layout.isInOrder else {
      let room = UnsafeMutableRawBufferPointer(start: picture, count: shape.count)
      return try file.copy(from: offset(index), into: room)
    }
    try lend(index) { start in
      withStrides { ck_numbers_to_bytes(start, kernelShape, $0, picture) }
    }
  }
}
