import CLinux
import Glibc
import Host
import Pipeline
import Tracing

/// The index file of a session file: the ledger's state every few megabytes, and the recording's map.
///
/// A class because it is the one owner of an open file. It is a cache: it is read only where the same
/// build of this program made it from the same state of the session file and its checksums hold;
/// otherwise it is made anew. It is moved to its path when it is complete, and replaces nothing but
/// another index. Where the folder can't be written, it is a nameless file while the program runs.
final class IndexFile: Sendable {
  private struct Header: BitwiseCopyable {
    /// "augtop01" in this machine's byte order.
    static let sign: UInt64 = 0x6175_6774_6F70_3031

    var sign = Header.sign
    var program = ProgramStamp.current
    var session: FileStamp
    var mapPlace = 0
    var mapLength = 0
    var mapChecksum: UInt64 = 0

    /// The checksum of all other fields.
    var checksum: UInt64 {
      withUnsafeBytes(of: self) { Checksum.of(Array($0)) }
    }
  }

  private static let headerRoom = 128
  /// A longer length is damaged: a state is some hundred kilobytes.
  private static let longestState = 1 << 28

  private let descriptor: Int32
  private let stamp: FileStamp
  /// The file that is renamed once it is whole; nil where the index isn't kept.
  private let file: Monitor<AtomicFile?>
  /// The error for which it can't be kept in the session file's folder.
  let notKept: SystemError?

  /// The path of a session file's index.
  static func path(of session: String) -> String { session + ".index" }

  /// Creates an index for a session file; nil where neither folder can be written.
  ///
  /// - Parameters:
  ///   - stamp: The session file's state; nil where it is no file.
  ///   - scratch: The folder for a file without a name.
  init?(making session: String, _ stamp: FileStamp?, scratch: String) {
    self.stamp = stamp ?? FileStamp(size: 0, changed: 0, edges: 0)
    if stamp != nil {
      do throws(FileFault) {
        let path = Self.path(of: session)
        guard Self.mayReplace(path) else { throw .exists(path: path) }
        let kept = try AtomicFile(path: path, replacing: true)
        // An older one that others could write mustn't hand that on.
        fchmod(kept.descriptor, S_IRUSR | S_IWUSR)
        descriptor = kept.descriptor
        file = Monitor(kept)
        notKept = nil
        return
      } catch {
        notKept = error.error
      }
    } else {
      notKept = nil
    }
    var template = Array("\(scratch)/augtop-XXXXXX".utf8CString)
    let opened = mkstemp(&template)
    guard opened >= 0 else { return nil }
    unlink(template)
    descriptor = opened
    file = Monitor(nil)
  }

  /// Whether replacing the path loses nothing: it is free, an empty file, or an index.
  private static func mayReplace(_ path: String) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else { return true }
    // The user made a link, so the file it leads to isn't replaced.
    guard status.st_mode & S_IFMT == S_IFREG else { return false }
    let opened = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { return false }
    defer { close(opened) }
    var sign: UInt64 = 0
    let length = withUnsafeMutableBytes(of: &sign) { Glibc.read(opened, $0.baseAddress, $0.count) }
    return length == 0 || (length == MemoryLayout.size(ofValue: sign) && sign == Header.sign)
  }

  /// Opens a session file's index, with its map; nil where there is none, or none that fits.
  static func open(
    _ session: String, _ stamp: FileStamp?, _ scenario: Scenario, _ stages: StageList
  ) -> (file: IndexFile, map: SeekIndex)? {
    guard let stamp else { return nil }
    // O_NONBLOCK: the path may lead to a pipe.
    let opened = Glibc.open(path(of: session), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { return nil }
    // States are read as they lie in memory, so a file that another user may have written is refused.
    var status = stat()
    guard fstat(opened, &status) == 0, status.st_uid == geteuid(),
      status.st_mode & (S_IWGRP | S_IWOTH) == 0
    else {
      close(opened)
      return nil
    }
    let file = IndexFile(reading: opened, stamp)
    return file.map(scenario, stages).map { (file, $0) }
  }

  private init(reading descriptor: Int32, _ stamp: FileStamp) {
    self.descriptor = descriptor
    self.stamp = stamp
    file = Monitor(nil)
    notKept = nil
  }

  deinit {
    // An `AtomicFile` closes its own.
    if file.withLock({ $0 == nil }) { close(descriptor) }
  }

  /// Appends a state.
  ///
  /// - Returns: Its offset in the index; nil where writing fails.
  func append(_ bytes: [UInt8]) -> Int? {
    let place = max(Self.headerRoom, Int(lseek(descriptor, 0, SEEK_END)))
    let error = bytes.withUnsafeBytes { writeAll($0, to: descriptor, at: place).error }
    return error == nil ? place : nil
  }

  /// The state at a checkpoint; nil where it can't be read or its checksum is wrong.
  func state(_ checkpoint: SeekIndex.Checkpoint) -> [UInt8]? {
    guard (1...Self.longestState).contains(checkpoint.length), checkpoint.place >= 0,
      let bytes = read(checkpoint.length, at: checkpoint.place),
      Checksum.of(bytes) == checkpoint.checksum
    else { return nil }
    return bytes
  }

  /// Writes the map and moves the file to its path; where that fails, the next replay makes it anew.
  func finish(_ map: SeekIndex) {
    guard file.withLock({ $0 != nil }) else { return }
    var archive = StateArchive(writing: map.book)
    var map = map
    map.archive(&archive)
    guard !archive.isBroken, let place = append(archive.bytes) else { return }
    var header = Header(session: stamp)
    header.mapPlace = place
    header.mapLength = archive.bytes.count
    header.mapChecksum = Checksum.of(archive.bytes)
    var bytes = withUnsafeBytes(of: header) { Array($0) }
    withUnsafeBytes(of: header.checksum) { bytes.append(contentsOf: $0) }
    file.withLock { file in
      guard let file else { return }
      do throws(FileFault) {
        try file.write(bytes, at: 0)
        // The file stays open, as states are read from it later.
        try file.commit(staysOpen: true)
      } catch {
        if let part = error.part { unlink(part) }
      }
    }
  }

  private func map(_ scenario: Scenario, _ stages: StageList) -> SeekIndex? {
    let size = MemoryLayout<Header>.size
    guard let bytes = read(size + 8, at: 0) else { return nil }
    let (header, checksum) = bytes.withUnsafeBytes {
      (
        $0.loadUnaligned(as: Header.self),
        $0.loadUnaligned(fromByteOffset: size, as: UInt64.self)
      )
    }
    guard header.sign == Header.sign, header.checksum == checksum,
      header.program == ProgramStamp.current, header.session == stamp,
      (1...Self.longestState).contains(header.mapLength), header.mapPlace >= 0,
      let state = read(header.mapLength, at: header.mapPlace),
      Checksum.of(state) == header.mapChecksum
    else { return nil }
    var map = SeekIndex(scenario, stages: stages)
    var archive = StateArchive(reading: state, map.book)
    map.archive(&archive)
    guard !archive.isBroken, archive.isAtEnd else { return nil }
    map.share = 1
    map.isWhole = true
    return map
  }

  private func read(_ count: Int, at place: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let result = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress.map { $0 + done }, count - done, off_t(place + done))
      }
      if result > 0 {
        done += result
      } else if result == 0 || errno != EINTR {
        return nil
      }
    }
    return bytes
  }
}

/// The identity of this build of the program; other builds may keep states in another layout.
struct ProgramStamp: Equatable, BitwiseCopyable {
  private var size: Int64 = 0
  private var changed: Int64 = 0
  private var node: UInt64 = 0

  static let current: ProgramStamp = {
    var stamp = ProgramStamp()
    var status = stat()
    let program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard program >= 0 else { return stamp }
    defer { close(program) }
    guard fstat(program, &status) == 0 else { return stamp }
    stamp.size = Int64(status.st_size)
    stamp.changed = cl_changed_ns(program)
    stamp.node = UInt64(status.st_ino)
    return stamp
  }()
}
