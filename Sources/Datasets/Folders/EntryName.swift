/// Rules about the names of a folder's entries.
enum EntryName {
  /// The endings of pictures, in small letters: those that Keras 1.1.0 takes, and those of the other
  /// formats that are read, as later ones of Keras do.
  static let pictureEndings = [
    ".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp",
  ]

  /// Files that Windows and others leave in folders; small letters.
  private static let systemFiles = ["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"]

  /// Folders without a point in front that hold no pictures of their own: of macOS's archives, Python,
  /// Synology, Windows and Linux.
  private static let systemFolders = [
    "__macosx", "__pycache__", "@eadir", "$recycle.bin", "system volume information", "lost+found",
  ]

  /// Whether a file's name has a picture's ending, in any case.
  static func isPicture(_ name: RawPath) -> Bool {
    let name = small(name)
    return pictureEndings.contains { name.hasSuffix($0) }
  }

  /// Whether a file is hidden: macOS's `._` companions, which end as their pictures do; any other
  /// without a picture's ending whose name begins with a point; and what Windows leaves behind.
  static func isHiddenFile(_ name: RawPath) -> Bool {
    let text = small(name)
    guard !text.hasPrefix("._") else { return true }
    return text.hasPrefix(".") && !isPicture(name) || systemFiles.contains(text)
  }

  /// Whether a folder is hidden: its name begins with a point, as of Jupyter's checkpoints, or is one
  /// that a system uses.
  static func isHiddenFolder(_ name: RawPath) -> Bool {
    let name = small(name)
    return name.hasPrefix(".") || systemFolders.contains(name)
  }

  private static func small(_ name: RawPath) -> String {
    String(decoding: name.bytes, as: UTF8.self).lowercased()
  }
}
