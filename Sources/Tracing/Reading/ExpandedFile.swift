import CZlib
import Glibc
import Host

/// The bytes that gzip has compressed, in a file without a name: they can be read at any place, memory
/// stays flat, and the file goes with its descriptor.
struct ExpandedFile {
  /// Open for reading; the caller closes it.
  let descriptor: Int32
  let size: Int
  /// Whether the compressed data end early, are damaged, or are followed by something else.
  let isCut: Bool

  /// The most bytes that are expanded. A session of an hour has some hundred megabytes, and a megabyte
  /// of gzip may hold a thousand.
  private static let longest = 1 << 33
  private static let chunk = 1 << 18

  /// Whether a file begins as gzip's do.
  static func isCompressed(_ descriptor: Int32) -> Bool {
    var magic = [UInt8](repeating: 0, count: 2)
    return pread(descriptor, &magic, 2, 0) == 2 && magic == [0x1F, 0x8B]
  }

  /// Expands an open file, all members of it.
  ///
  /// - Throws: `SessionFileFault.foreign` where the first expanded byte begins no session,
  ///   `.notExpanded` where the folder for temporary files has no room, or more than `longest` bytes
  ///   come; `.notReadable` where the file can't be read.
  init(_ compressed: Int32, path: String) throws(SessionFileFault) {
    let (made, error) = Self.namelessFile()
    if let error { throw .notExpanded(path: path, error) }
    var expansion = Expansion(compressed, path: path, to: made)
    do {
      isCut = try expansion.run(upTo: Self.longest)
    } catch {
      close(made)
      throw error
    }
    descriptor = made
    size = expansion.written
  }

  /// Whether bytes begin as gzip's do.
  static func isCompressed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// Expands bytes in memory, all members of them.
  ///
  /// - Throws: As the other.
  init(_ compressed: UnsafeRawBufferPointer, path: String) throws(SessionFileFault) {
    let (copy, error) = Self.namelessFile()
    if let error { throw .notExpanded(path: path, error) }
    defer { close(copy) }
    if let error = writeAll(compressed, to: copy).error { throw .notExpanded(path: path, error) }
    try self.init(copy, path: path)
  }

  private static func namelessFile() -> (Int32, SystemError?) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    var template = Array("\(folder.isEmpty ? "/tmp" : folder)/augtop-XXXXXX".utf8CString)
    let made = mkstemp(&template)
    guard made >= 0 else { return (-1, .last) }
    _ = fcntl(made, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return (made, nil)
  }

  /// One pass through the compressed bytes.
  private struct Expansion {
    private let source: Int32
    private let path: String
    private let target: Int32
    private(set) var written = 0
    /// Whether the last member is whole.
    private var isBetweenMembers = false
    private var input = [UInt8](repeating: 0, count: ExpandedFile.chunk)
    private var output = [UInt8](repeating: 0, count: ExpandedFile.chunk)

    init(_ source: Int32, path: String, to target: Int32) {
      self.source = source
      self.path = path
      self.target = target
    }

    /// Whether the compressed data are cut off or damaged.
    mutating func run(upTo longest: Int) throws(SessionFileFault) -> Bool {
      guard let stream = cz_open(CZ_GZIP) else {
        throw .notExpanded(path: path, SystemError(code: ENOMEM))
      }
      defer { cz_close(stream) }
      var place: off_t = 0
      while true {
        let count = pread(source, &input, input.count, place)
        if count < 0 {
          if errno == EINTR { continue }
          throw .notReadable(path: path, .last)
        }
        if count == 0 { return !isBetweenMembers }
        place += off_t(count)
        var used = 0
        // Output beyond the buffer stays in the stream, which then goes on without input.
        var isFull = false
        while used < count || (isFull && !isBetweenMembers) {
          let (state, taken, given) = inflate(stream, used..<count)
          used += taken
          try keep(given, upTo: longest)
          isBetweenMembers = state == CZ_END
          isFull = given == output.count
          guard state == CZ_MORE || state == CZ_END else { return true }
          guard taken + given > 0 || used == count else { return true }
        }
      }
    }

    private mutating func inflate(
      _ stream: OpaquePointer, _ range: Range<Int>
    ) -> (cz_state, taken: Int, given: Int) {
      var taken = 0
      var given = 0
      let state = input.withUnsafeBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          cz_inflate(
            stream, input.baseAddress.map { $0 + range.lowerBound }, range.count, &taken,
            output.baseAddress, output.count, &given)
        }
      }
      return (state, taken, given)
    }

    private mutating func keep(_ count: Int, upTo longest: Int) throws(SessionFileFault) {
      guard count > 0 else { return }
      // Of a session, the first byte is a packet's: nothing else is worth the disk.
      if written == 0, output[0] != 0x0A {
        throw .foreign(path: path, output[..<count].withUnsafeBytes { ForeignKind(of: $0) })
      }
      guard written + count <= longest else {
        throw .notExpanded(path: path, SystemError(code: EFBIG))
      }
      let target = target
      let error = output.withUnsafeBytes {
        writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: target).error
      }
      if let error { throw .notExpanded(path: path, error) }
      written += count
    }
  }
}
