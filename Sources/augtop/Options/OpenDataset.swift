import Augmentation
import Datasets
import Glibc
import Pipeline

/// Opens pictures.
///
/// - Parameters:
///   - form: The conversion of a folder's pictures; a fault for other datasets.
///   - ordering: The channel axis of an array.
///   - classes: The class folders to read; nil means all.
///   - labelMode: The labels of CIFAR-100.
///   - seed: For random crops.
///   - readsAll: Whether bad pictures that are left out are all found now.
///   - bad: Where the pictures are named if all are bad.
/// - Throws: A `CommandFault` with the dataset's fault: of status 1 where pictures can't be read, else
///   of status 2.
func openDataset(
  _ reference: DatasetReference, form: FolderForm = FolderForm(), ordering: DimOrdering = .tf,
  classes: [String]? = nil, labelMode: CIFAR100Dataset.LabelMode = .fine, seed: UInt32 = 1,
  readsAll: Bool = false, bad: BadPictureFile? = nil
) throws -> any DatasetSource {
  if case .folder(let path) = reference {
    return try openFolder(path, form, classes: classes, seed: seed, readsAll: readsAll, bad: bad)
  }
  for (option, isGiven) in [
    ("--random-resized-crop", form.crop != nil), ("--target-size", form.targetSize != nil),
    ("--color-mode", form.isGrayscale),
    ("--exif-orientation", form.isUpright),
    ("--classes", classes != nil), ("--recursive", form.isRecursive),
  ] where isGiven {
    throw CommandFault.wrong("\(option) is for a folder of pictures, which \(reference) isn't")
  }
  do {
    switch reference {
    case .synthetic: return SyntheticDataset()
    case .cifar10(let path): return try CIFAR10Dataset(path: path)
    case .cifar100(let path): return try CIFAR100Dataset(path: path, labels: labelMode)
    case .npy(let path): return try NpyDataset(path: path, ordering: ordering)
    case .folder(let path):
      return try openFolder(path, form, classes: classes, seed: seed, readsAll: readsAll, bad: bad)
    case .job:
      throw CommandFault.wrong(
        "\(reference) is what a watched job reads; no other program can read it. See"
          + " `augtop watch --help`")
    }
  } catch let fault as DatasetFault {
    throw CommandFault.wrong(fault.message)
  }
}

extension DatasetReference {
  /// The file or folder that it is read from.
  var files: [String] {
    switch self {
    case .synthetic, .job: []
    case .cifar10(let path), .cifar100(let path), .folder(let path): [path]
    case .npy(let path): [ArrayPath(path).file]
    }
  }
}

/// Opens a folder of pictures and prints what was left out, and which pictures were resized without
/// being asked to.
private func openFolder(
  _ path: String, _ form: FolderForm, classes: [String]?, seed: UInt32, readsAll: Bool,
  bad: BadPictureFile?
) throws -> FolderDataset {
  if readsAll, form.badPictures == .skip, isatty(STDERR_FILENO) == 1 {
    printError("augtop: looking for bad pictures in \(path)…")
  }
  let dataset: FolderDataset
  do {
    dataset = try FolderDataset(
      path: path,
      targetSize: form.targetSize.map { PictureSize(height: $0.height, width: $0.width) },
      colorMode: form.isGrayscale ? .grayscale : .rgb, classes: classes,
      crop: form.crop.map { CropRecipe(crop: $0, seed: seed) }, badPictures: form.badPictures,
      isRecursive: form.isRecursive, orientation: form.isUpright ? .apply : .ignore,
      readsAll: readsAll)
  } catch {
    // A bad picture is no mistake of the command line.
    var isBad = error.badPicture.map { $0.path != path } ?? false
    if classes != nil, case .unreadable(_, ENOENT) = error { isBad = false }
    if case .allBad(_, let pictures) = error {
      isBad = true
      try bad?.write(pictures)
    }
    var way = ""
    if isBad, form.badPictures == .fail { way = wayAroundBadPictures }
    throw CommandFault(
      messages: [error.message + way],
      status: isBad ? ExitStatus.workFailed : ExitStatus.wrongCommand)
  }
  for line in FolderRemarks.lines(on: dataset, path) { printError(line) }
  if dataset.resized > 0, form.targetSize == nil {
    printError(
      "\(path): sizes differ; \(dataset.resized) of \(dataset.count) pictures resized to "
        + "\(dataset.shape)")
  }
  return dataset
}

/// The same, held against the scenario's sizes, with notes about what is surely not meant.
///
/// - Throws: As the other, and of status 2 for sizes that don't fit the scenario.
func openDataset(
  for scenario: Scenario, _ bad: BadPictureFile? = nil
) throws -> any DatasetSource {
  let dataset = try openDataset(
    scenario.dataset, form: scenario.folder, ordering: scenario.settings.dimOrdering,
    seed: scenario.seed,
    // A fit reads all pictures, and must not count another one in place of a bad one.
    readsAll: scenario.settings.isFeaturewise, bad: bad)
  do {
    try scenario.check(against: DatasetFacts(count: dataset.count, shape: dataset.shape))
  } catch {
    throw CommandFault.wrong(Faults.sentence(error))
  }
  printNotes(PictureNote.all(dataset, scenario.settings, stages: scenario.stages))
  return dataset
}

/// What to do about a bad picture besides mending it, behind its sentence.
let wayAroundBadPictures = "; --bad-pictures skip leaves such pictures out"
