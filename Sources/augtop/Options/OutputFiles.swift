import Glibc
import Host

/// The files that a command writes, each with the option that names it: no two may be one file, and none an
/// input, by whatever path or link. It is checked before anything runs.
struct OutputFiles {
  private var all: [(option: String, path: String)] = []

  /// A file for each option that was given.
  init(_ files: [(option: String, path: String?)]) {
    for (option, path) in files { if let path { all.append((option, path)) } }
  }

  /// Refuses two options that name one file, and an option that names an input.
  ///
  /// - Parameter inputs: Files that are read, and folders whose files are.
  /// - Throws: A `CommandFault` of status 2.
  /// - Complexity: O(files in the input folders) where an output exists, else O(outputs).
  func check(inputs: [String]) throws {
    var places: [Place: String] = [:]
    for (option, path) in all {
      guard let place = Place(path) else { continue }
      if let other = places.updateValue(option, forKey: place) {
        throw CommandFault.wrong(
          "\(option) \(path): \(other) names the same file; name another one")
      }
    }
    guard let path = InputFiles(inputs).first(among: all.map(\.path)),
      let option = all.first(where: { $0.path == path })?.option
    else { return }
    let name = option.hasPrefix("--") ? "\(option) \(path)" : path
    throw CommandFault.wrong("\(name) is an input itself; name another place to write")
  }

  /// Where a path leads: a file or folder that is there, or a name in a folder.
  private struct Place: Hashable {
    var identity: FileIdentity?
    var name = ""

    /// Nil for pipes and devices, which take what several write, and in a folder that isn't there.
    init?(_ path: String) {
      var status = stat()
      if stat(path, &status) == 0 {
        guard [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) else { return nil }
        identity = FileIdentity(path: path)
        return
      }
      let whole = path.reversed().drop { $0 == "/" }
      name = String(whole.prefix { $0 != "/" }.reversed())
      let folder = String(whole.dropFirst(name.count).reversed())
      identity = FileIdentity(path: folder.isEmpty ? "." : folder)
      if identity == nil { return nil }
    }
  }
}
