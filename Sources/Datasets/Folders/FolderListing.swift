import Glibc

/// The entries of a folder, by kind, each kind sorted by the bytes of its names.
struct FolderListing {
  var files: [RawPath] = []
  var folders: [RawPath] = []
  var hiddenFolders: [RawPath] = []
  var hiddenFiles = 0
  /// Entries that are neither file nor folder, or lead nowhere.
  var others = 0
  /// When an entry came or went last, before the listing; as `FileState.changed`.
  private(set) var changed = 0

  /// Lists a folder; links count as their targets.
  ///
  /// - Throws: `DatasetFault.unreadable` for a folder that can't be opened or read.
  init(path: RawPath) throws(DatasetFault) {
    guard let folder = path.withCString({ opendir($0) }) else {
      throw .unreadable(path: path.text, errno: errno)
    }
    defer { closedir(folder) }
    var status = stat()
    if fstat(dirfd(folder), &status) == 0 { changed = FileState.time(status) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        guard errno == 0 else { throw .unreadable(path: path.text, errno: errno) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        RawPath(bytes: Array($0.prefix { $0 != 0 }))
      }
      if name != Self.itself, name != Self.parent { add(name, in: path) }
    }
    files.sort()
    folders.sort()
    hiddenFolders.sort()
  }

  /// The same for a path as text.
  ///
  /// - Throws: As `init(path:)`.
  init(path: String) throws(DatasetFault) { try self.init(path: RawPath(path)) }

  private static let itself = RawPath(".")
  private static let parent = RawPath("..")

  /// Whether nothing is in the folder.
  var isEmpty: Bool {
    files.isEmpty && folders.isEmpty && hiddenFolders.isEmpty && hiddenFiles + others == 0
  }

  private mutating func add(_ name: RawPath, in folder: RawPath) {
    var status = stat()
    guard folder.appending(name).withCString({ stat($0, &status) }) == 0 else {
      // A link to nowhere or in a circle is no picture. What else can't be looked at may be one: then
      // the picture is what can't be read.
      if errno == ENOENT || errno == ELOOP || !EntryName.isPicture(name) {
        others += 1
      } else {
        files.append(name)
      }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG where EntryName.isHiddenFile(name): hiddenFiles += 1
    case S_IFREG: files.append(name)
    case S_IFDIR where EntryName.isHiddenFolder(name): hiddenFolders.append(name)
    case S_IFDIR: folders.append(name)
    default: others += 1
    }
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }
}
