import Augmentation
import Datasets
import FoundationEssentials
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

  mutating func append(_ indices: [Int32], of dataset: any DatasetSource) {
    for index in indices {
      if let label = dataset.label(Int(index)) { file.append(label) }
    }
  }

  func write() throws {
    try file.write()
    guard let names else { return }
    // Keras's class_indices, in the order of the numbers.
    let lines = try names.enumerated().map { number, name in
      "  \(String(decoding: try JSONEncoder().encode(name), as: UTF8.self)): \(number)"
    }
    try saveFile(Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8), to: classesPath)
  }

  var about: String {
    "\(file.path): labels of \(file.classCount) classes, \(file.mode.rawValue)"
      + (names == nil ? "" : "; \(classesPath) names them")
  }
}

extension AugmentOutput {
  /// nil where nobody asked for labels.
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
