package import Augmentation
import Glibc
import Host

/// Writes pictures into a `.npy` file, `[count, height, width, channels]` or
/// `[count, channels, height, width]`, as they come.
///
/// The header has room for any count and is written again by `finish()`; until then it says that the
/// file holds no pictures. A file that is to be replaced stays as it is until then. One thread at a
/// time.
package final class NpyWriter {
  /// What a value becomes.
  package enum Element: Sendable {
    /// float32, as it is.
    case float
    /// uint8: limited to 0...255, then cut to a whole number, as Keras's `array_to_img` cuts.
    case byte
  }

  /// Header and padding, so that the data are aligned to 64 bytes and any count fits.
  private static let headerSize = 128

  package let path: String
  package let shape: PictureShape
  package let element: Element
  /// As the pictures come: it is what the header says.
  package let ordering: DimOrdering
  /// Pictures written.
  package private(set) var count = 0

  private var descriptor: Int32
  private var bytes: [UInt8] = []
  /// Where it is written, until it takes the place of what is at `path`; nil: there.
  private let beside: String?

  /// Makes the file, or one beside the one that is there.
  package init(
    path: String, shape: PictureShape, element: Element, ordering: DimOrdering = .tf
  ) throws(DatasetFault) {
    self.path = path
    self.ordering = ordering
    self.shape = shape
    self.element = element
    var status = stat()
    let replaces = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    beside = replaces ? "\(path).\(getpid()).part" : nil
    descriptor = open(beside ?? path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
    try check(writeHeader())
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let beside { unlink(beside) }
  }

  /// Adds pictures of the writer's shape that lie one after the other.
  package func append(
    _ pictures: UnsafePointer<Float>, count added: Int
  ) throws(DatasetFault) {
    let values = UnsafeBufferPointer(start: pictures, count: added * shape.count)
    switch element {
    case .float:
      try check(write(UnsafeRawBufferPointer(values)))
    case .byte:
      bytes.removeAll(keepingCapacity: true)
      // NaN becomes 0: the comparisons of max and min would let it through.
      for value in values { bytes.append(value >= 0 ? UInt8(min(value, 255)) : 0) }
      try check(bytes.withUnsafeBytes(write))
    }
    count += added
  }

  /// Adds pictures that are bytes, to a file of bytes.
  package func append(
    bytes pictures: UnsafePointer<UInt8>, count added: Int
  ) throws(DatasetFault) {
    precondition(element == .byte, "the file holds floats")
    try check(
      write(
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: pictures, count: added * shape.count))))
    count += added
  }

  /// Writes the count, drops what a full disk has cut off, and closes the file; nothing can be added
  /// afterwards.
  package func finish() throws(DatasetFault) {
    let size = count * shape.count * (element == .float ? MemoryLayout<Float>.size : 1)
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .unwritable(path: path, errno: errno) }
    try check(writeHeader())
    // A pipe or a device has no size.
    _ = ftruncate(descriptor, Self.headerSize + size)
    let closed = close(descriptor)
    let code = errno
    descriptor = -1
    guard closed == 0 else { throw .unwritable(path: path, errno: code) }
    if let beside, rename(beside, path) != 0 { throw .unwritable(path: path, errno: errno) }
  }

  private func check(_ code: Int32) throws(DatasetFault) {
    if code != 0 { throw .unwritable(path: path, errno: code) }
  }

  private func writeHeader() -> Int32 {
    let sides =
      ordering == .tf
      ? [shape.height, shape.width, shape.channels] : [shape.channels, shape.height, shape.width]
    let type = element == .float ? "<f4" : "|u1"
    return Self.header(shape: [count] + sides, type: type).withUnsafeBytes(write)
  }

  /// Writes all of it; 0, or an errno.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    precondition(descriptor >= 0, "the file was finished")
    return writeAll(bytes, to: descriptor)
  }

  /// - Parameter type: NumPy's name of it.
  static func header(shape: [Int], type: String) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary =
      "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }"
    // Version 1.0: the length of what follows in two bytes, low byte first.
    let length = headerSize - NpyHeader.magic.count - 4
    var header = NpyHeader.magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
    header += Array(dictionary.utf8)
    header += [UInt8](repeating: 0x20, count: headerSize - header.count - 1)
    return header + [0x0a]
  }
}
