import CLinux
import Glibc

/// A file that is renamed to its path once it is whole; an existing file stays until then.
///
/// The bytes go to a temporary file in the target's folder, which `commit` syncs and puts in its place.
/// Until then it has no name where the file system allows that, so that nothing of it stays if the process
/// is killed; elsewhere it has one of its own, and is removed without `commit`. Further rules:
///
/// - A symbolic link is followed: the file it leads to is replaced, the link stays. A link that leads
///   nowhere is a fault.
/// - A replaced file's permissions are kept, and its owner where the system lets us. Its other hard
///   links keep the old contents.
/// - A file that may not be written to isn't replaced either.
/// - Devices, pipes and standard output are written to directly; they are never renamed or removed.
/// - Two of them can't write one file at the same time: each holds a lock, of the file that it replaces
///   or that grows at the path. The second would replace what the first has just made.
///
/// A class because it is the one owner of an open file. One thread at a time.
package final class AtomicFile {
  /// Where the bytes go.
  private enum Place {
    case temporary(TemporaryFile)
    /// At the path from the start; nothing was there before.
    case target
    /// A device, a pipe or standard output.
    case stream
  }

  /// The path that the file takes; `-` for standard output.
  package let path: String
  /// Open for reading and writing, or for writing alone where it is a stream; -1 once it is closed.
  package private(set) var descriptor: Int32
  private let place: Place
  private let isSynced: Bool
  /// The file that is replaced, held open with its lock; -1 where there is none.
  private let replaced: Int32
  private var isEnded = false
  /// Whether a temporary file has been moved to the path.
  private var isPlaced = false

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it comes to stand.
  ///   - replacing: Replaces what is at the path, instead of refusing.
  ///   - isVisible: Where nothing is at the path, the file grows there, else under a name of its own, so
  ///     that its bytes are found even if the process is killed.
  ///   - isSynced: Whether `commit` waits until the bytes are on the disk. Without it, a machine that
  ///     loses its power may lose the file, but never shows a half of it to another process.
  ///   - waitsForReader: Whether opening a pipe waits for its reader; otherwise a pipe without one is a
  ///     fault (`ENXIO`), and writing to a full one is, too (`EAGAIN`).
  /// - Throws: `FileFault.exists` where something is at the path and `replacing` is false; `.busy` where
  ///   it is being written by another one of this kind; `.notWritable` where the file can't be made.
  package init(
    path: String, replacing: Bool, isVisible: Bool = false, isSynced: Bool = true,
    waitsForReader: Bool = true
  ) throws(FileFault) {
    self.path = path
    self.isSynced = isSynced
    var status = stat()
    if lstat(path, &status) != 0 {
      let error = SystemError.last
      guard error.code == ENOENT else { throw .notWritable(path: path, error) }
      replaced = -1
      if isVisible {
        descriptor = try Self.create(path)
        place = .target
        // Nobody else has it yet; a file system without locks can't help it.
        flock(descriptor, LOCK_EX | LOCK_NB)
      } else {
        let temporary = try TemporaryFile(for: path, replacing: nil, isNamed: false)
        descriptor = temporary.descriptor
        place = .temporary(temporary)
      }
      return
    }
    guard replacing else { throw .exists(path: path) }
    guard stat(path, &status) == 0 else { throw .notWritable(path: path, .last) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw .notWritable(path: path, SystemError(code: EISDIR))
    case S_IFREG:
      guard access(path, W_OK) == 0 else { throw .notWritable(path: path, .last) }
      let held = try Self.lock(path)
      do {
        let temporary = try TemporaryFile(for: path, replacing: status, isNamed: isVisible)
        descriptor = temporary.descriptor
        place = .temporary(temporary)
        replaced = held
      } catch {
        Self.unlock(held)
        throw error
      }
    default:
      let waiting = waitsForReader ? 0 : O_NONBLOCK
      descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | waiting)
      guard descriptor >= 0 else { throw .notWritable(path: path, .last) }
      place = .stream
      replaced = -1
    }
  }

  private init(standardOutput path: String) {
    self.path = path
    isSynced = false
    descriptor = STDOUT_FILENO
    replaced = -1
    place = .stream
  }

  /// Standard output, whose path is `-`. It is never closed.
  package static var standardOutput: AtomicFile { AtomicFile(standardOutput: "-") }

  deinit {
    // A file that grew at its path stays; only `discard` removes it.
    if case .target = place {} else { discard() }
    close()
    Self.unlock(replaced)
  }

  /// Opens the file that is to be replaced and locks it; -1 where it can't be read or the file system
  /// has no locks, since a lock is no more than a courtesy.
  private static func lock(_ path: String) throws(FileFault) -> Int32 {
    let held = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard held >= 0, flock(held, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return held }
    Glibc.close(held)
    throw .busy(path: path)
  }

  private static func unlock(_ held: Int32) {
    if held >= 0 { Glibc.close(held) }
  }

  /// Where the bytes are now: the path, or the temporary file; the path, too, while that has no name.
  package var location: String {
    if case .temporary(let file) = place, !isPlaced { file.path ?? path } else { path }
  }

  /// Whether a file is at the path that `commit` will replace.
  package var replacesFile: Bool {
    if case .temporary(let file) = place { file.replaces } else { false }
  }

  /// Whether the bytes go to a pipe, a device or standard output, which can't be written at a place and
  /// keeps nothing.
  package var isStream: Bool { if case .stream = place { true } else { false } }

  /// Bytes of the file, whoever has written them, and its names in folders; nil for a stream and once it is
  /// closed.
  package var state: (bytes: Int, names: Int)? {
    var status = stat()
    guard !isStream, descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
    return (Int(status.st_size), Int(status.st_nlink))
  }

  // MARK: Writing

  /// Appends bytes.
  ///
  /// - Throws: `FileFault.failed` without a part, since a temporary file is removed with this
  ///   object.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileFault) {
    try check(writeAll(bytes, to: descriptor).error)
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileFault.failed` without a part.
  package func append(_ bytes: [UInt8]) throws(FileFault) {
    try check(bytes.withUnsafeBytes { writeAll($0, to: descriptor).error })
  }

  /// Writes bytes at a place of the file, and leaves the place where `append` goes on.
  ///
  /// - Throws: `FileFault.failed`; `ESPIPE` where it is a pipe.
  package func write(_ bytes: [UInt8], at offset: Int) throws(FileFault) {
    try check(bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: offset).error })
  }

  /// Cuts the file off; a stream has no size and is left alone.
  ///
  /// - Throws: `FileFault.failed` with the system's error.
  package func truncate(to size: Int) throws(FileFault) {
    if case .stream = place { return }
    try check(ftruncate(descriptor, off_t(size)) == 0 ? nil : .last)
  }

  /// Writes a whole file.
  ///
  /// - Throws: `FileFault.exists`, `.notWritable` and `.failed`, as `init`, `append` and `commit`.
  package static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String, replacing: Bool, isSynced: Bool = true
  ) throws(FileFault) {
    let file = try AtomicFile(path: path, replacing: replacing, isSynced: isSynced)
    try file.append(bytes)
    try file.commit()
  }

  /// Writes a whole file.
  ///
  /// - Throws: `FileFault.exists`, `.notWritable` and `.failed`, as `init`, `append` and `commit`.
  package static func write(
    _ bytes: [UInt8], to path: String, replacing: Bool, isSynced: Bool = true
  ) throws(FileFault) {
    let file = try AtomicFile(path: path, replacing: replacing, isSynced: isSynced)
    try file.append(bytes)
    try file.commit()
  }

  // MARK: Ending

  /// Puts the file in its place; nothing can be written afterwards.
  ///
  /// - Parameter staysOpen: Keeps `descriptor` open, for reading, as long as this object lives.
  /// - Throws: `FileFault.failed`. Where the disk refuses the bytes, the temporary file is removed;
  ///   where it is whole and only can't be put in its place, it stays and is the fault's part. That is
  ///   so, too, where something has come to the path meanwhile and `replacing` is false (`EEXIST`).
  package func commit(staysOpen: Bool = false) throws(FileFault) {
    precondition(!isEnded, "a file is ended once")
    isEnded = true
    guard case .temporary(let file) = place else {
      if let error = close() { throw .failed(path: path, error, part: isRegular ? path : nil) }
      return
    }
    if let error = isSynced ? sync() : nil {
      file.remove()
      close()
      throw .failed(path: path, error, part: nil)
    }
    // Closed, a file without a name would be gone; its file systems have no faults left for the closing.
    if file.path != nil, let error = staysOpen ? nil : close() {
      file.remove()
      throw .failed(path: path, error, part: nil)
    }
    let error = file.moveToTarget(isSynced: isSynced)
    if error != nil || !staysOpen { close() }
    if let error { throw .failed(path: path, error, part: file.path) }
    isPlaced = true
  }

  /// Ends the writing and leaves the bytes where they are.
  ///
  /// - Returns: The file that holds them; nil where they went to a stream, or where it can't get a name.
  package func keepPart() -> String? {
    isEnded = true
    defer { close() }
    if case .temporary(let file) = place, !isPlaced, file.takeName() != nil { return nil }
    return isRegular ? location : nil
  }

  /// Ends the writing and leaves nothing behind; what was at the path before stays. Does nothing after
  /// another end.
  package func discard() {
    guard !isEnded else { return }
    isEnded = true
    switch place {
    case .temporary(let file): file.remove()
    case .target:
      // Somebody may have put another file there meanwhile.
      if FileIdentity(path: path) == FileIdentity(descriptor: descriptor) { unlink(path) }
    case .stream: break
    }
    close()
  }

  private var isRegular: Bool { !isStream }

  private static func create(_ path: String) throws(FileFault) -> Int32 {
    let opened = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard opened >= 0 else {
      let error = SystemError.last
      throw error.code == EEXIST ? .exists(path: path) : .notWritable(path: path, error)
    }
    return opened
  }

  private func check(_ error: SystemError?) throws(FileFault) {
    guard let error else { return }
    throw .failed(path: path, error, part: nil)
  }

  private func sync() -> SystemError? {
    while fsync(descriptor) != 0 {
      let error = SystemError.last
      if error.code == EINTR { continue }
      // Some file systems have nothing to sync.
      return [EINVAL, ENOSYS, ENOTSUP].contains(error.code) ? nil : error
    }
    return nil
  }

  @discardableResult private func close() -> SystemError? {
    guard descriptor >= 0 else { return nil }
    defer { descriptor = -1 }
    guard descriptor != STDOUT_FILENO || path != "-" else { return nil }
    // EINTR closes the descriptor all the same on Linux.
    return Glibc.close(descriptor) == 0 || errno == EINTR ? nil : .last
  }
}
