import ArgumentParser
import Augmentation
import Datasets

/// Keras 2's `validation_split` and `subset`.
struct SubsetOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Share of the pictures that is held out for validation: the first of an array, or of each class"
        + " folder. Add --subset.", valueName: "share"))
  var validationSplit: Double?
  @Option(help: "The part to write with --validation-split: training or validation.")
  var subset: String?

  /// The part that the options ask for; nil without them.
  ///
  /// - Throws: A `CommandFault` of status 2 for one option without the other, a share that isn't
  ///   between 0 and 1, an unknown part, and a part without pictures.
  func choose(from dataset: any DatasetSource) throws -> PictureSubset? {
    guard let validationSplit else {
      guard let subset else { return nil }
      throw CommandFault.wrong("--subset \(subset): add the share, as --validation-split 0.2")
    }
    guard validationSplit > 0, validationSplit < 1 else {
      throw CommandFault.wrong(
        "--validation-split \(validationSplit): give a share between 0 and 1, as 0.2")
    }
    guard let subset else {
      throw CommandFault.wrong(
        "--validation-split \(validationSplit): add --subset training or --subset validation")
    }
    let part = try choice("subset", subset, PictureSubset.Part.init(rawValue:))
    guard
      let chosen = PictureSubset(
        dataset, part, share: validationSplit, isByClass: dataset is FolderDataset)
    else {
      throw CommandFault.wrong(
        "--validation-split \(validationSplit): of \(dataset.count) pictures none is left for"
          + " \(part.rawValue); give another share")
    }
    return chosen
  }
}
