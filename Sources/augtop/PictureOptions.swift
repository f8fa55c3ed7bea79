import ArgumentParser
import Augmentation
import Datasets
import Pipeline

/// What pictures of a folder become, under the names of Keras's `flow_from_directory`.
struct PictureOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Size that pictures of a folder get (default: theirs if it is one, else 256x256).",
      valueName: "height x width"))
  var targetSize: String?
  @Option(help: "Pictures of a folder become rgb (default) or grayscale.")
  var colorMode: String?

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
  }
}
