/// A path, or the name of an entry, as the file system has it: bytes that needn't be UTF-8.
struct RawPath: Hashable, Comparable, Sendable {
  /// Without the zero that C puts behind them.
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  init(_ text: String) { bytes = Array(text.utf8) }

  /// As Python sorts the names: by their bytes, which for UTF-8 is the order of the characters.
  static func < (a: RawPath, b: RawPath) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }

  /// The path for people: bytes that belong to no character become `\xNN`.
  var text: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while let byte = rest.first {
      // No character has more than four bytes.
      let character = (1...4).lazy.compactMap { String(validating: rest.prefix($0), as: UTF8.self) }
        .first
      if let character {
        text += character
        rest = rest.dropFirst(character.utf8.count)
      } else {
        text += "\\x" + String(byte, radix: 16)
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// The path of an entry with this name.
  func appending(_ name: RawPath) -> RawPath {
    let slash = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    return RawPath(bytes: bytes + slash + name.bytes)
  }

  /// Calls `body` with the path as C has it.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
      body($0.baseAddress!)  // never empty
    }
  }
}
