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

  private var isPNG: Bool { path.hasSuffix("/") || isFolder(path) }

  /// What can be said before any picture is looked at.
  func check() throws {
    _ = try element
    guard !isPNG else {
      if let type {
        throw CommandFault.wrong("--type \(type): PNG holds whole numbers; leave it out")
      }
      if let prefix, prefix.contains("/") {
        throw CommandFault.wrong("--save-prefix \(prefix): it begins a file's name, without /")
      }
      return
    }
    for (option, isGiven) in [("--save-prefix", prefix != nil), ("--scale", scale)] where isGiven {
      throw CommandFault.wrong("\(option) is for a folder of PNG: write \(path)/")
    }
    guard mayOverwrite || access(path, F_OK) != 0 else {
      throw CommandFault.wrong("\(path) exists already; add --force to overwrite it")
    }
  }

  /// Whether this is what is read: writing there would overwrite the pictures.
  func isAmong(_ inputs: [String]) -> Bool { inputs.contains { isSameFile($0, path) } }

  func open(_ dataset: any DatasetSource) throws -> any PictureWriter {
    do {
      guard isPNG else {
        return try NpyWriter(path: path, shape: dataset.shape, element: try element)
      }
      return try PngFolderWriter(
        path: path, shape: dataset.shape, prefix: prefix ?? "", picturesPerEpoch: dataset.count,
        values: scale ? .scaled : .cut, mayOverwrite: mayOverwrite)
    } catch let fault as DatasetFault {
      throw CommandFault.wrong(fault.message)
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

/// Whether two paths lead to one file, through links too.
private func isSameFile(_ first: String, _ second: String) -> Bool {
  var one = stat()
  var other = stat()
  guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}
