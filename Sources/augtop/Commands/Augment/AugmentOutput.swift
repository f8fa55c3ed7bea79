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
  /// How the labels of classes are written; nil if none are written.
  let classMode: ClassMode?
  /// The file of an array's labels; nil if none are written.
  let labels: String?

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

  /// Whether the pictures go to standard output, a pipe or a device.
  var isStream: Bool {
    guard path != "-" else { return true }
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

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
    guard classMode == nil || labels == nil else {
      throw CommandFault.wrong("--labels and --class-mode exclude each other: give one of them")
    }
    try checkStream()
    if classMode != nil || labels != nil {
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
    let pictures = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"]
    if pictures.contains(where: path.lowercased().hasSuffix) {
      throw CommandFault.wrong(
        "\(path): arrays go to a file that ends in .npy, pictures to a folder: write \(path)/")
    }
    if path.lowercased().hasSuffix(".npz") {
      throw CommandFault.wrong("\(path): an archive isn't written; write \(path.dropLast(1))y")
    }
    let isPrefixIdle = prefix != nil && !savesToDir
    for (option, isGiven) in [
      ("--save-prefix", isPrefixIdle), ("--scale", scale), ("--class-folders", hasClassFolders),
    ] where isGiven {
      throw CommandFault.wrong("\(option) is for a folder of PNG: write \(path)/")
    }
    guard mayOverwrite || isStream || access(path, F_OK) != 0 else {
      throw CommandFault.wrong("\(path) exists already; add --force to overwrite it")
    }
  }

  private func checkStream() throws {
    guard isStream else { return }
    for (option, isGiven) in [("--class-mode", classMode != nil), ("--labels", labels != nil)]
    where isGiven {
      throw CommandFault.wrong("\(option) writes files beside OUT, and \(path) is no file")
    }
    var status = stat()
    let isDevice = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    // A pipe isn't opened to look at it: its reader would see it close.
    guard path == "-" || isDevice else { return }
    let target = path == "-" ? STDOUT_FILENO : Glibc.open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
    defer { if path != "-", target >= 0 { close(target) } }
    guard target < 0 || isatty(target) == 0 else {
      throw CommandFault.wrong(
        "\(path == "-" ? "standard output" : path) is a terminal; write to a file or into a pipe")
    }
  }

  /// Creates the array file or the folder of PNG.
  ///
  /// - Parameters:
  ///   - classes: The class folders by number; nil where there are none.
  ///   - pictures: How many will come, over all epochs.
  /// - Throws: A `CommandFault` of status 1 where writing fails, of status 2 where the target can't
  ///   be used.
  func open(
    _ dataset: any DatasetSource, _ ordering: DimOrdering, classes: [String]?, pictures: Int
  ) throws -> any PictureWriter {
    do {
      guard isPNG else {
        return try NpyWriter(
          path: path, shape: dataset.shape, element: try element, ordering: ordering,
          expected: pictures, replacing: mayOverwrite || isStream)
      }
      return try PngFolderWriter(
        path: path, shape: dataset.shape, prefix: prefix ?? "", picturesPerEpoch: dataset.count,
        values: scale ? .scaled : .cut, classes: classes,
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

  /// The form of the values.
  var values: PictureNote.Output {
    if isPNG { return scale ? .spreadBytes : .cutBytes }
    return type == "uint8" ? .cutBytes : .floats
  }

  /// What is written, besides the files in a folder, under the options that name it.
  var files: [(option: String, path: String?)] {
    [
      ("OUT", path == "-" ? nil : path),
      ("the labels of OUT", classMode == nil && labels == nil ? nil : labelsPath),
      ("the classes of OUT", classMode == nil ? nil : classesPath),
    ]
  }

  /// The files that may be written; no input may be among them. Of a folder, the PNG files in it and in
  /// its class folders.
  func targets(_ dataset: any DatasetSource) -> [String] {
    let folders = [path] + (classFolders(of: dataset) ?? []).map { "\(path)/\($0)" }
    return [path, labelsPath, classesPath] + (isPNG ? folders.flatMap(pngFiles) : [])
  }

  /// The class folders by number, under the classes' names; nil where there are none.
  func classFolders(of dataset: any DatasetSource) -> [String]? {
    guard hasClassFolders else { return nil }
    switch dataset {
    case let dataset as FolderDataset: return dataset.classes
    case let dataset as any CIFARSource: return dataset.classNames
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
