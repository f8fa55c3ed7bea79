import Glibc
import Host
import Screen

/// A screen as files: text, text with colours, and a picture.
struct SavedScreen {
  private let files: [(ending: String, text: String)]

  init(_ grid: CellGrid, theme: Theme) {
    files = [
      ("txt", grid.text.joined(separator: "\n") + "\n"),
      ("ans", grid.ansi(theme: theme)),
      ("svg", grid.svg(theme: theme, title: "augtop")),
    ]
  }

  /// The most saved screens in one folder.
  private static let most = 9_999

  /// Writes files that don't exist yet to the working folder.
  ///
  /// - Returns: Their names.
  /// - Throws: The reason as text where one can't be written.
  func write() throws(SaveFault) -> [String] {
    for number in 1...Self.most {
      let names = files.map { "augtop-screen-\(number).\($0.ending)" }
      guard names.allSatisfy({ access($0, F_OK) != 0 }) else { continue }
      for (name, file) in zip(names, files) { try writeNew(file.text, to: name) }
      return names
    }
    throw SaveFault(reason: "there are \(Self.most) already")
  }
}

/// Writes a text to a file that doesn't exist yet.
///
/// - Throws: The reason as text where it exists or can't be written.
func writeNew(_ text: String, to name: String) throws(SaveFault) {
  let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else {
    throw SaveFault(reason: "\(name): \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard written > 0 else {
      throw SaveFault(reason: "\(name): \(String(cString: strerror(errno)))")
    }
    bytes = bytes.dropFirst(written)
  }
}

/// Why a file can't be written, for the user.
struct SaveFault: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
