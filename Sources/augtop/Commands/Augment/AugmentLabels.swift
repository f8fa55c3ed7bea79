import Augmentation
import Datasets
import Host
import Pipeline

/// The labels of the pictures that `augtop augment` writes, and what their numbers mean.
struct AugmentLabels {
  private var file: LabelFile
  private let classesPath: String
  /// In the order of their numbers; nil where they have none.
  private let names: [String]?

  /// - Parameter names: nil means that the classes are numbers.
  init(_ file: LabelFile, classesPath: String, names: [String]?) {
    self.file = file
    self.classesPath = classesPath
    self.names = names
  }

  /// Appends the labels of the pictures with these indices.
  mutating func append(_ indices: [Int32], of dataset: any DatasetSource) {
    for index in indices {
      if let label = dataset.label(Int(index)) { file.append(label) }
    }
  }

  /// Writes the labels, and the numbers of the classes where they have names.
  ///
  /// - Parameter replacing: Replaces files that are there, instead of refusing.
  /// - Throws: `DatasetFault.unwritable` for a file that can't be written.
  func write(replacing: Bool) throws {
    try file.write(replacing: replacing)
    guard let names else { return }
    let text = try classNumbers(names)
    do {
      try AtomicFile.write(text, to: classesPath, replacing: replacing)
    } catch {
      throw DatasetFault.unwritable(error)
    }
  }

  /// A line that describes the label files.
  var about: String {
    "\(file.path): labels of \(file.classCount) classes, \(file.mode.rawValue)"
      + (names == nil ? "" : "; \(classesPath) names them")
  }
}

extension AugmentOutput {
  /// Nil where no labels were asked for.
  ///
  /// - Throws: A `CommandFault` where the dataset has no labels or the class mode doesn't suit its
  ///   classes.
  func labels(
    of dataset: any DatasetSource, _ reference: DatasetReference
  ) throws -> AugmentLabels? {
    guard let classMode else { return nil }
    let names: [String]?
    switch reference {
    case .npy:
      throw CommandFault.wrong("--class-mode: an .npy file holds pictures without labels")
    case .folder: names = (dataset as? FolderDataset)?.classes
    case .cifar10: names = CIFAR10Dataset.classes
    case .synthetic: names = nil
    }
    let file = LabelFile(
      path: labelsPath, mode: classMode, classCount: names?.count ?? SyntheticDataset.classCount)
    return AugmentLabels(file, classesPath: classesPath, names: names)
  }
}
