import CLinux
import Glibc

/// A file in its target's folder, which can be moved to the target.
///
/// It has a name of its own where that is asked for, or where the file system has no files without one:
/// of a file without a name nothing stays if the process is killed.
///
/// The folder is held open, so that file and target stay together even if the folder is moved.
final class TemporaryFile {
  /// Open for reading and writing; the caller closes it.
  let descriptor: Int32
  private let folder: Int32
  /// The folder's path with its last slash, or empty.
  private let folderPath: String
  /// Nil for a file without one.
  private var name: String?
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
  ///   - isNamed: Whether it can be found from the outside from the start.
  /// - Throws: `FileFault.notWritable`, with the kernel's answer.
  init(for path: String, replacing old: stat?, isNamed: Bool) throws(FileFault) {
    var resolved = path
    if old != nil {
      guard let real = realpath(path, nil) else { throw .notWritable(path: path, .last) }
      resolved = String(cString: real)
      free(real)
    }
    let cut = resolved.lastIndex(of: "/").map { resolved.index(after: $0) } ?? resolved.startIndex
    folderPath = String(resolved[..<cut])
    target = String(resolved[cut...])
    guard !target.isEmpty else {
      throw .notWritable(path: path, SystemError(code: path.isEmpty ? ENOENT : EISDIR))
    }
    let folder = cl_folder(folderPath.isEmpty ? "." : folderPath)
    guard folder >= 0 else { throw .notWritable(path: path, .last) }
    // A file that replaces a private one can't be read by others until it has its permissions.
    let mode: mode_t = old == nil ? 0o666 : 0o600
    // It gets its name through /proc.
    var opened = isNamed || access("/proc/self/fd", F_OK) != 0 ? -1 : cl_unnamed_file(folder, mode)
    for _ in 0..<Self.attempts where opened < 0 {
      let random = Self.randomName(target)
      opened = openat(folder, random, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
      if opened >= 0 { name = random } else if errno != EEXIST { break }
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
    descriptor = opened
    replaces = old != nil
  }

  deinit { close(folder) }

  /// Where it is found from the outside; nil while it has no name.
  var path: String? { name.map { folderPath + $0 } }

  /// Moves it to the target; replaces nothing unless that was asked for. A file without a name has to be
  /// open still.
  ///
  /// - Returns: The error that kept it in the folder under a name of its own; nil where it was moved.
  func moveToTarget(isSynced: Bool) -> SystemError? {
    if let error = replaces ? moveToTakenTarget() : moveToFreeTarget() { return error }
    if isSynced { syncFolder() }
    return nil
  }

  /// Gives it a name of its own unless it has one.
  ///
  /// - Returns: The error that left it without one.
  func takeName() -> SystemError? {
    for _ in 0..<Self.attempts where name == nil {
      let random = Self.randomName(target)
      let code = cl_name_file(descriptor, folder, random)
      if code == 0 { name = random } else if code != EEXIST { return SystemError(code: code) }
    }
    return name == nil ? SystemError(code: EEXIST) : nil
  }

  func remove() {
    if let name { unlinkat(folder, name, 0) }
  }

  private func moveToTakenTarget() -> SystemError? {
    if let error = takeName() { return error }
    guard let name, renameat(folder, name, folder, target) == 0 else { return .last }
    return nil
  }

  private func moveToFreeTarget() -> SystemError? {
    guard let name else {
      let code = cl_name_file(descriptor, folder, target)
      guard code != 0 else { return nil }
      _ = takeName()
      return SystemError(code: code)
    }
    let code = cl_rename_new(folder, name, target)
    guard [EINVAL, ENOSYS, ENOTSUP].contains(code) else {
      return code == 0 ? nil : SystemError(code: code)
    }
    return linkToFreeTarget()
  }

  /// The way for file systems that can't rename without replacing: a link refuses what is there, too.
  func linkToFreeTarget() -> SystemError? {
    guard let name, linkat(folder, name, folder, target, 0) == 0 else { return .last }
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
