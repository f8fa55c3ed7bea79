import Glibc

/// A regular file that is open for reading. Opening it never waits, whatever is at the path by now.
struct PictureFile: ~Copyable {
  /// When it was opened.
  let state: FileState
  private let path: RawPath
  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Throws: `DatasetFault.unreadable`, and `notAFile` for a pipe, a device or a folder.
  init(_ path: RawPath) throws(DatasetFault) {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = path.withCString { open($0, flags) }
    guard descriptor >= 0 else { throw .unreadable(path: path.text, errno: errno) }
    do {
      state = try FileState(of: descriptor, path: path.text)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads from the file's beginning until the room is full or the file ends.
  ///
  /// - Returns: The part of the room that was filled.
  /// - Throws: `DatasetFault.unreadable`.
  func read(into room: UnsafeMutableRawBufferPointer) throws(DatasetFault) -> UnsafeRawBufferPointer
  {
    var count = 0
    while count < room.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
      let found = pread(descriptor, rest.baseAddress, rest.count, count)
      if found < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path.text, errno: errno)
      }
      if found == 0 { break }
      count += found
    }
    return UnsafeRawBufferPointer(rebasing: room[..<count])
  }
}
