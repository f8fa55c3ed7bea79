import ArgumentParser
import Datasets
import Pipeline

/// Keras's other arguments of `flow_from_directory` and `flow`: labels, and `save_to_dir`.
struct FolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the labels beside OUT, as OUT.labels.npy: categorical, binary, sparse, or none"
        + " (default); the classes' numbers go to OUT.classes.json.", valueName: "mode"))
  var classMode: String?
  @Option(
    help: ArgumentHelp(
      "Labels of an array's pictures, FILE.npy or FILE.npz:NAME, one each: they are written beside OUT, as"
        + " OUT.labels.npy, in the order of the pictures.", valueName: "file"))
  var labels: String?
  @Option(help: "CIFAR-100's labels: fine (default) or coarse.")
  var labelMode: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The class folders to read, in the order of their numbers (default: all, by name).",
      valueName: "name,…"))
  var classes: String?
  @Flag(help: "Write PNG files into a folder for each class, as IN has them.")
  var classFolders = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Save every picture there, too, as Keras does: stretched to 0...255, which OUT then is as"
        + " well, as PREFIX_INDEX_NUMBER.png with a random number.", valueName: "folder"))
  var saveToDir: String?
  @Option(help: ArgumentHelp("Beginning of the names of PNG files.", valueName: "text"))
  var savePrefix: String?
  @Flag(
    help: "Spread each PNG's values so that the largest is 255; otherwise they are cut to 0...255.")
  var scale = false

  /// The class mode; nil without the option and for `none`.
  ///
  /// - Throws: A `CommandFault` of status 2 for an unknown mode.
  func readClassMode() throws -> ClassMode? {
    guard let classMode, classMode != "none" else { return nil }
    return try choice("class-mode", classMode, ClassMode.init(rawValue:))
  }

  /// The labels of CIFAR-100 to write.
  ///
  /// - Throws: A `CommandFault` of status 2 for an unknown mode, and for another dataset.
  func readLabelMode(for reference: DatasetReference) throws -> CIFAR100Dataset.LabelMode {
    guard let labelMode else { return .fine }
    guard case .cifar100 = reference else {
      throw CommandFault.wrong(
        "--label-mode \(labelMode) is for cifar100:PATH, which \(reference) isn't")
    }
    return try choice("label-mode", labelMode, CIFAR100Dataset.LabelMode.init(rawValue:))
  }

  /// The classes that `--classes` names; nil without the option.
  var classNames: [String]? {
    classes?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
