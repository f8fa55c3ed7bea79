import Augmentation
import Datasets
import Glibc
import Host

/// Where `augtop augment` writes: an .npy file or a folder of PNG.
struct AugmentOutput {
  /// The file or folder to write.
  let path: String
  /// The type of the array's values: `float32` or `uint8`; nil means float32.
  let type: String?
  /// Whether existing files may be replaced.
  let mayOverwrite: Bool
  /// The beginning of the PNG files' names.
  let prefix: String?
  /// Whether PNG values are stretched over 0...255, as Keras saves them, instead of cut.
  let scale: Bool
  /// Whether PNG files go to a folder for each class.
  let hasClassFolders: Bool
  /// How labels are written; nil if none are written.
  let classMode: ClassMode?

  /// The labels' file and the classes'.
  var labelsPath: String { beside + ".labels.npy" }
  /// The JSON file of the classes' indices, next to an array.
  var classesPath: String { beside + ".classes.json" }

  /// The path without `.npy` or trailing slashes.
  private var beside: String {
    if path.hasSuffix(".npy"), !isPNG { return String(path.dropLast(4)) }
    let end = path.lastIndex { $0 != "/" } ?? path.startIndex
    return String(path[...end])
  }

  /// Channels first is for arrays.
  func ordering(_ ordering: DimOrdering) -> DimOrdering { isPNG ? .tf : ordering }

  private var isPNG: Bool { path.hasSuffix("/") || isFolder(path) }

  /// Checks what needs no picture.
  ///
  /// - Parameter savesToDir: Whether the prefix is for other files.
  /// - Throws: A `CommandFault` of status 2 for options that don't go together and for files that
  ///   exist already.
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
    for (option, isGiven) in [
      ("--save-prefix", isPrefixIdle), ("--scale", scale), ("--class-folders", hasClassFolders),
    ] where isGiven {
      throw CommandFault.wrong("\(option) is for a folder of PNG: write \(path)/")
    }
    guard mayOverwrite || access(path, F_OK) != 0 else {
      throw CommandFault.wrong("\(path) exists already; add --force to overwrite it")
    }
  }

  /// Creates the array file or the folder of PNG.
  ///
  /// - Throws: A `CommandFault` of status 1 where writing fails, of status 2 where the target can't
  ///   be used.
  func open(_ dataset: any DatasetSource, _ ordering: DimOrdering) throws -> any PictureWriter {
    do {
      guard isPNG else {
        return try NpyWriter(
          path: path, shape: dataset.shape, element: try element, ordering: ordering,
          replacing: mayOverwrite)
      }
      return try PngFolderWriter(
        path: path, shape: dataset.shape, prefix: prefix ?? "", picturesPerEpoch: dataset.count,
        values: scale ? .scaled : .cut, classes: classFolders(of: dataset),
        mayOverwrite: mayOverwrite)
    } catch let fault as DatasetFault {
      // A disk that is full is no mistake of the command line.
      if case .unwritable(let cause) = fault, case .failed = cause {
        throw CommandFault.failed(fault.message)
      }
      var way = ""
      if case .folderInUse = fault { way = ", or add --force to overwrite files in it" }
      throw CommandFault.wrong(fault.message + way)
    }
  }

  /// The files that may be written; no input may be among them. Of a folder, the PNG files in it and in
  /// its class folders.
  func targets(_ dataset: any DatasetSource) -> [String] {
    let folders = [path] + (classFolders(of: dataset) ?? []).map { "\(path)/\($0)" }
    return [path, labelsPath, classesPath] + (isPNG ? folders.flatMap(pngFiles) : [])
  }

  /// The class folders by number, under the classes' names; nil where there are none.
  private func classFolders(of dataset: any DatasetSource) -> [String]? {
    guard hasClassFolders else { return nil }
    switch dataset {
    case let dataset as FolderDataset: return dataset.classes
    case is CIFAR10Dataset: return CIFAR10Dataset.classes
    default:
      let labels = (0..<dataset.count).lazy.compactMap { dataset.label($0) }
      return (0...(labels.max() ?? 0)).map { "\($0)" }
    }
  }

  /// Refuses class folders for pictures without a class, and two classes whose folders would be one.
  ///
  /// - Throws: A `CommandFault` of status 2.
  func checkClasses(of dataset: any DatasetSource) throws {
    guard let folders = classFolders(of: dataset) else { return }
    guard dataset.label(0) != nil else {
      throw CommandFault.wrong("--class-folders: the pictures have no classes")
    }
    guard Set(folders.map { Array($0.utf8) }).count == folders.count else {
      throw CommandFault.wrong("--class-folders: two classes have one name; rename one of them")
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

/// Whether the path leads to a folder.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The PNG files in a folder, any of which may be a link to a picture elsewhere.
func pngFiles(_ folder: String) -> [String] {
  entries(of: folder).filter { $0.hasSuffix(".png") }.map { "\(folder)/\($0)" }
}
