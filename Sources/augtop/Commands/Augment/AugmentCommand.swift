import ArgumentParser
import Augmentation
import Datasets
import Glibc
import Pipeline

/// `augtop augment`: pictures in, augmented pictures out.
struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Pictures in, augmented pictures out.",
    discussion: """
      Does what Keras 1.1.0's ImageDataGenerator.flow does, to the bit: same seed, same pixels. \
      IN is an array of real numbers (FILE.npy, FILE.npz or FILE.npz:NAME) or a folder of pictures \
      (a subfolder for each class), or written as a dataset is: synthetic, cifar10:PATH, \
      cifar100:PATH, npy:PATH, folder:PATH. OUT is an .npy file, [pictures, height, width, \
      channels]; a pipe, or - for standard output, which get the same; or a folder of PNG, if it ends in / or is there \
      and empty, whose files are named PREFIX_INDEX_EPOCH.png, the index counting in the order \
      of the epoch. With --dim-ordering th arrays are [pictures, channels, height, width], in and \
      out.

      Examples:
        augtop augment photos.npy out.npy --rotation-range 15 --seed 7
        augtop augment cifar10:data_batch_1.bin out.npy --type uint8
        augtop augment set.npz:x_train out.npy --labels set.npz:y_train
        augtop augment photos augmented/ --target-size 224x224 --no-shuffle
        augtop augment photos out.npy --class-mode categorical --dim-ordering th
        augtop augment photos out.npy --random-resized-crop 224 --horizontal-flip --epochs 3
      """)

  @Argument(
    help: ArgumentHelp("Pictures: FILE.npy, a folder, cifar10:PATH, synthetic.", valueName: "in"))
  var input: String
  @Argument(help: ArgumentHelp("The .npy file or the folder to write.", valueName: "out"))
  var output: String
  /// The arguments of Keras's `ImageDataGenerator`.
  @OptionGroup(title: "Keras's own arguments") var keras: KerasOptions
  /// How pictures of a folder are converted.
  @OptionGroup(title: "Pictures of a folder, as in Keras") var pictures: PictureOptions
  /// Labels, and pictures to save as Keras's `save_to_dir` does.
  @OptionGroup(title: "Labels and saved pictures, as in Keras") var folders: FolderOptions
  /// A part of the pictures.
  @OptionGroup(title: "Validation, as in Keras 2") var subsets: SubsetOptions
  @Option(parsing: .unconditional, help: "Passes over the pictures.") var epochs = 1
  @Option(parsing: .unconditional, help: "Pictures a batch; it decides when Keras reseeds.")
  var batchSize = 32
  @Option(parsing: .unconditional, help: "Seed of the random stream.") var seed: UInt32 = 1
  @Flag(inversion: .prefixedNo, help: "In Keras's shuffled order.") var shuffle = true
  @Option(help: ArgumentHelp("Stages to switch off.", valueName: "stage,…")) var off: String?
  @Option(
    help: ArgumentHelp(
      "In an .npy file: float32 (default), or uint8. uint8 of uint8 pictures is made without a"
        + " float in between where nothing is standardized or bent: bilinear values, --cval and"
        + " the channel shift are rounded; else values are cut to whole numbers from 0 to 255.",
      valueName: "type"))
  var type: String?
  @Flag(help: "Overwrite OUT if it exists.") var force = false

  func run() throws {
    var settings = AugmentationSettings()
    try keras.apply(to: &settings)
    guard Scenario.batchSizes.contains(batchSize) else {
      throw CommandFault.wrong("--batch-size \(batchSize): give a whole number from 1 to 65536")
    }
    guard (1...1_000_000).contains(epochs) else {
      throw CommandFault.wrong("--epochs \(epochs): give a whole number from 1 to 1000000")
    }
    let stages = try readStages()
    let place = AugmentOutput(
      path: output, type: type, mayOverwrite: force, prefix: folders.savePrefix,
      scale: folders.scale, hasClassFolders: folders.classFolders,
      classMode: try folders.readClassMode(), labels: folders.labels)
    try place.check(savesToDir: folders.saveToDir != nil)
    let reference =
      DatasetReference(input) ?? (isFolder(input) ? .folder(path: input) : .npy(path: input))
    var form = FolderForm()
    // A written array must hold what its maker means, so a bad picture is a fault unless told otherwise.
    form.badPictures = .fail
    try pictures.apply(to: &form)
    try pictures.checkBad(of: reference)
    try OutputFiles(
      place.files + [("--save-to-dir", folders.saveToDir), ("--bad-list", pictures.badList)]
    ).check(inputs: reference.files + labelFiles)
    let bad = try BadPictureFile(path: pictures.badList, replacing: force)
    let dataset = try openDataset(
      reference, form: form, ordering: settings.dimOrdering, classes: try classNames(),
      labelMode: try folders.readLabelMode(for: reference), seed: seed, readsAll: true, bad: bad)
    printNotes(PictureNote.all(dataset, settings, stages: stages, output: place.values))
    settings.dimOrdering = place.ordering(settings.dimOrdering)
    let saved = folders.saveToDir.map { [$0] + pngFiles($0) } ?? []
    if let path = InputFiles(reference.files + labelFiles).first(
      among: place.targets(dataset) + saved)
    {
      throw CommandFault.wrong("\(path) is an input itself; name another place to write")
    }
    try place.checkClasses(of: dataset)
    try bad.around(dataset) {
      try augment(dataset, reference, settings, stages, place)
    }
  }

  private func augment(
    _ all: any DatasetSource, _ reference: DatasetReference, _ settings: AugmentationSettings,
    _ stages: StageSet, _ place: AugmentOutput
  ) throws {
    let part = try subsets.choose(from: all)
    let dataset = part ?? all
    try checkBatch(of: dataset)
    let labels = try place.labels(of: all, reference)
    var random = LegacyRandom(seed: seed)
    // As in Keras, fit gets the whole array, and flow a part of it.
    let statistics = try fitStatistics(all, settings, random: &random)
    let beside = try Beside(labels: labels, saver: saver(dataset.shape, settings))
    let writer = try place.open(
      dataset, settings.dimOrdering, classes: place.classFolders(of: all),
      pictures: dataset.count * epochs)
    let size = min(batchSize, dataset.count)
    let pass: AugmentPass
    if let source = bytes(of: dataset, settings, stages), let writer = writer as? NpyWriter {
      pass = AugmentPass(bytes: BytePass(source: source, batchSize: size), writer: writer)
    } else {
      pass = AugmentPass(
        floats: BatchPass(source: dataset, batchSize: size, statistics: statistics),
        writer: writer, saver: beside.saver, labels: folders.classFolders ? dataset : nil)
    }
    Interruption.listen()
    do {
      try augment(pass, dataset, settings, stages, random, writer, beside)
    } catch let fault as DatasetFault {
      let way = if case .picture = fault { wayAroundBadPictures } else { "" }
      throw CommandFault.failed(fault.message + way, remains(of: writer).sentence)
    }
  }

  /// The pictures as bytes, if they are and bytes are wanted, and nothing needs more.
  private func bytes(
    of dataset: any DatasetSource, _ settings: AugmentationSettings, _ stages: StageSet
  ) -> (any ByteSource)? {
    guard type == "uint8", folders.saveToDir == nil, let source = dataset as? any ByteSource,
      source.hasBytes, BytePass.accepts(settings, stages: stages)
    else { return nil }
    return source
  }

  private func readStages() throws -> StageSet {
    var stages = StageSet.all
    for id in (off ?? "").split(separator: ",") {
      let stage = try choice("off", String(id), Stage.init(rawValue:))
      guard stage.isSwitchable else {
        throw CommandFault.wrong("--off \(stage.rawValue): this stage is always on")
      }
      stages = stages.setting(stage.id, on: false)
    }
    return stages
  }

  /// A batch lies in memory, so it has a limit.
  private func checkBatch(of dataset: any DatasetSource) throws {
    let pictures = min(batchSize, dataset.count)
    let bytes = pictures * dataset.shape.count * MemoryLayout<Float>.stride
    guard bytes <= Scenario.mostQueueBytes else {
      throw CommandFault.wrong(
        "--batch-size \(batchSize): \(pictures) pictures of \(dataset.shape) take "
          + "\(bytes / 1_000_000) MB; give fewer or smaller ones, so that they take 4 GB at most")
    }
  }

  /// Ends the writing early and describes the pictures that were written until then.
  private func remains(of writer: any PictureWriter) -> (path: String?, sentence: String) {
    if let writer = writer as? NpyWriter, writer.isStream {
      return (
        nil, "\(output) got at most \(writer.count) of the pictures that its header promises"
      )
    }
    let path = writer.finishEarly()
    let first = writer.count == 1 ? "the first picture" : "the first \(writer.count) pictures"
    let sentence =
      switch path {
      case output?: "\(output) holds \(first)"
      case let part?: "\(output) is as it was; \(part) holds \(first)"
      case nil where access(output, F_OK) == 0: "\(output) is as it was; nothing else is left"
      case nil: "nothing is left at \(output)"
      }
    return (path, sentence)
  }

  private var labelFiles: [String] { folders.labels.map { [ArrayPath($0).file] } ?? [] }

  private func classNames() throws -> [String]? {
    guard let names = folders.classNames else { return nil }
    guard Set(names).count == names.count, !names.contains("") else {
      throw CommandFault.wrong(
        "--classes \(folders.classes ?? ""): name each class once, with commas between")
    }
    return names
  }

  /// The output besides OUT.
  private struct Beside {
    var labels: AugmentLabels?
    var saver: KerasSaver?
  }

  private func saver(
    _ shape: PictureShape, _ settings: AugmentationSettings
  ) throws -> KerasSaver? {
    guard let folder = folders.saveToDir else { return nil }
    do {
      return try KerasSaver(
        path: folder, prefix: folders.savePrefix ?? "", shape: shape,
        ordering: settings.dimOrdering)
    } catch {
      throw CommandFault.wrong("--save-to-dir: \(error.message)")
    }
  }

  private func augment(
    _ pass: AugmentPass, _ dataset: any DatasetSource, _ settings: AugmentationSettings,
    _ stages: StageSet, _ random: LegacyRandom, _ writer: any PictureWriter, _ beside: Beside
  ) throws {
    var labels = beside.labels
    var plan = BatchPlan(batchSize: pass.batchSize, channels: dataset.shape.channels)
    var flow = BatchFlow(
      order: FlowOrder(
        count: dataset.count, batchSize: batchSize, shuffle: shuffle, seed: seed),
      channels: dataset.shape.channels, random: random)
    var progress = ProgressLine(total: dataset.count * epochs)
    while writer.count < dataset.count * epochs {
      if Interruption.isAsked {
        let left = remains(of: writer)
        // Labels belong to the pictures at OUT.
        if left.path == output { try labels?.write(replacing: force) }
        progress.end()
        printError("augtop: interrupted; \(left.sentence)")
        throw CommandFault.interrupted
      }
      flow.next(into: &plan, settings: settings, stages: stages)
      try pass.write(plan, stages: stages, settings: settings, flow: &flow)
      labels?.append(plan.batch.indices, of: dataset)
      progress.show(writer.count)
    }
    try writer.finish()
    if writer.notNumbers > 0 { printNotes([.notNumbers(writer.notNumbers)]) }
    try labels?.write(replacing: force)
    progress.end()
    let form = writer is PngFolderWriter ? "PNG" : type ?? "float32"
    let order = settings.dimOrdering == .th ? ", channels first" : ""
    printError("\(output): \(writer.count) pictures of \(dataset.shape), \(form)\(order)")
    if let labels { printError(labels.about) }
  }
}
