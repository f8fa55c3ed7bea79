import Glibc

/// The entries of a folder, sorted by the bytes of their names, which for UTF-8 is Python's order too.
struct FolderListing {
  var files: [String] = []
  var folders: [String] = []
  /// Entries that are neither, lead nowhere or have names that aren't UTF-8.
  var others = 0

  /// Lists a folder; links count as their targets.
  ///
  /// - Throws: `DatasetFault.unreadable` for a folder that can't be opened or read.
  init(path: String) throws(DatasetFault) {
    guard let folder = opendir(path) else { throw .unreadable(path: path, errno: errno) }
    defer { closedir(folder) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        guard errno == 0 else { throw .unreadable(path: path, errno: errno) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      guard let name, stat(Self.join(path, name), &status) == 0 else {
        others += 1
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: files.append(name)
      case S_IFDIR: folders.append(name)
      default: others += 1
      }
    }
    files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
