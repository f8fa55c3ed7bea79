import Glibc

/// The size of a file and the time of its last change: other ones mean that somebody has written to it.
struct FileState: Equatable {
  /// Bytes.
  let size: Int
  /// Nanoseconds on the real-time clock.
  let changed: Int

  /// The state of an open file.
  ///
  /// - Throws: `DatasetFault.unreadable`, and `notAFile` for a pipe, a device or a folder.
  init(of descriptor: Int32, path: @autoclosure () -> String) throws(DatasetFault) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path(), errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path()) }
    size = Int(status.st_size)
    changed = Self.time(status)
  }

  /// The time of the last change, in nanoseconds.
  static func time(_ status: stat) -> Int {
    status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }
}
