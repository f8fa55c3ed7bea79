import Host

/// The labels that belong to an array's pictures: an array of any type, one element, row or block for
/// each picture, which is copied as it is.
package struct ArrayLabels: Sendable {
  /// Labels: the array's first dimension.
  package let count: Int
  /// NumPy's name of the type.
  package var type: String { array.header.type }

  private let array: StoredArray
  /// Bytes of one element, and elements of one label.
  private let size: Int
  private let length: Int

  /// Opens an array of labels.
  ///
  /// - Parameter path: `FILE.npy`, `FILE.npz` with one array, or `FILE.npz:NAME`.
  /// - Throws: `DatasetFault.npy` for a header, a type or a size that isn't right and for an array
  ///   without dimensions, `archive` for an archive or a name in it, `empty`, `notAFile` and
  ///   `unreadable` for the file itself.
  package init(path: String) throws(DatasetFault) {
    do {
      array = try StoredArray(path: path)
    } catch .npy(let path, .type(let description)) {
      throw .npy(path: path, .labelType(description))
    } catch .npy(let path, .zeroSize(let shape)) {
      throw .npy(path: path, .noLabelSize(shape))
    }
    guard let count = array.header.shape.first,
      let size = NpyNumber.size(of: array.header.type)
    else { throw .npy(path: path, .noLabels) }
    self.count = count
    self.size = size
    length = array.count / count
  }

  /// Writes the labels of pictures in their order, as an array of the same type; Fortran order becomes C
  /// order.
  ///
  /// - Parameters:
  ///   - order: Indices below `count`.
  ///   - replacing: Replaces a file of that name, instead of refusing.
  /// - Throws: `DatasetFault.unwritable`, and `changed` where the labels' file has been cut off; what was
  ///   at the path is then as it was.
  /// - Complexity: O(bytes of the labels), in flat memory.
  package func write(_ order: [Int32], to path: String, replacing: Bool) throws(DatasetFault) {
    let file: AtomicFile
    do {
      file = try AtomicFile(path: path, replacing: replacing)
      try file.append(
        NpyWriter.header(shape: [order.count] + array.header.shape.dropFirst(), type: type))
    } catch {
      throw .unwritable(error)
    }
    let label = UnsafeMutableRawBufferPointer.allocate(byteCount: length * size, alignment: 16)
    defer { label.deallocate() }
    var piece: [UInt8] = []
    for (place, index) in order.enumerated() {
      try read(Int(index), into: label)
      piece += label
      guard piece.count >= Self.pieceSize || place == order.count - 1 else { continue }
      do { try file.append(piece) } catch { throw .unwritable(error) }
      piece.removeAll(keepingCapacity: true)
    }
    do { try file.commit() } catch { throw .unwritable(error) }
  }

  private static let pieceSize = 1 << 16

  private func read(
    _ index: Int, into label: UnsafeMutableRawBufferPointer
  ) throws(DatasetFault) {
    precondition(index >= 0 && index < count, "no such label in the array")
    let start = array.header.dataOffset
    guard array.header.isFortranOrder, length > 1 else {
      return try array.file.copy(from: start + index * length * size, into: label)
    }
    let dimensions = array.header.shape
    var place = [Int](repeating: 0, count: dimensions.count)
    place[0] = index
    for element in 0..<length {
      // The place in C order, to the offset in Fortran order.
      var rest = element
      for axis in (1..<dimensions.count).reversed() {
        (rest, place[axis]) = rest.quotientAndRemainder(dividingBy: dimensions[axis])
      }
      let offset = zip(dimensions, place).reversed().reduce(0) { $0 * $1.0 + $1.1 }
      try array.file.copy(
        from: start + offset * size,
        into: UnsafeMutableRawBufferPointer(
          rebasing: label[element * size..<(element + 1) * size]))
    }
  }
}
