import Glibc
import Host

/// The files that a command reads, none of which it may write to, by whatever path or link.
struct InputFiles {
  /// Files, and folders whose files are read.
  private let paths: [String]

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
    for path in paths { Self.collect(path, into: &inputs) }
    return existing.first { inputs.contains($0.1) }?.0
  }

  /// The file and, of a folder, all that lies in it at any depth.
  private static func collect(_ path: String, into inputs: inout Set<FileIdentity>) {
    var pending = [Array(path.utf8)]
    while let path = pending.popLast() {
      // A folder that a link leads back to is known already.
      guard let identity = FileIdentity(path: path), inputs.insert(identity).inserted else {
        continue
      }
      for name in rawEntries(of: path) { pending.append(path + [UInt8(ascii: "/")] + name) }
    }
  }
}

/// The names of a folder's entries; none where it can't be read or is no folder.
func entries(of folder: String) -> [String] {
  rawEntries(of: Array(folder.utf8)).map { String(decoding: $0, as: UTF8.self) }
}

/// The same as bytes, which needn't be UTF-8.
private func rawEntries(of folder: [UInt8]) -> [[UInt8]] {
  let path = folder.map { CChar(bitPattern: $0) } + [0]
  guard let open = opendir(path) else { return [] }
  defer { closedir(open) }
  var names: [[UInt8]] = []
  while let entry = readdir(open) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
  }
  return names
}
