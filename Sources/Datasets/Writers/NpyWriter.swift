package import Augmentation
import Host

/// Writes pictures into a `.npy` file, `[count, height, width, channels]` or
/// `[count, channels, height, width]`, as they come.
///
/// The file is at its path once `finish()` has put it there; what was there before stays until then. Where
/// the count is known beforehand, a pipe takes the pictures, too: its header says that count. One thread
/// at a time.
package final class NpyWriter {
  /// The type of the written values.
  package enum Element: Sendable {
    /// float32, as it is.
    case float
    /// uint8: limited to 0...255, then cut to a whole number, as Keras's `array_to_img` cuts.
    case byte
  }

  /// Header and padding, so that the data are aligned to 64 bytes and any count fits.
  private static let headerSize = 128

  /// Where the file will be.
  package let path: String
  /// The shape of every picture.
  package let shape: PictureShape
  /// The file's element type.
  package let element: Element
  /// As the pictures come: it is what the header says.
  package let ordering: DimOrdering
  /// Pictures written.
  package private(set) var count = 0
  /// Values that were NaN and became 0, in a file of bytes.
  package private(set) var notNumbers = 0
  /// Whether the pictures go to a pipe, a device or standard output, which keeps nothing.
  package var isStream: Bool { file.isStream }

  private let file: AtomicFile
  private let expected: Int
  private var bytes: [UInt8] = []
  private var isFinished = false

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - expected: Pictures that will come; 0 where that isn't known, which a pipe can't take.
  ///   - replacing: Replaces what is at the path, instead of refusing.
  /// - Throws: `DatasetFault.unwritable`.
  package init(
    path: String, shape: PictureShape, element: Element, ordering: DimOrdering = .tf,
    expected: Int = 0, replacing: Bool
  ) throws(DatasetFault) {
    self.path = path
    self.ordering = ordering
    self.shape = shape
    self.element = element
    self.expected = expected
    do {
      file = path == "-" ? .standardOutput : try AtomicFile(path: path, replacing: replacing)
      try file.append(header(count: expected))
    } catch {
      throw .unwritable(error)
    }
  }

  /// Adds pictures of the writer's shape that lie one after the other.
  ///
  /// - Throws: `DatasetFault.unwritable` where the file can't be written.
  package func append(
    _ pictures: UnsafePointer<Float>, count added: Int
  ) throws(DatasetFault) {
    let values = UnsafeBufferPointer(start: pictures, count: added * shape.count)
    switch element {
    case .float:
      try append(UnsafeRawBufferPointer(values))
    case .byte:
      bytes.removeAll(keepingCapacity: true)
      // NaN becomes 0: the comparisons of max and min would let it through.
      for value in values {
        bytes.append(value >= 0 ? UInt8(min(value, 255)) : 0)
        if value.isNaN { notNumbers += 1 }
      }
      do {
        try file.append(bytes)
      } catch {
        throw .unwritable(error)
      }
    }
    count += added
  }

  /// Adds pictures that are bytes, to a file of bytes.
  ///
  /// - Throws: `DatasetFault.unwritable`, as where the disk is full.
  package func append(
    bytes pictures: UnsafePointer<UInt8>, count added: Int
  ) throws(DatasetFault) {
    precondition(element == .byte, "the file holds floats")
    try append(
      UnsafeRawBufferPointer(UnsafeBufferPointer(start: pictures, count: added * shape.count)))
    count += added
  }

  /// Puts the file in its place; nothing can be added afterwards.
  ///
  /// - Throws: `DatasetFault.unwritable`; what was at the path is then as it was.
  package func finish() throws(DatasetFault) {
    do {
      try complete()
      try file.commit()
      isFinished = true
    } catch {
      throw .unwritable(error)
    }
  }

  /// Ends the file early, with the pictures added so far.
  ///
  /// - Returns: The path that holds them: that of the file, or of a part where the file would have
  ///   replaced an older one. Nil where no picture was added or the disk is full, and for a stream;
  ///   nothing is left then.
  package func finishEarly() -> String? {
    if isFinished { return path }
    guard count > 0, !isStream else {
      file.discard()
      return nil
    }
    do {
      try complete()
      if file.replacesFile { return file.keepPart() }
      try file.commit()
      isFinished = true
      return path
    } catch {
      file.discard()
      return nil
    }
  }

  /// Writes the count where it isn't the expected one, and drops the part of a picture that a full disk
  /// has cut off.
  private func complete() throws(FileFault) {
    guard count != expected else { return }
    try file.truncate(to: Self.headerSize + count * shape.count * elementSize)
    try file.write(header(count: count), at: 0)
  }

  private var elementSize: Int { element == .float ? MemoryLayout<Float>.size : 1 }

  private func header(count: Int) -> [UInt8] {
    let sides =
      ordering == .tf
      ? [shape.height, shape.width, shape.channels] : [shape.channels, shape.height, shape.width]
    return Self.header(shape: [count] + sides, type: element == .float ? "<f4" : "|u1")
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(DatasetFault) {
    do {
      try file.append(bytes)
    } catch {
      throw .unwritable(error)
    }
  }

  /// A header of version 1.0, padded to a multiple of 64 bytes, and to `headerSize` if it is shorter.
  ///
  /// - Parameter type: NumPy's name of it.
  static func header(shape: [Int], type: String) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary =
      "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }"
    let size = max(
      headerSize, (NpyHeader.magic.count + 4 + dictionary.utf8.count + 1 + 63) / 64 * 64)
    // Version 1.0: the length of what follows in two bytes, low byte first.
    let length = size - NpyHeader.magic.count - 4
    var header = NpyHeader.magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
    header += Array(dictionary.utf8)
    header += [UInt8](repeating: 0x20, count: size - header.count - 1)
    return header + [0x0a]
  }
}
