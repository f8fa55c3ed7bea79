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
    case .folder(let path): return try FolderDataset(path: path)
    }
  } catch {
    throw CommandFault.wrong(error.message)
  }
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
