import Glibc

/// Where `augtop calibrate` writes: a file that is there only once it is whole, or standard output.
struct CalibrationFile {
  let path: String
  private var partial: String { path + ".part" }

  /// Sees to it that the file can be written.
  init(path: String, mayOverwrite: Bool) throws {
    self.path = path
    guard !isStandardOutput else { return }
    guard mayOverwrite || access(path, F_OK) != 0 else {
      throw CommandFault.wrong(
        "\(path) exists already; add --force to overwrite it, or name another with --output")
    }
    guard !path.isEmpty, !isFolder(path), let file = fopen(partial, "we") else {
      let reason = isFolder(path) ? "it is a folder" : String(cString: strerror(errno))
      throw CommandFault.wrong("--output \(path) can't be written: \(reason)")
    }
    fclose(file)
  }

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

  func write(_ text: String) throws {
    guard !isStandardOutput else {
      print(text, terminator: "")
      return
    }
    guard let file = fopen(partial, "we") else { throw failure() }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten, rename(partial, path) == 0 else {
      let fault = failure()
      discard()
      throw fault
    }
  }

  /// Leaves nothing behind.
  func discard() {
    if !isStandardOutput { unlink(partial) }
  }

  private func failure() -> CommandFault {
    CommandFault.failed("can't write \(path): \(String(cString: strerror(errno)))")
  }
}
