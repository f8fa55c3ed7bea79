import Augmentation
import Datasets
import Glibc

/// Where `augtop augment` writes: an .npy file or a folder of PNG.
struct AugmentOutput {
  let path: String
  let type: String?
  let mayOverwrite: Bool
  let prefix: String?
  let scale: Bool
  /// Beside the pictures; nil if there are none.
  let classMode: ClassMode?

  /// The labels' file and the classes'.
  var labelsPath: String { beside + ".labels.npy" }
  var classesPath: String { beside + ".classes.json" }

  /// The path without what tells its kind.
  private var beside: String {
    if path.hasSuffix(".npy"), !isPNG { return String(path.dropLast(4)) }
    let end = path.lastIndex { $0 != "/" } ?? path.startIndex
    return String(path[...end])
  }

  /// Channels first is for arrays.
  func ordering(_ ordering: DimOrdering) -> DimOrdering { isPNG ? .tf : ordering }

  private var isPNG: Bool { path.hasSuffix("/") || isFolder(path) }

  /// What can be said before any picture is looked at.
  ///
  /// - Parameter savesToDir: Whether the prefix is for other files.
  func check(savesToDir: Bool) throws {
    if let prefix, prefix.contains("/") {
      throw CommandFault.wrong("--save-prefix \(prefix): it begins a file's name, without /")
    }
    _ = try element
    if classMode != nil {
      for path in [labelsPath, classesPath] where !mayOverwrite && access(path, F_OK) == 0 {
        throw CommandFault.wrong("\(path) exists already; add --force to overwrite it")
      }
    }
    guard !isPNG else {
      if let type {
        throw CommandFault.wrong("--type \(type): PNG holds whole numbers; leave it out")
      }
      return
    }
    if [".png", ".jpg", ".jpeg", ".bmp"].contains(where: path.lowercased().hasSuffix) {
      throw CommandFault.wrong(
        "\(path): arrays go to a file that ends in .npy, pictures to a folder: write \(path)/")
    }
    let isPrefixIdle = prefix != nil && !savesToDir
    for (option, isGiven) in [("--save-prefix", isPrefixIdle), ("--scale", scale)] where isGiven {
      throw CommandFault.wrong("\(option) is for a folder of PNG: write \(path)/")
    }
    guard mayOverwrite || access(path, F_OK) != 0 else {
      throw CommandFault.wrong("\(path) exists already; add --force to overwrite it")
    }
  }

  func open(_ dataset: any DatasetSource, _ ordering: DimOrdering) throws -> any PictureWriter {
    do {
      guard isPNG else {
        return try NpyWriter(
          path: path, shape: dataset.shape, element: try element, ordering: ordering)
      }
      return try PngFolderWriter(
        path: path, shape: dataset.shape, prefix: prefix ?? "", picturesPerEpoch: dataset.count,
        values: scale ? .scaled : .cut, mayOverwrite: mayOverwrite)
    } catch let fault as DatasetFault {
      var way = ""
      if case .folderInUse = fault { way = ", or add --force to overwrite files in it" }
      throw CommandFault.wrong(fault.message + way)
    }
  }

  private var element: NpyWriter.Element {
    get throws {
      switch type {
      case nil, "float32": return .float
      case "uint8": return .byte
      case let type?: throw CommandFault.wrong("--type \(type): write float32 or uint8")
      }
    }
  }
}

func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether a path is what is read: writing there would overwrite the pictures.
func isAmong(_ inputs: [String], _ path: String) -> Bool {
  inputs.contains { isSameFile($0, path) }
}

/// Whether two paths lead to one file, through links too.
private func isSameFile(_ first: String, _ second: String) -> Bool {
  var one = stat()
  var other = stat()
  guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}
