/// A kind of file that people name in place of a session file, by its first bytes.
package enum ForeignKind: Equatable, Sendable {
  /// Compressed, with the command that expands it; what gzip has compressed is read as it is.
  case compressed(String, command: String)
  /// An archive, with the command that unpacks it.
  case archive(String, command: String)
  /// A text in JSON, as Chrome's traces and reports are.
  case json
  /// A web page, as of a download that failed.
  case html

  /// As many bytes as tell it.
  static let length = 512

  /// The kind of a file that is no session, by its first `length` bytes; nil for one that isn't known here.
  init?(of bytes: UnsafeRawBufferPointer) {
    for (mark, kind) in Self.marks where bytes.starts(with: mark) {
      self = kind
      return
    }
    if bytes.count >= 262, bytes[257..<262].elementsEqual("ustar".utf8) {
      self = .archive("a tar archive", command: "tar -xf")
      return
    }
    // A packet begins with an end of line.
    switch bytes.first(where: { ![0x20, 0x09, 0x0D].contains($0) }) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
    case UInt8(ascii: "<"): self = .html
    default: return nil
    }
  }

  private static let marks: [([UInt8], ForeignKind)] = [
    (Array("BZh".utf8), .compressed("bzip2", command: "bunzip2")),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .compressed("xz", command: "unxz")),
    ([0x28, 0xB5, 0x2F, 0xFD], .compressed("zstd", command: "unzstd")),
    ([0x04, 0x22, 0x4D, 0x18], .compressed("lz4", command: "unlz4")),
    ([0x1F, 0x9D], .compressed("compress", command: "uncompress")),
    ([0x50, 0x4B, 3, 4], .archive("a zip archive", command: "unzip")),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .archive("a 7z archive", command: "7z x")),
  ]

  /// For messages: the kind, and what to do.
  var text: String {
    switch self {
    case .compressed(let name, let command):
      "compressed by \(name), which isn't read as gzip is; expand it with \(command)"
    case .archive(let name, let command):
      "\(name), not a session file of augtop; unpack it with \(command)"
    case .json: "a JSON text, not a session file of augtop; name the file that --trace wrote"
    case .html: "a web page, not a session file of augtop; copy or download the file again"
    }
  }
}
