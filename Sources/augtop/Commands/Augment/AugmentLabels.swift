import Augmentation
import Datasets
import Host
import Pipeline

/// The labels of the pictures that `augtop augment` writes, and what their numbers mean.
struct AugmentLabels {
  /// The numbers of classes; nil where the labels are an array's own.
  private var file: LabelFile?
  private let classesPath: String
  /// The classes in the order of their numbers; nil where they have no names.
  private let names: [String]?
  /// An array's own labels, and the order in which its pictures came.
  private let array: ArrayLabels?
  private var order: [Int32] = []
  private let path: String

  /// Numbers of classes.
  ///
  /// - Parameter names: nil means that the classes are numbers.
  init(_ file: LabelFile, classesPath: String, names: [String]?) {
    self.file = file
    self.classesPath = classesPath
    self.names = names
    path = file.path
    array = nil
  }

  /// An array's own labels.
  ///
  /// - Parameter path: The file to write.
  init(_ array: ArrayLabels, path: String) {
    self.array = array
    self.path = path
    classesPath = ""
    names = nil
    file = nil
  }

  /// Appends the labels of the pictures with these indices.
  mutating func append(_ indices: [Int32], of dataset: any DatasetSource) {
    guard array == nil else {
      let subset = dataset as? PictureSubset
      for index in indices {
        order.append(subset.map { Int32($0.origin(of: Int(index))) } ?? index)
      }
      return
    }
    for index in indices {
      if let label = dataset.label(Int(index)) { file?.append(label) }
    }
  }

  /// Writes the labels, and the numbers of the classes where they have names.
  ///
  /// - Parameter replacing: Replaces files that are there, instead of refusing.
  /// - Throws: `DatasetFault.unwritable` for a file that can't be written, `changed` for an array that
  ///   has been cut off.
  func write(replacing: Bool) throws {
    try array?.write(order, to: path, replacing: replacing)
    try file?.write(replacing: replacing)
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
    guard let file else { return "\(path): \(order.count) labels, \(array?.type ?? "")" }
    return "\(path): labels of \(file.classCount) classes, \(file.mode.rawValue)"
      + (names == nil ? "" : "; \(classesPath) names them")
  }
}

extension AugmentOutput {
  /// Nil where no labels were asked for.
  ///
  /// - Parameter dataset: All pictures, also where only a part of them is written.
  /// - Throws: A `CommandFault` where the dataset has no labels, the class mode doesn't suit its classes,
  ///   or an array of labels can't be read or has another length.
  func labels(
    of dataset: any DatasetSource, _ reference: DatasetReference
  ) throws -> AugmentLabels? {
    if let labels { return try array(labels, of: dataset, reference) }
    guard let classMode else { return nil }
    let names: [String]?
    switch reference {
    case .npy:
      throw CommandFault.wrong(
        "--class-mode: an array holds pictures without labels; name theirs with --labels FILE.npy")
    case .folder: names = (dataset as? FolderDataset)?.classes
    case .cifar10, .cifar100: names = (dataset as? any CIFARSource)?.classNames
    case .synthetic, .job: names = nil
    }
    let file = LabelFile(
      path: labelsPath, mode: classMode, classCount: names?.count ?? SyntheticDataset.classCount)
    return AugmentLabels(file, classesPath: classesPath, names: names)
  }

  private func array(
    _ path: String, of dataset: any DatasetSource, _ reference: DatasetReference
  ) throws -> AugmentLabels {
    guard case .npy = reference else {
      throw CommandFault.wrong(
        "--labels is for an array of pictures; \(reference) has labels of its own: add --class-mode"
      )
    }
    let labels: ArrayLabels
    do {
      labels = try ArrayLabels(path: path)
    } catch {
      throw CommandFault.wrong("--labels \(error.message)")
    }
    guard labels.count == dataset.count else {
      throw CommandFault.wrong(
        "--labels \(path): \(labels.count) labels for \(dataset.count) pictures; give one each")
    }
    return AugmentLabels(labels, path: labelsPath)
  }
}
