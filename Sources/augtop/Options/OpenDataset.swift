import Augmentation
import Datasets
import Pipeline

/// Opens pictures.
///
/// - Parameters:
///   - form: The conversion of a folder's pictures; a fault for other datasets.
///   - ordering: The channel axis of an array.
///   - classes: The class folders to read; nil means all.
///   - seed: For random crops.
/// - Throws: A `CommandFault` of status 2 with the dataset's fault.
func openDataset(
  _ reference: DatasetReference, form: FolderForm = FolderForm(), ordering: DimOrdering = .tf,
  classes: [String]? = nil, seed: UInt32 = 1
) throws -> any DatasetSource {
  if case .folder(let path) = reference {
    return try openFolder(path, form, classes: classes, seed: seed)
  }
  for (option, isGiven) in [
    ("--random-resized-crop", form.crop != nil), ("--target-size", form.targetSize != nil),
    ("--color-mode", form.isGrayscale),
    ("--classes", classes != nil),
  ] where isGiven {
    throw CommandFault.wrong("\(option) is for a folder of pictures, which \(reference) isn't")
  }
  do {
    switch reference {
    case .synthetic: return SyntheticDataset()
    case .cifar10(let path): return try CIFAR10Dataset(path: path)
    case .npy(let path): return try NpyDataset(path: path, ordering: ordering)
    case .folder(let path): return try openFolder(path, form, classes: classes, seed: seed)
    }
  } catch let fault as DatasetFault {
    throw CommandFault.wrong(fault.message)
  }
}

extension DatasetReference {
  /// The file or folder that it is read from.
  var files: [String] {
    switch self {
    case .synthetic: []
    case .cifar10(let path), .npy(let path), .folder(let path): [path]
    }
  }
}

/// Opens a folder of pictures and prints which files were skipped and which pictures were resized
/// without being asked to.
private func openFolder(
  _ path: String, _ form: FolderForm, classes: [String]?, seed: UInt32
) throws -> FolderDataset {
  let dataset: FolderDataset
  do {
    dataset = try FolderDataset(
      path: path,
      targetSize: form.targetSize.map { PictureSize(height: $0.height, width: $0.width) },
      colorMode: form.isGrayscale ? .grayscale : .rgb, classes: classes,
      crop: form.crop.map { CropRecipe(crop: $0, seed: seed) })
  } catch {
    throw CommandFault.wrong(error.message)
  }
  if dataset.skipped > 0 {
    printError("\(path): \(dataset.skipped) entries left out: no pictures, or not in their place")
  }
  if dataset.resized > 0, form.targetSize == nil {
    printError(
      "\(path): sizes differ; \(dataset.resized) of \(dataset.count) pictures resized to "
        + "\(dataset.shape)")
  }
  return dataset
}

/// The same, held against the scenario's sizes.
///
/// - Throws: A `CommandFault` of status 2 with the dataset's fault.
func openDataset(for scenario: Scenario) throws -> any DatasetSource {
  let dataset = try openDataset(
    scenario.dataset, form: scenario.folder, ordering: scenario.settings.dimOrdering,
    seed: scenario.seed)
  do {
    try scenario.check(against: DatasetFacts(count: dataset.count, shape: dataset.shape))
  } catch {
    throw CommandFault.wrong(Faults.sentence(error))
  }
  return dataset
}
