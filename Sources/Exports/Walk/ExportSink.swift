import Glibc
import Tracing

/// Where an export's bytes go: a file that is written beside its target and then renamed, standard
/// output, or memory.
///
/// A class because it is the one owner of an open file. Writing never throws: a fault is kept, and
/// `finish` throws it. Without `finish` the target is left as it was.
package final class ExportSink {
  fileprivate enum Target {
    /// - Parameter beside: Where it is written until it is whole.
    case file(path: String, beside: String, replacing: Bool)
    case standardOutput
    case memory
  }

  private static let capacity = 1 << 18

  private let target: Target
  private var descriptor: Int32
  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var collected: [UInt8] = []
  private(set) var written = 0
  private(set) var fault: ExportFault?

  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - replacing: Puts the export in the place of what is there, instead of refusing.
  package init(path: String, replacing: Bool) throws(ExportFault) {
    buffer = .allocate(capacity: Self.capacity)
    guard path != "-" else {
      target = .standardOutput
      descriptor = STDOUT_FILENO
      return
    }
    var status = stat()
    let isThere = lstat(path, &status) == 0
    if isThere, !replacing { throw .exists(path: path) }
    // A link, a device or a pipe would be lost for a file.
    if isThere, status.st_mode & S_IFMT != S_IFREG {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw .notWritable(path: path, SystemError(code: isFolder ? EISDIR : EEXIST))
    }
    let beside = "\(path).\(getpid()).part"
    let opened = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw .notWritable(path: path, .last) }
    target = .file(path: path, beside: beside, replacing: replacing)
    descriptor = opened
  }

  /// Collects in memory, for `bytes`.
  package init() {
    buffer = .allocate(capacity: Self.capacity)
    target = .memory
    descriptor = -1
  }

  deinit {
    buffer.deallocate()
    guard case .file(_, let beside, _) = target, descriptor >= 0 else { return }
    Glibc.close(descriptor)
    unlink(beside)
  }

  /// What was collected in memory.
  package var bytes: [UInt8] {
    collected + UnsafeBufferPointer(start: buffer, count: count)
  }

  /// Writes what is left and puts the file in its place.
  package func finish() throws(ExportFault) {
    if target.isMemory { return }
    flush()
    if let fault { throw fault }
    guard case .file(let path, let beside, let replacing) = target else { return }
    // A disk may say only here that it is full.
    let closed = Glibc.close(descriptor)
    descriptor = -1
    guard closed == 0 || errno == EINTR else {
      let error = SystemError.last
      unlink(beside)
      throw .failed(path: path, error)
    }
    try Self.move(beside, to: path, replacing: replacing)
  }

  private static func move(
    _ beside: String, to path: String, replacing: Bool
  ) throws(ExportFault) {
    // A link refuses what a rename would replace: something may have come there meanwhile.
    if !replacing, link(beside, path) == 0 {
      unlink(beside)
      return
    }
    let error = SystemError.last
    if !replacing, error.code == EEXIST {
      unlink(beside)
      throw .exists(path: path)
    }
    // Some file systems have no links.
    guard rename(beside, path) == 0 else {
      let error = SystemError.last
      unlink(beside)
      throw .notWritable(path: path, error)
    }
  }

  private func flush() {
    guard !target.isMemory else {
      collected += UnsafeBufferPointer(start: buffer, count: count)
      count = 0
      return
    }
    var done = 0
    while done < count, fault == nil {
      let result = write(descriptor, buffer + done, count - done)
      if result > 0 {
        done += result
      } else if result == 0 || errno != EINTR {
        fault = target.fault(result == 0 ? SystemError(code: EIO) : .last)
      }
    }
    written += done
    count = 0
  }
}

// MARK: Writing

extension ExportSink {
  /// Text that the program holds.
  func add(_ text: StaticString) {
    add(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  func add(text: String) {
    var text = text
    text.withUTF8 { add($0) }
  }

  func add(byte: UInt8) {
    if count == Self.capacity { flush() }
    buffer[count] = byte
    count += 1
  }

  func add(_ number: Int) { add(Int64(number)) }

  func add(_ number: Int64) {
    if number < 0 { add(byte: UInt8(ascii: "-")) }
    add(magnitude: number.magnitude, digits: 1)
  }

  /// A whole number of nanoseconds as a decimal number of a unit that is a power of ten of them.
  ///
  /// - Parameter decimals: 3 for microseconds, 9 for seconds.
  func add(nanoseconds: Int64, decimals: Int) {
    if nanoseconds < 0 { add(byte: UInt8(ascii: "-")) }
    var unit: UInt64 = 1
    for _ in 0..<decimals { unit *= 10 }
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: unit)
    add(magnitude: whole, digits: 1)
    guard rest > 0 else { return }
    add(byte: UInt8(ascii: "."))
    add(magnitude: rest, digits: decimals)
  }

  /// The shortest text that is read back as the same number; 0 for what isn't finite.
  func add(real: Double) { add(text: real.isFinite ? "\(real)" : "0") }

  /// A string in JSON, with its quotes.
  func add(json text: String) {
    add(byte: UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): add("\\\"")
      case UInt8(ascii: "\\"): add("\\\\")
      case 0x0A: add("\\n")
      // Whatever ends a script or a line in some reader.
      case 0..<0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
        add("\\u00")
        add(hex: byte)
      default: add(byte: byte)
      }
    }
    add(byte: UInt8(ascii: "\""))
  }

  func add(hex byte: UInt8) {
    for digit in [byte >> 4, byte & 15] {
      add(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Sixteen hexadecimal digits.
  func add(hex number: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      add(hex: UInt8(truncatingIfNeeded: number >> UInt64(shift)))
    }
  }

  private func add(magnitude: UInt64, digits: Int) {
    if count + 20 > Self.capacity { flush() }
    var length = 0
    var rest = magnitude
    repeat {
      length += 1
      rest /= 10
    } while rest > 0
    length = max(length, digits)
    rest = magnitude
    for place in stride(from: count + length - 1, through: count, by: -1) {
      buffer[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    count += length
  }

  private func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let start = bytes.baseAddress, bytes.count <= Self.capacity else {
      for byte in bytes { add(byte: byte) }
      return
    }
    if count + bytes.count > Self.capacity { flush() }
    (buffer + count).update(from: start, count: bytes.count)
    count += bytes.count
  }
}

extension ExportSink.Target {
  fileprivate var isMemory: Bool { if case .memory = self { true } else { false } }

  fileprivate func fault(_ error: SystemError) -> ExportFault {
    switch self {
    case .file(let path, _, _): .failed(path: path, error)
    case .standardOutput, .memory:
      error.code == EPIPE ? .unwanted : .failed(path: "-", error)
    }
  }
}
