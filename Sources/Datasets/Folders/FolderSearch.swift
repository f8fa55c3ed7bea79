import Augmentation
import Glibc

/// The search for pictures when a folder is opened.
struct FolderSearch {
  struct File {
    let path: RawPath
    let label: Int32
    let header: PictureHeader
    let state: FileState

    var size: PictureSize { header.size }
  }

  let badPictures: BadPictures
  /// Whether folders within the class folders are searched, too.
  let isRecursive: Bool
  /// Whether pictures are turned as their EXIF orientation says.
  let orientation: ExifOrientation

  var files: [File] = []
  private(set) var classes: [RawPath] = []
  /// Entries that are no pictures, or not in their place.
  private(set) var skipped = 0
  private(set) var hidden = 0
  var bad: [BadPicture] = []
  private(set) var largestFile = 0
  /// All folders that were searched.
  private(set) var folders: [FolderState] = []

  init(badPictures: BadPictures, isRecursive: Bool, orientation: ExifOrientation) {
    self.orientation = orientation
    self.badPictures = badPictures
    self.isRecursive = isRecursive
  }

  /// Bytes of a file in which its header is looked for, one after the other; most have it in the first.
  private static let firstBytes = [4_096, 65_536, 1 << 28]

  /// - Parameter wanted: The class folders to read; nil means all.
  /// - Throws: `DatasetFault.unreadable` for the folder itself and for a wanted class that isn't there;
  ///   without `skip`, the fault of the first picture or class folder that can't be read.
  mutating func search(in path: RawPath, for wanted: [String]?) throws(DatasetFault) {
    let top = try FolderListing(path: path)
    skipped = top.others
    hidden = top.hiddenFiles
    guard wanted != nil || !top.folders.isEmpty else {
      hidden += top.hiddenFolders.count
      let name = path.bytes.split(separator: UInt8(ascii: "/")).last.map {
        RawPath(bytes: Array($0))
      }
      classes = [name ?? path]
      folders = [FolderState(path, top, .pictures)]
      for name in top.files { try add(name, of: path, label: 0) }
      return
    }
    skipped += top.files.count
    folders = [FolderState(path, top, .classes)]
    let all = (top.folders + top.hiddenFolders).sorted()
    // Keras 1.1.0 numbers all subfolders, hidden ones with them.
    classes =
      wanted?.map { name in all.first { $0.text.utf8.elementsEqual(name.utf8) } ?? RawPath(name) }
      ?? all
    skipped += top.folders.count { !classes.contains($0) }
    hidden += top.hiddenFolders.count { wanted == nil || !classes.contains($0) }
    for (label, name) in classes.enumerated() where wanted != nil || !top.isHidden(name) {
      try addClass(path.appending(name), label: Int32(label), isWanted: wanted != nil)
    }
  }

  private mutating func addClass(
    _ folder: RawPath, label: Int32, isWanted: Bool
  ) throws(DatasetFault) {
    var found: [(folder: RawPath, listing: FolderListing)] = []
    var pending = [folder]
    while let next = pending.popLast() {
      let listing: FolderListing
      do {
        listing = try FolderListing(path: next)
      } catch {
        if isWanted, next == folder, case .unreadable(_, ENOENT) = error { throw error }
        try leaveOut(error)
        continue
      }
      skipped += listing.others
      hidden += listing.hiddenFiles + listing.hiddenFolders.count
      found.append((next, listing))
      folders.append(FolderState(next, listing, isRecursive ? .picturesAndFolders : .pictures))
      for name in listing.folders {
        let inner = next.appending(name)
        // Links to folders aren't followed, so that none leads in a circle: Keras's `follow_links`.
        if isRecursive, !inner.isLink { pending.append(inner) } else { skipped += 1 }
      }
    }
    // Keras sorts the folders by their paths, and the files within each.
    for (folder, listing) in found.sorted(by: { $0.folder < $1.folder }) {
      for name in listing.files { try add(name, of: folder, label: label) }
    }
  }

  private mutating func add(
    _ name: RawPath, of folder: RawPath, label: Int32
  ) throws(DatasetFault) {
    guard EntryName.isPicture(name) else {
      skipped += 1
      return
    }
    let path = folder.appending(name)
    do {
      let (header, state) = try header(of: path)
      files.append(File(path: path, label: label, header: header, state: state))
      largestFile = max(largestFile, state.size)
    } catch {
      try leaveOut(error)
    }
  }

  /// The header of a picture, and the state of its file.
  private func header(
    of path: RawPath
  ) throws(DatasetFault) -> (header: PictureHeader, state: FileState) {
    let file = try PictureFile(path)
    let size = file.state.size
    guard size > 0 else { throw .empty(path: path.text) }
    var last = PictureFault.cutOff
    // An orientation may lie behind the pixels.
    for length in orientation == .apply ? [.max] : Self.firstBytes {
      let needed = min(length, size)
      switch try header(in: file, needed) {
      case .success(let header): return (header, file.state)
      // More bytes don't make another format of it.
      case .failure(.unknown): throw .picture(path: path.text, .unknown)
      case .failure(.otherFormat(let name)):
        throw .picture(path: path.text, .otherFormat(name))
      case .failure(let fault): last = fault
      }
      if needed == size { break }
    }
    throw .picture(path: path.text, last)
  }

  private func header(
    in file: borrowing PictureFile, _ length: Int
  ) throws(DatasetFault) -> Result<PictureHeader, PictureFault> {
    let pointer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 16)
    defer { pointer.deallocate() }
    let bytes = try file.read(into: pointer)
    do throws(PictureFault) {
      return .success(try PictureCodec.header(of: bytes, orientation: orientation))
    } catch {
      return .failure(error)
    }
  }

  /// - Throws: The fault itself, unless it is a bad picture's and those are left out.
  mutating func leaveOut(_ fault: DatasetFault) throws(DatasetFault) {
    guard badPictures == .skip, let picture = fault.badPicture else { throw fault }
    bad.append(picture)
  }
}

extension FolderListing {
  fileprivate func isHidden(_ folder: RawPath) -> Bool { hiddenFolders.contains(folder) }
}

extension RawPath {
  /// Whether the path itself is a symbolic link.
  fileprivate var isLink: Bool {
    var status = stat()
    return withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
