import Glibc
import Host

/// The output of `augtop calibrate`: standard output, or a file that appears only once it is
/// complete.
///
/// A calibration that fails leaves no file behind.
struct CalibrationFile {
  /// The file, or `-` for standard output.
  let path: String
  private let file: AtomicFile

  /// Makes sure that the file can be written.
  ///
  /// - Throws: `CommandFault` where something is at the path and mustn't be replaced, or where the file
  ///   can't be made.
  init(path: String, mayOverwrite: Bool) throws {
    self.path = path
    do {
      file = path == "-" ? .standardOutput : try AtomicFile(path: path, replacing: mayOverwrite)
    } catch {
      if case .busy = error {
        throw CommandFault.wrong("\(path) is being written by another augtop; name another place")
      }
      guard case .exists = error else {
        throw CommandFault.wrong("--output \(path) can't be written: \(error.error)")
      }
      throw CommandFault.wrong(
        "\(path) exists already; add --force to overwrite it, or name another with --output")
    }
  }

  /// Whether the profile goes to standard output.
  var isStandardOutput: Bool { path == "-" }

  /// How `--costs` finds it: a bare name would be that of a built-in profile.
  var reference: String { path.contains("/") || path.hasSuffix(".json") ? path : "./\(path)" }

  /// The file's own name, or the Python's where there is no file.
  func profileName(python: String) -> String {
    guard !isStandardOutput, let last = path.split(separator: "/").last else {
      return "python-\(python)"
    }
    let name = last.hasSuffix(".json") ? last.dropLast(5) : last
    return name.isEmpty ? "python-\(python)" : String(name)
  }

  /// Writes the file and puts it in its place.
  ///
  /// - Throws: `CommandFault`; what was at the path is then as it was.
  func write(_ text: String) throws {
    do {
      try file.append(Array(text.utf8))
      try file.commit()
    } catch {
      let part = error.part.map { "; the profile is in \($0)" } ?? ""
      throw CommandFault.failed("can't write \(path): \(error.error)\(part)")
    }
  }
}
