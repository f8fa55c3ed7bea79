import Host
import Quantities

/// The output of an export: a file that is renamed to its path once it is whole, standard output,
/// or memory.
///
/// A class because it is the one owner of an open file. Adding bytes never throws: a fault is kept,
/// and `finish` throws it. Without `finish`, an existing file at the path is left as it was.
package final class ExportSink {
  private static let capacity = 1 << 18

  /// Nil collects in memory.
  private let file: AtomicFile?
  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var collected: [UInt8] = []
  private(set) var written = 0
  private(set) var fault: ExportFault?

  /// Opens the output.
  ///
  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - replacing: Whether an existing target is replaced instead of being a fault.
  /// - Throws: `ExportFault.exists` and `.notWritable`.
  package init(path: String, replacing: Bool) throws(ExportFault) {
    do {
      file =
        path == "-" ? .standardOutput : try AtomicFile(path: path, replacing: replacing)
    } catch {
      throw ExportFault(error)
    }
    // Last: no `deinit` runs where `init` throws.
    buffer = .allocate(capacity: Self.capacity)
  }

  /// Collects in memory, for `bytes`.
  package init() {
    buffer = .allocate(capacity: Self.capacity)
    file = nil
  }

  deinit { buffer.deallocate() }

  /// The bytes collected in memory.
  package var bytes: [UInt8] {
    collected + UnsafeBufferPointer(start: buffer, count: count)
  }

  /// Writes the rest and renames the file to its path.
  ///
  /// - Throws: `ExportFault.failed` where writing failed, now or before, or the file can't be
  ///   renamed; `.unwanted` where the reader of standard output has closed it.
  package func finish() throws(ExportFault) {
    guard let file else { return }
    flush()
    if let fault { throw fault }
    do {
      try file.commit()
    } catch {
      throw ExportFault(error)
    }
  }

  /// Writes everything to the file, so that a full disk is found before any file is renamed.
  func flush() {
    let bytes = UnsafeBufferPointer(start: buffer, count: count)
    count = 0
    guard let file else {
      collected += bytes
      return
    }
    guard fault == nil else { return }
    let (done, error) = writeAll(UnsafeRawBufferPointer(bytes), to: file.descriptor)
    written += done
    if let error { fault = ExportFault(.failed(path: file.path, error, part: nil)) }
  }
}

// MARK: Writing

extension ExportSink {
  /// Adds a constant text.
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

  /// Adds a time in nanoseconds as a decimal number of a larger unit.
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

  /// Adds the shortest text that is read back as the same number; 0 for infinities and NaN.
  func add(real: Double) { add(text: real.isFinite ? "\(real)" : "0") }

  /// Adds a string in JSON, with its quotes.
  ///
  /// Characters that a terminal could act on, or that end a script element or a line in some reader,
  /// are written by their numbers.
  func add(json text: String) {
    add(byte: UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": add("\\\"")
      case "\\": add("\\\\")
      case "\n": add("\\n")
      case "<", ">", "&": add(escape: scalar)
      case _ where scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F:
        add(byte: UInt8(truncatingIfNeeded: scalar.value))
      case _ where PrintableText.isHidden(scalar) && scalar.value <= 0xFFFF: add(escape: scalar)
      default:
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { add(byte: byte) }
      }
    }
    add(byte: UInt8(ascii: "\""))
  }

  private func add(escape scalar: Unicode.Scalar) {
    add("\\u")
    add(hex: UInt8(truncatingIfNeeded: scalar.value >> 8))
    add(hex: UInt8(truncatingIfNeeded: scalar.value))
  }

  func add(hex byte: UInt8) {
    for digit in [byte >> 4, byte & 15] {
      add(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Adds sixteen hexadecimal digits.
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
