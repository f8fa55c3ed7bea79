import Glibc

/// A file without a name, gone with its last descriptor: room on the disk for what would not fit into
/// memory.
///
/// It lies in `TMPDIR`, or in `/var/tmp`, which unlike `/tmp` is never in memory.
///
/// A class because it owns a descriptor until `take()`. One thread at a time.
package final class UnnamedFile {
  /// The folder that it lies in.
  package let folder: String
  private var descriptor: Int32

  /// The folder for new files.
  package static var folder: String {
    let wanted = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return wanted.isEmpty ? "/var/tmp" : wanted
  }

  /// Makes an empty file.
  ///
  /// - Throws: `SystemError` where the folder can't be written to.
  package init() throws(SystemError) {
    folder = Self.folder
    var template = Array("\(folder)/augtop-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .last }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Bytes that the folder's file system has room for; `Int.max` where it doesn't say.
  package var room: Int {
    var status = statvfs()
    guard fstatvfs(descriptor, &status) == 0 else { return .max }
    let (bytes, isMore) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return isMore ? .max : bytes
  }

  /// Appends bytes.
  ///
  /// - Throws: `SystemError`, as where the disk is full.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    if let error = writeAll(bytes, to: descriptor).error { throw error }
  }

  /// The descriptor, which the caller closes.
  package func take() -> Int32 {
    defer { descriptor = -1 }
    return descriptor
  }
}
