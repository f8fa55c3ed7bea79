/// The header of a NumPy `.npy` file, versions 1.0, 2.0 and 3.0, read strictly.
///
/// - Source: NumPy Enhancement Proposal 1 and `numpy/lib/format.py`.
package struct NpyHeader: Equatable, Sendable {
  /// NumPy's name of the type, such as `<f4`; of a structured type the list of its fields, as it is
  /// written.
  package var type: String
  /// Whether the first dimension varies fastest.
  package var isFortranOrder: Bool
  /// The dimensions, each 0 or more.
  package var shape: [Int]
  /// Where the data begin in the file, in bytes.
  package var dataOffset: Int

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Parses a header.
  ///
  /// - Parameter bytes: The file, or at least its header.
  /// - Throws: `magic`, `other`, `version`, `headerCutOff`, `header` with the byte that is wrong, or `key`.
  /// - Complexity: O(bytes of the header).
  package init(parsing bytes: UnsafeRawBufferPointer) throws(NpyFault) {
    guard bytes.count >= 8, bytes.prefix(6).elementsEqual(Self.magic) else {
      throw FileKind(of: bytes).map { .other($0) } ?? .magic
    }
    let major = bytes[6]
    let minor = bytes[7]
    guard (1...3).contains(major), minor == 0 else {
      throw .version(major: major, minor: minor)
    }
    let lengthSize = major == 1 ? 2 : 4
    let start = 8 + lengthSize
    guard bytes.count >= start else { throw .headerCutOff }
    // Little-endian, whatever the machine is.
    let length = (8..<start).reversed().reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard bytes.count - start >= length else { throw .headerCutOff }
    var parser = NpyHeaderParser(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]))
    let dictionary = try parser.parse()
    type = dictionary.type
    isFortranOrder = dictionary.isFortranOrder
    shape = dictionary.shape
    dataOffset = start + length
  }
}

/// The dictionary of a header: Python's literals, as far as `numpy.save` writes them.
struct NpyHeaderParser {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func parse() throws(NpyFault) -> (type: String, isFortranOrder: Bool, shape: [Int]) {
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try take("{")
    while !takes("}") {
      let key = try string()
      try take(":")
      switch key {
      case "descr" where type == nil: type = try descriptor()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw .key(key)
      }
      if !takes(",") {
        try take("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.count else { throw .header(at: position) }
    guard let type else { throw .key("descr") }
    guard let isFortranOrder else { throw .key("fortran_order") }
    guard let shape else { throw .key("shape") }
    return (type, isFortranOrder, shape)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether the text comes next; goes past it then.
  private mutating func takes(_ text: StaticString) -> Bool {
    skipSpace()
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func take(_ text: StaticString) throws(NpyFault) {
    guard takes(text) else { throw .header(at: position) }
  }

  private mutating func boolean() throws(NpyFault) -> Bool {
    if takes("True") { return true }
    if takes("False") { return false }
    throw .header(at: position)
  }

  private mutating func string() throws(NpyFault) -> String {
    skipSpace()
    guard position < bytes.count else { throw .header(at: position) }
    let quote = bytes[position]
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw .header(at: position)
    }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw .header(at: position) }
    position = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// A string, or a list with all that is in it.
  private mutating func descriptor() throws(NpyFault) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else { return try string() }
    let start = position
    var depth = 0
    repeat {
      guard position < bytes.count else { throw .header(at: position) }
      switch bytes[position] {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        _ = try string()
        continue
      default: break
      }
      position += 1
    } while depth > 0
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func tuple() throws(NpyFault) -> [Int] {
    var numbers: [Int] = []
    try take("(")
    while !takes(")") {
      numbers.append(try number())
      if !takes(",") {
        // (3) is a number in Python, and no tuple.
        guard numbers.count > 1 else { throw .header(at: position) }
        try take(")")
        break
      }
    }
    return numbers
  }

  private mutating func number() throws(NpyFault) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, over) = shifted.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !tooLarge && !over else { throw .header(at: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw .header(at: position) }
    // Python 2 wrote long numbers as 3L.
    if position < bytes.count, bytes[position] == UInt8(ascii: "L") { position += 1 }
    return value
  }
}
