import Glibc
import Host

/// The pictures and classes that a folder held when it was searched, to find out later whether others
/// have come or some have gone.
struct FolderState {
  /// The entries that matter.
  enum Kind {
    case pictures
    /// Of the folder of the class folders.
    case classes
    /// Of a class folder that is searched with its inner folders.
    case picturesAndFolders
  }

  let path: RawPath
  private let kind: Kind
  /// As `FolderListing.changed`.
  private let changed: Int
  private let entries: UInt64

  init(_ path: RawPath, _ listing: FolderListing, _ kind: Kind) {
    self.path = path
    self.kind = kind
    changed = listing.changed
    entries = Self.sum(listing, kind)
  }

  /// Whether other pictures or classes are there now.
  ///
  /// - Complexity: A system call; O(entries) where any entry has come or gone.
  func hasChanged() -> Bool {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return true }
    guard FileState.time(status) != changed else { return false }
    guard let listing = try? FolderListing(path: path) else { return true }
    return Self.sum(listing, kind) != entries
  }

  /// A checksum of the names that matter.
  private static func sum(_ listing: FolderListing, _ kind: Kind) -> UInt64 {
    var names: [RawPath] = []
    if kind != .classes { names += listing.files.filter(EntryName.isPicture) }
    if kind != .pictures { names += listing.folders + listing.hiddenFolders }
    return names.reduce(0) { ($0 << 1 | $0 >> 63) ^ Checksum.of($1.bytes) }
  }
}
