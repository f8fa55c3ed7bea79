import Glibc
import Host

/// The files that a command reads, none of which it may write to, by whatever path or link.
struct InputFiles {
  /// Files, and folders whose files are read.
  private let paths: [String]

  /// A dataset's folder has one folder for each class.
  private static let deepest = 2

  /// Input files and folders.
  init(_ paths: [String]) { self.paths = paths }

  /// The first of the targets that is an input.
  ///
  /// - Parameter targets: Paths that are about to be written; a path without a file is never an
  ///   input.
  /// - Returns: Nil where no target is an input.
  /// - Complexity: O(files in the input folders) where a target exists, else O(targets).
  func first(among targets: [String]) -> String? {
    let existing = targets.compactMap { path in FileIdentity(path: path).map { (path, $0) } }
    guard !existing.isEmpty else { return nil }
    var inputs: Set<FileIdentity> = []
    for path in paths { Self.collect(path, depth: Self.deepest, into: &inputs) }
    return existing.first { inputs.contains($0.1) }?.0
  }

  private static func collect(_ path: String, depth: Int, into inputs: inout Set<FileIdentity>) {
    guard let identity = FileIdentity(path: path) else { return }
    inputs.insert(identity)
    guard depth > 0, isFolder(path) else { return }
    for name in entries(of: path) { collect("\(path)/\(name)", depth: depth - 1, into: &inputs) }
  }
}

/// The names of a folder's entries; none where it can't be read or is no folder.
func entries(of folder: String) -> [String] {
  guard let open = opendir(folder) else { return [] }
  defer { closedir(open) }
  var names: [String] = []
  while let entry = readdir(open) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
