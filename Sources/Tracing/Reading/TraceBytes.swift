import CLinux
import Glibc
import Host

/// The bytes of a trace, through a window that moves over its file: bounded memory for a file of any
/// size.
///
/// A class because it is the one owner of an open file. It reads the bytes that the file had when it
/// was opened.
final class TraceBytes {
  /// Bytes of the whole file; less where it has become shorter or can't be read to its end.
  private(set) var size: Int
  /// The kernel's error that ended the reading early; nil while there is none.
  private(set) var failure: SystemError?
  /// When the file was last changed, in nanoseconds on the real-time clock; nil for memory and
  /// pipes.
  private(set) var changed: Int64?
  /// Whether gzip's data end early or are damaged: what came before is read.
  private(set) var isExpansionCut = false

  /// Holds some thousand packets.
  private static let windowLength = 1 << 20
  /// The most bytes that are read from a pipe, which are held in memory.
  private static let longestPipe = 1 << 28

  private let descriptor: Int32
  private var window: UnsafeMutableRawBufferPointer
  /// The range of the file that the window holds.
  private var held = 0..<0

  /// Opens a trace.
  ///
  /// - Parameter path: A file; of a pipe all bytes are read at once. What gzip has compressed is
  ///   expanded into a file without a name, in the folder for temporary files.
  /// - Throws: `SessionFileFault.notReadable` where the path can't be opened, is a folder or a device,
  ///   or a pipe can't be read or has more than `longestPipe`; `.notExpanded` where there is no room for
  ///   what gzip has compressed; `.foreign` where that is no session.
  init(path: String) throws(SessionFileFault) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .notReadable(path: path, .last) }
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      let error = status.st_mode & S_IFMT == S_IFDIR ? SystemError(code: EISDIR) : .last
      Glibc.close(opened)
      throw .notReadable(path: path, error)
    }
    guard status.st_mode & S_IFMT != S_IFCHR, status.st_mode & S_IFMT != S_IFBLK else {
      // A device's bytes may have no end.
      Glibc.close(opened)
      throw .notReadable(path: path, SystemError(code: ENODEV))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      defer { Glibc.close(opened) }
      let (bytes, count) = try Self.everything(from: opened, path: path)
      let filled = UnsafeRawBufferPointer(rebasing: bytes[..<count])
      if ExpandedFile.isCompressed(filled) {
        defer { bytes.deallocate() }
        let expanded = try ExpandedFile(filled, path: path)
        descriptor = expanded.descriptor
        size = expanded.size
        isExpansionCut = expanded.isCut
        window = .allocate(byteCount: Self.windowLength, alignment: 8)
        return
      }
      descriptor = -1
      size = count
      window = bytes
      held = 0..<count
      return
    }
    changed = cl_changed_ns(opened)
    if ExpandedFile.isCompressed(opened) {
      defer { Glibc.close(opened) }
      let expanded = try ExpandedFile(opened, path: path)
      descriptor = expanded.descriptor
      size = expanded.size
      isExpansionCut = expanded.isCut
    } else {
      descriptor = opened
      size = Int(status.st_size)
    }
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  /// Bytes that are in memory.
  init(bytes: [UInt8]) {
    descriptor = -1
    size = bytes.count
    window = .allocate(byteCount: max(1, bytes.count), alignment: 8)
    window.copyBytes(from: bytes)
    held = 0..<bytes.count
  }

  /// The same bytes through a window of their own.
  private init(sharing other: TraceBytes, path: String) throws(SessionFileFault) {
    size = other.size
    changed = other.changed
    isExpansionCut = other.isExpansionCut
    guard other.descriptor >= 0 else {
      descriptor = -1
      window = .allocate(byteCount: max(1, size), alignment: 8)
      window.copyMemory(from: UnsafeRawBufferPointer(other.window))
      held = 0..<size
      return
    }
    // Every read gives its offset, so that the two are independent.
    descriptor = fcntl(other.descriptor, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else {
      window = .allocate(byteCount: 1, alignment: 8)
      throw .notReadable(path: path, .last)
    }
    window = .allocate(byteCount: Self.windowLength, alignment: 8)
  }

  /// The same bytes through a window of their own, even if another file is at the path now.
  ///
  /// - Throws: `SessionFileFault.notReadable` where the file's descriptor can't be duplicated.
  func another(path: String) throws(SessionFileFault) -> TraceBytes {
    try TraceBytes(sharing: self, path: path)
  }

  deinit {
    window.deallocate()
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// The first and the last `length` bytes, fewer of each where the file is shorter.
  func edges(_ length: Int) -> [UInt8] {
    Array(view(0..<min(size, length))) + Array(view(max(0, size - length)..<size))
  }

  /// The bytes at `range`, fewer where the file ends before.
  func view(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    if range.lowerBound < held.lowerBound || range.upperBound > held.upperBound { load(range) }
    let end = min(range.upperBound, held.upperBound)
    guard range.lowerBound < end else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let start = range.lowerBound - held.lowerBound
    return UnsafeRawBufferPointer(rebasing: window[start..<start + end - range.lowerBound])
  }

  private func load(_ range: Range<Int>) {
    guard descriptor >= 0 else { return }
    if range.count > window.count {
      window.deallocate()
      window = .allocate(byteCount: range.count, alignment: 8)
      held = 0..<0
    }
    var filled = 0
    if held.contains(range.lowerBound) {
      filled = held.upperBound - range.lowerBound
      let kept = window[(range.lowerBound - held.lowerBound)...].prefix(filled)
      window.copyMemory(from: UnsafeRawBufferPointer(rebasing: kept))
    }
    while filled < window.count, failure == nil {
      let count = pread(
        descriptor, window.baseAddress.map { $0 + filled }, window.count - filled,
        off_t(range.lowerBound + filled))
      if count > 0 {
        filled += count
      } else if count == 0 {
        // The file has become shorter since it was opened.
        if range.lowerBound + filled < size { size = range.lowerBound + filled }
        break
      } else if errno != EINTR {
        failure = .last
        size = range.lowerBound + filled
      }
    }
    held = range.lowerBound..<range.lowerBound + filled
  }

  /// All bytes of a pipe, in a buffer that the caller deallocates.
  private static func everything(
    from descriptor: Int32, path: String
  ) throws(SessionFileFault) -> (UnsafeMutableRawBufferPointer, count: Int) {
    var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 8)
    var filled = 0
    while true {
      if filled == bytes.count {
        let larger = UnsafeMutableRawBufferPointer.allocate(
          byteCount: 2 * bytes.count, alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
        bytes.deallocate()
        bytes = larger
      }
      let count = read(
        descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled)
      if count == 0 { return (bytes, filled) }
      let error = SystemError.last
      if count > 0 {
        filled += count
        guard filled > longestPipe else { continue }
        bytes.deallocate()
        throw .notReadable(path: path, SystemError(code: EFBIG))
      } else if error.code != EINTR {
        bytes.deallocate()
        throw .notReadable(path: path, error)
      }
    }
  }
}
