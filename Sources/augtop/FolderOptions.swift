import ArgumentParser
import Augmentation
import Datasets
import Pipeline

/// Keras's arguments of `flow_from_directory` and `save_to_dir`.
struct FolderOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size that pictures of a folder get (default: theirs if it is one, else 256,256).",
      valueName: "height,width"))
  var targetSize: String?
  @Option(help: "Pictures of a folder become rgb (default) or grayscale.")
  var colorMode: String?
  @Option(help: ArgumentHelp("Beginning of the names of PNG files.", valueName: "text"))
  var savePrefix: String?
  @Flag(
    help: "Spread each PNG's values so that the largest is 255; otherwise they are cut to 0...255.")
  var scale = false

  /// The largest side a picture can get.
  private static let sides = 1...16_384

  /// Opens the pictures; sizes and colours are for folders alone.
  func open(_ reference: DatasetReference) throws -> any DatasetSource {
    let size = try readSize()
    let mode = try colorMode.map {
      try choice("color-mode", $0, FolderDataset.ColorMode.init(rawValue:))
    }
    guard case .folder(let path) = reference else {
      for (option, isGiven) in [("--target-size", size != nil), ("--color-mode", mode != nil)]
      where isGiven {
        throw CommandFault.wrong("\(option) is for a folder of pictures, which \(reference) isn't")
      }
      return try openDataset(reference)
    }
    return try openFolder(path, targetSize: size, colorMode: mode ?? .rgb)
  }

  private func readSize() throws -> PictureSize? {
    guard let targetSize else { return nil }
    let sides = targetSize.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1],
      Self.sides.contains(height), Self.sides.contains(width)
    else {
      throw CommandFault.wrong(
        "--target-size \(targetSize): write height,width, as 224,224 (1 to 16384 each)")
    }
    return PictureSize(height: height, width: width)
  }
}
