import CLinux
import Glibc

/// A file of a name of its own in its target's folder, which can be moved to the target.
///
/// The folder is held open, so that file and target stay together even if the folder is moved.
final class TemporaryFile {
  /// Open for reading and writing; the caller closes it.
  let descriptor: Int32
  /// As one would find it from the outside.
  let path: String
  private let folder: Int32
  private let name: String
  private let target: String
  /// Whether a file was at the target.
  let replaces: Bool

  /// Longest name that Linux's file systems take, in bytes.
  private static let longestName = 255
  /// Names are random, so that a second attempt is rare already.
  private static let attempts = 100

  /// - Parameters:
  ///   - path: The target; a link is followed.
  ///   - old: The file that is to be replaced, which gives its owner and permissions; nil where there
  ///     must be none.
  /// - Throws: `FileFault.notWritable`, with the kernel's answer.
  init(for path: String, replacing old: stat?) throws(FileFault) {
    var resolved = path
    if old != nil {
      guard let real = realpath(path, nil) else { throw .notWritable(path: path, .last) }
      resolved = String(cString: real)
      free(real)
    }
    let cut = resolved.lastIndex(of: "/").map { resolved.index(after: $0) } ?? resolved.startIndex
    let folderPath = resolved[..<cut]
    target = String(resolved[cut...])
    guard !target.isEmpty else {
      throw .notWritable(path: path, SystemError(code: path.isEmpty ? ENOENT : EISDIR))
    }
    let folder = cl_folder(folderPath.isEmpty ? "." : String(folderPath))
    guard folder >= 0 else { throw .notWritable(path: path, .last) }
    // A file that replaces a private one can't be read by others until it has its permissions.
    let mode: mode_t = old == nil ? 0o666 : 0o600
    var opened: Int32 = -1
    var name = ""
    for _ in 0..<Self.attempts {
      name = Self.randomName(target)
      opened = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
      guard opened < 0, errno == EEXIST else { break }
    }
    guard opened >= 0 else {
      let error = SystemError.last
      close(folder)
      throw .notWritable(path: path, error)
    }
    if let old {
      // Only root may give files away; the others' files are theirs anyway. Changing the owner clears
      // permissions, so they come last.
      _ = fchown(opened, old.st_uid, old.st_gid)
      fchmod(opened, old.st_mode & 0o7777)
    }
    self.folder = folder
    self.name = name
    self.path = folderPath + name
    descriptor = opened
    replaces = old != nil
  }

  deinit { close(folder) }

  /// Moves it to the target; replaces nothing unless that was asked for.
  ///
  /// - Returns: The error that kept it where it is; nil where it was moved.
  func moveToTarget(isSynced: Bool) -> SystemError? {
    if replaces {
      guard renameat(folder, name, folder, target) == 0 else { return .last }
    } else if let error = moveToFreeTarget() {
      return error
    }
    if isSynced { syncFolder() }
    return nil
  }

  func remove() { unlinkat(folder, name, 0) }

  private func moveToFreeTarget() -> SystemError? {
    let code = cl_rename_new(folder, name, target)
    guard [EINVAL, ENOSYS, ENOTSUP].contains(code) else {
      return code == 0 ? nil : SystemError(code: code)
    }
    return linkToFreeTarget()
  }

  /// The way for file systems that can't rename without replacing: a link refuses what is there, too.
  func linkToFreeTarget() -> SystemError? {
    guard linkat(folder, name, folder, target, 0) == 0 else { return .last }
    remove()
    return nil
  }

  /// The new name is on the disk, too. A folder that can't be read can't be synced.
  private func syncFolder() {
    let readable = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard readable >= 0 else { return }
    fsync(readable)
    close(readable)
  }

  private static func randomName(_ target: String) -> String {
    let suffix = ".\(String(UInt32.random(in: .min ... .max), radix: 36)).part"
    return target.utf8.count + suffix.utf8.count <= longestName
      ? target + suffix : "augtop" + suffix
  }
}
