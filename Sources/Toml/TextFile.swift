import Glibc

/// A configuration file's text.
package enum TextFile {
  /// More than any configuration needs, and less than a mistaken path to data would cost.
  package static let longest = 1 << 20

  /// Reads a whole file as UTF-8.
  ///
  /// - Parameter longest: The most bytes to take, in whole mebibytes.
  /// - Throws: `unreadable` with the system's reason, for a file longer than `longest`, and for bytes
  ///   that aren't UTF-8.
  /// - Complexity: O(bytes).
  package static func read(
    _ path: String, longest: Int = Self.longest
  ) throws(ConfigurationFault) -> String {
    func fail(_ reason: String) -> ConfigurationFault {
      ConfigurationFault(file: path, problem: .unreadable(reason: reason))
    }
    guard let file = fopen(path, "re") else { throw fail(String(cString: strerror(errno))) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
      bytes += chunk[..<count]
      if bytes.count > longest { throw fail("it is larger than \(longest >> 20) MiB") }
    }
    guard ferror(file) == 0 else { throw fail(String(cString: strerror(errno))) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fail("it isn't UTF-8 text")
    }
    return text
  }
}
