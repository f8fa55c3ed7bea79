import ArgumentParser
import Augmentation
import Datasets
import Pipeline
import ScenarioFiles

/// How pictures of a folder are converted; the options have the names of Keras's
/// `flow_from_directory`.
struct PictureOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size that pictures of a folder get (default: theirs if it is one, else 256x256).",
      valueName: "height x width"))
  var targetSize: String?
  @Option(
    help: ArgumentHelp(
      "Pictures of a folder become rgb (default) or grayscale. 16-bit grey keeps its values with"
        + " grayscale, and is limited to 0...255 with rgb, as in Keras.", valueName: "mode"))
  var colorMode: String?
  @Option(
    help: ArgumentHelp(
      "ignore (default, as Keras) a picture's EXIF orientation, or apply it. A TIFF is always turned,"
        + " as in Keras.", valueName: "what"))
  var exifOrientation: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Take a random part of each picture of a folder, anew each time, brought to that size"
        + " (torchvision's RandomResizedCrop).", valueName: "side"))
  var randomResizedCrop: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Its share of the picture's area (default: 0.08,1).", valueName: "low,high"))
  var cropScale: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Its width by its height (default: 3/4,4/3).", valueName: "low,high"))
  var cropRatio: String?

  @Option(
    help: ArgumentHelp(
      "At a picture that can't be read: fail (augment's default), or skip, which leaves it out,"
        + " counts and names it (a session's default, as a trainer's loader goes on).",
      valueName: "what"))
  var badPictures: String?
  @Option(
    help: ArgumentHelp(
      "Write the pictures left out there: a line each, path, tab, reason.", valueName: "file"))
  var badList: String?
  @Flag(inversion: .prefixedNo, help: "Search folders within the class folders, too.")
  var recursive: Bool?

  /// Sets the options that are given.
  ///
  /// - Throws: A `CommandFault` of status 2 for a text that isn't the option's kind of value.
  func apply(to form: inout FolderForm) throws {
    if let targetSize {
      guard let size = FolderForm.TargetSize(targetSize) else {
        throw CommandFault.wrong(
          "--target-size \(targetSize): write height and width, as 224x224 (1 to 16384 each)")
      }
      form.targetSize = size
    }
    if let colorMode {
      let mode = try choice("color-mode", colorMode, FolderDataset.ColorMode.init(rawValue:))
      form.isGrayscale = mode == .grayscale
    }
    if let exifOrientation {
      let way = try choice("exif-orientation", exifOrientation, ExifOrientation.init(rawValue:))
      form.isUpright = way == .apply
    }
    if let badPictures {
      form.badPictures = try choice("bad-pictures", badPictures, BadPictures.init(rawValue:))
    }
    if let recursive { form.isRecursive = recursive }
    try applyCrop(to: &form)
  }

  private func applyCrop(to form: inout FolderForm) throws {
    if let randomResizedCrop {
      guard targetSize == nil else {
        throw CommandFault.wrong(
          "--random-resized-crop says the size; leave --target-size \(targetSize ?? "") out")
      }
      guard let size = FolderForm.TargetSize(side: randomResizedCrop) else {
        throw CommandFault.wrong(
          "--random-resized-crop \(randomResizedCrop): write one side, as 224, or 224x224")
      }
      form.targetSize = size
      form.crop = form.crop ?? RandomResizedCrop()
    } else if targetSize != nil {
      form.crop = nil
    }
    for (option, isGiven) in [("--crop-scale", cropScale), ("--crop-ratio", cropRatio)]
    where isGiven != nil && form.crop == nil {
      throw CommandFault.wrong("\(option) is for a crop; add --random-resized-crop 224")
    }
    if let cropScale {
      guard let scale = CropRangeText.scale(cropScale) else {
        throw CommandFault.wrong(
          "--crop-scale \(cropScale): write two shares above 0, the lower first, as 0.08,1")
      }
      form.crop?.scale = scale
    }
    if let cropRatio {
      guard let ratio = CropRangeText.ratio(cropRatio) else {
        throw CommandFault.wrong(
          "--crop-ratio \(cropRatio): write two numbers, the lower first, as 3/4,4/3")
      }
      form.crop?.ratio = ratio
    }
  }
}
