import Glibc

/// The file of a job's own output, read at its end.
package struct JobLog: Sendable {
  /// Bytes that are read of it, at most: more than any line worth showing.
  private static let tail = 4096

  /// Where it lies.
  package let path: String

  /// A file that is there, or will be.
  package init(path: String) { self.path = path }

  /// Its last line that isn't blank, without what moves or colours a terminal's text; empty where there is
  /// none, or the file can't be read.
  ///
  /// A progress bar overwrites its line: what stands after the last carriage return counts.
  package func lastLine() -> String { lastLines(1).first ?? "" }

  /// Its last lines that aren't blank, the oldest first.
  ///
  /// - Parameter count: The most of them.
  package func lastLines(_ count: Int) -> [String] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return [] }
    var bytes = [UInt8](repeating: 0, count: Self.tail)
    let read = pread(file, &bytes, bytes.count, max(0, facts.st_size - off_t(Self.tail)))
    guard read > 0 else { return [] }
    let isCut = facts.st_size > off_t(Self.tail)
    // Half a character at the cut would be drawn as a question mark.
    let whole = bytes[..<read].drop { isCut && $0 & 0xC0 == 0x80 }
    let lines = whole.split { $0 == 10 || $0 == 13 }.map { Self.text($0) }
    return lines.filter { !$0.isEmpty }.suffix(count)
  }

  /// A line without escape sequences and other controls, and without blanks around it.
  private static func text(_ line: ArraySlice<UInt8>) -> String {
    var kept: [UInt8] = []
    var isEscaped = false
    var isSequence = false
    for byte in line {
      switch byte {
      case 0x1B: (isEscaped, isSequence) = (true, false)
      case 0x5B where isEscaped && !isSequence: isSequence = true
      // A sequence ends with a letter or a sign from @ on.
      case _ where isEscaped: if !isSequence || byte >= 0x40 { isEscaped = false }
      case 9: kept.append(32)
      case ..<0x20, 0x7F: break
      default: kept.append(byte)
      }
    }
    let text = String(decoding: kept, as: UTF8.self)
    guard let first = text.firstIndex(where: { $0 != " " }),
      let last = text.lastIndex(where: { $0 != " " })
    else { return "" }
    return String(text[first...last])
  }

  /// What comes into the file, from its start.
  package struct Follower: Sendable {
    private let log: JobLog
    private var place: off_t = 0

    /// Follows a file that may not be there yet.
    package init(_ log: JobLog) { self.log = log }

    /// What was added since the last call, `tail` bytes at most; nil where nothing was. A carriage return
    /// becomes a line's end.
    package mutating func next() -> String? {
      let file = open(log.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: JobLog.tail)
      let read = pread(file, &bytes, bytes.count, place)
      guard read > 0 else { return nil }
      // A character that is half written comes with the next bytes.
      let end = bytes[..<read].lastIndex { $0 == 10 || $0 == 13 }.map { $0 + 1 } ?? read
      place += off_t(end)
      return String(decoding: bytes[..<end].map { $0 == 13 ? 10 : $0 }, as: UTF8.self)
    }
  }
}
