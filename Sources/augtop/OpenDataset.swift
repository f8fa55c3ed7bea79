import Augmentation
import Datasets
import Pipeline

/// Opens the pictures a scenario names.
func openDataset(_ reference: DatasetReference) throws -> any DatasetSource {
  do {
    switch reference {
    case .synthetic: return SyntheticDataset()
    case .cifar10(let path): return try CIFAR10Dataset(path: path)
    case .npy(let path): return try NpyDataset(path: path)
    case .folder(let path): return try openFolder(path)
    }
  } catch let fault as DatasetFault {
    throw CommandFault.wrong(fault.message)
  }
}

/// Opens a folder of pictures and says what was left out, and what was made another size unasked.
func openFolder(
  _ path: String, targetSize: PictureSize? = nil, colorMode: FolderDataset.ColorMode = .rgb
) throws -> FolderDataset {
  let dataset: FolderDataset
  do {
    dataset = try FolderDataset(path: path, targetSize: targetSize, colorMode: colorMode)
  } catch {
    throw CommandFault.wrong(error.message)
  }
  if dataset.skipped > 0 {
    printError("\(path): \(dataset.skipped) entries left out: no pictures, or not in their place")
  }
  if dataset.resized > 0, targetSize == nil {
    printError(
      "\(path): sizes differ; \(dataset.resized) of \(dataset.count) pictures resized to "
        + "\(dataset.shape)")
  }
  return dataset
}

/// The same, held against the scenario's sizes.
func openDataset(for scenario: Scenario) throws -> any DatasetSource {
  let dataset = try openDataset(scenario.dataset)
  do {
    try scenario.check(against: DatasetFacts(count: dataset.count, shape: dataset.shape))
  } catch {
    throw CommandFault.wrong(Faults.sentence(error))
  }
  return dataset
}
