import Glibc
package import Host

/// Why a folder for a job's rings can't be used.
package enum WatchFolderFault: Error, Equatable, Sendable {
  /// It can't be made or written.
  case notWritable(path: String, SystemError)
  /// It isn't a folder of this user that nobody else can read.
  case notPrivate(path: String)
}

/// The private folder in shared memory that a job's processes write their rings into, and that holds the
/// probe.
package struct WatchFolder: Sendable {
  /// Its path.
  package let path: String
  /// The folder that Python finds the probe in.
  package var probe: String { path + "/probe" }
  /// Where folders are made, the first that can be written.
  private static let places = ["/dev/shm", "/tmp"]
  private static let prefix = "augtop-"
  /// As much stays free for the job: as in the probe's ring.py.
  private static let left: Int64 = 8 << 20
  /// The probe and the rings of some twenty processes, and what stays free.
  private static let leastRoom: Int64 = 20 << 20

  /// Makes a new folder with a name that nobody can guess.
  ///
  /// - Throws: `WatchFolderFault.notWritable` where neither shared memory nor `/tmp` takes one.
  package init() throws(WatchFolderFault) {
    var fault = SystemError(code: ENOENT)
    // Shared memory may be full, or as small as a container has it.
    let roomy = Self.places.filter { Self.room(in: $0) >= Self.leastRoom }
    for place in roomy + Self.places.filter({ !roomy.contains($0) }) {
      var template = Array((place + "/" + Self.prefix + "XXXXXX").utf8CString)
      guard mkdtemp(&template) != nil else {
        fault = SystemError.last
        continue
      }
      let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
      let folder = WatchFolder(made: path)
      do {
        try folder.writeProbe()
      } catch {
        folder.remove()
        if case .notWritable(_, let cause) = error { fault = cause }
        continue
      }
      self = folder
      return
    }
    throw .notWritable(path: Self.places[0], fault)
  }

  private init(made path: String) { self.path = path }

  /// Whether a process's ring finds no room in it; its process then goes on unwatched.
  package var isFull: Bool { Self.room(in: path) < Self.left }

  /// Bytes that a user may still write; 0 where the folder isn't there.
  private static func room(in folder: String) -> Int64 {
    var facts = statvfs()
    guard statvfs(folder, &facts) == 0 else { return 0 }
    return Int64(
      clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        .partialValue)
  }

  /// Takes a folder that the user names, and makes it where it is missing.
  ///
  /// - Throws: `WatchFolderFault.notPrivate` where others may look into it; `.notWritable` where it can't
  ///   be made or written.
  package init(path: String) throws(WatchFolderFault) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw .notWritable(path: path, SystemError.last)
    }
    // A job may have another working directory.
    guard let whole = realpath(path, nil) else {
      throw .notWritable(path: path, SystemError.last)
    }
    self.path = String(cString: whole)
    free(whole)
    var facts = stat()
    guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR,
      facts.st_uid == geteuid(), facts.st_mode & 0o077 == 0
    else { throw .notPrivate(path: path) }
    try writeProbe()
  }

  private func writeProbe() throws(WatchFolderFault) {
    for folder in ["", "/augtop_probe"] where mkdir(probe + folder, 0o700) != 0 && errno != EEXIST {
      throw .notWritable(path: probe + folder, SystemError.last)
    }
    for (name, text) in ProbeFiles.all { try write(text, to: probe + "/" + name) }
    try write(Array("\(getpid())\n".utf8), to: path + "/owner")
    try write(Array("\(Self.clockOffset)\n".utf8), to: path + "/clock")
  }

  /// Nanoseconds that this process's CLOCK_MONOTONIC is set ahead by, as a container's may be: the probe's clock follows.
  ///
  /// - Source: time_namespaces(7).
  private static var clockOffset: Int64 {
    let line = KernelText.read("/proc/self/timens_offsets")?.prefix { $0 != "\n" }
    let fields = line?.split { $0 == " " || $0 == "\t" }.compactMap { Int64($0) } ?? []
    return fields.count == 2 ? fields[0] &* 1_000_000_000 &+ fields[1] : 0
  }

  private func write(_ bytes: [UInt8], to path: String) throws(WatchFolderFault) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .notWritable(path: path, SystemError.last) }
    defer { close(file) }
    let (_, error) = bytes.withUnsafeBytes { writeAll($0, to: file) }
    if let error { throw .notWritable(path: path, error) }
  }

  /// The files of rings, in no order.
  package var rings: [String] { Self.entries(of: path).filter { $0.hasSuffix(".ring") } }

  /// Removes a ring that nobody writes any more; false where it can't.
  func removeRing(_ name: String) -> Bool { unlink(path + "/" + name) == 0 }

  /// Whether a Python with the probe has started.
  package var hasPython: Bool { access(path + "/python", F_OK) == 0 }

  /// Removes the folder and all that is in it.
  package func remove() { Self.remove(path) }

  /// Removes folders of earlier runs of this user whose augtop and whose processes are all gone.
  package static func removeAbandoned() {
    for place in places {
      for name in entries(of: place) where name.hasPrefix(prefix) {
        let folder = place + "/" + name
        var facts = stat()
        guard lstat(folder, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR,
          facts.st_uid == geteuid(), let owner = owner(of: folder), !isAlive(owner)
        else { continue }
        let rings = entries(of: folder).compactMap { RingReader(path: folder + "/" + $0) }
        if !rings.contains(where: \.isWritten) { remove(folder) }
      }
    }
  }

  private static func owner(of folder: String) -> Int32? {
    let file = open(folder + "/owner", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
  }

  /// Whether there is a process of this number.
  static func isAlive(_ process: Int32) -> Bool {
    process > 0 && (kill(process, 0) == 0 || errno == EPERM)
  }

  private static func entries(of folder: String) -> [String] {
    guard let list = opendir(folder) else { return [] }
    defer { closedir(list) }
    var names: [String] = []
    while let entry = readdir(list) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func remove(_ path: String) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    if facts.st_mode & S_IFMT == S_IFDIR {
      for name in entries(of: path) { remove(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}
