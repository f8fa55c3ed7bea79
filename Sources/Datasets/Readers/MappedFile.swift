import Glibc
import Synchronization

/// A whole file, mapped for reading; unmapped when the last owner releases it.
///
/// If the file is cut short while it is mapped, touching the missing pages ends the program (SIGBUS).
/// So data that are read again and again are read with `copy`, which reports it, and data that are
/// used in place are guarded by `isWhole`, which leaves a window of some milliseconds. Nothing here
/// handles the signal; with a screen, CNcurses gives the terminal back before the program ends.
///
/// Sendable because nothing in it changes but the atomic, and the mapping is only read.
final class MappedFile: @unchecked Sendable {
  let path: String
  let bytes: UnsafeRawBufferPointer

  private let descriptor: Int32
  private let opened: FileState
  /// The coarse clock at the last check of the size. It guards no other memory, so it is relaxed.
  private let lookedAt = Atomic<Int>(0)

  convenience init(path: String) throws(DatasetFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
    try self.init(descriptor, path: path)
  }

  /// Maps an open file, and closes it when it is released.
  ///
  /// - Parameter path: The file as messages name it.
  init(_ descriptor: Int32, path: String) throws(DatasetFault) {
    self.descriptor = descriptor
    do {
      opened = try FileState(of: descriptor, path: path)
      bytes = try Self.map(descriptor, opened, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
  }

  deinit {
    close(descriptor)
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  /// Releases the memory of pages that have been read; the next access reads them again.
  func forget() {
    if let start = bytes.baseAddress {
      _ = madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_DONTNEED)
    }
  }

  /// The size when it was opened.
  var size: Int { bytes.count }

  /// Whether the file had its whole size a few milliseconds ago.
  ///
  /// - Complexity: One reading of a coarse clock, and a system call at each of its ticks.
  var isWhole: Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
    let tick = now.tv_sec * 1_000_000_000 + now.tv_nsec
    guard lookedAt.load(ordering: .relaxed) != tick else { return true }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size >= size else { return false }
    lookedAt.store(tick, ordering: .relaxed)
    return true
  }

  /// The path, if the file was changed since it was opened: cut off, appended to or written to.
  var changed: [String] {
    (try? FileState(of: descriptor, path: path)) == opened ? [] : [path]
  }

  /// Reads a part of the file.
  ///
  /// - Throws: `DatasetFault.changed` where the file ends before the part does.
  func copy(
    from offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(DatasetFault) {
    var count = 0
    while count < room.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
      let found = pread(descriptor, rest.baseAddress, rest.count, offset + count)
      if found < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, errno: errno)
      }
      guard found > 0 else { throw .changed(path: path) }
      count += found
    }
  }

  private static func map(
    _ descriptor: Int32, _ opened: FileState, _ path: String
  ) throws(DatasetFault) -> UnsafeRawBufferPointer {
    let size = opened.size
    // An empty range can't be mapped.
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw .unreadable(path: path, errno: errno) }
    return UnsafeRawBufferPointer(start: start, count: size)
  }
}
