import ArgumentParser
import Augmentation
import Datasets
import Glibc
import Pipeline

struct AugmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augment",
    abstract: "Pictures in, augmented pictures out.",
    discussion: """
      Does what Keras 1.1.0's ImageDataGenerator.flow does, to the bit: same seed, same pixels. \
      IN is an .npy file, or cifar10:PATH, or synthetic; OUT is an .npy file, [pictures, height, \
      width, channels].

      Examples:
        augtop augment photos.npy out.npy --rotation-range 15 --seed 7
        augtop augment cifar10:data_batch_1.bin out.npy --type uint8
      """)

  @Argument(help: ArgumentHelp("Pictures: FILE.npy, cifar10:PATH or synthetic.", valueName: "in"))
  var input: String
  @Argument(help: ArgumentHelp("The .npy file to write.", valueName: "out")) var output: String
  @OptionGroup(title: "Keras's own arguments") var keras: KerasOptions
  @Option(parsing: .unconditional, help: "Passes over the pictures.") var epochs = 1
  @Option(parsing: .unconditional, help: "Pictures a batch; it decides when Keras reseeds.")
  var batchSize = 32
  @Option(parsing: .unconditional, help: "Seed of the random stream.") var seed: UInt32 = 1
  @Flag(inversion: .prefixedNo, help: "In Keras's shuffled order.") var shuffle = true
  @Option(help: ArgumentHelp("Stages to switch off.", valueName: "stage,…")) var off: String?
  @Option(help: "float32, or uint8 (cut to whole numbers from 0 to 255).") var type = "float32"
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
    let element = try readElement()
    let stages = try readStages()
    guard force || access(output, F_OK) != 0 else {
      throw CommandFault.wrong("\(output) exists already; add --force to overwrite it")
    }
    let reference =
      DatasetReference(input) ?? .npy(path: input)
    let dataset = try openDataset(reference)
    guard !isInput(reference) else {
      throw CommandFault.wrong("\(output) is the input itself; name another file to write")
    }
    let writer = try openWriter(dataset.shape, element)
    Interruption.listen()
    do {
      try augment(dataset, settings, stages, writer)
    } catch let fault as DatasetFault {
      throw CommandFault.failed(fault.message)
    }
  }

  private func readElement() throws -> NpyWriter.Element {
    switch type {
    case "float32": return .float
    case "uint8": return .byte
    default: throw CommandFault.wrong("--type \(type): write float32 or uint8")
    }
  }

  private func readStages() throws -> StageSet {
    var stages = StageSet.all
    for id in (off ?? "").split(separator: ",") {
      let stage = try choice("off", String(id), Stage.init(rawValue:))
      guard stage.isSwitchable else {
        throw CommandFault.wrong("--off \(stage.rawValue): this stage is always on")
      }
      stages = stages.setting(stage, on: false)
    }
    return stages
  }

  /// Whether OUT is what is read: opening it for writing would empty the pictures.
  private func isInput(_ reference: DatasetReference) -> Bool {
    switch reference {
    case .synthetic: false
    case .npy(let path), .cifar10(let path): isSameFile(path, output)
    }
  }

  private func openWriter(
    _ shape: PictureShape, _ element: NpyWriter.Element
  ) throws -> NpyWriter {
    do {
      return try NpyWriter(path: output, shape: shape, element: element)
    } catch {
      throw CommandFault.wrong(error.message)
    }
  }

  private func augment(
    _ dataset: any DatasetSource, _ settings: AugmentationSettings, _ stages: StageSet,
    _ writer: NpyWriter
  ) throws {
    let size = min(batchSize, dataset.count)
    let statistics = try fitStatistics(dataset, settings)
    let pass = BatchPass(source: dataset, batchSize: size, statistics: statistics)
    var plan = BatchPlan(batchSize: size, channels: dataset.shape.channels)
    var flow = BatchFlow(
      order: FlowOrder(
        count: dataset.count, batchSize: batchSize, shuffle: shuffle, seed: seed),
      channels: dataset.shape.channels, streamSeed: seed)
    let batch = UnsafeMutableBufferPointer<Float>.allocate(
      capacity: size * dataset.shape.count + 16)
    defer { batch.deallocate() }
    guard let slots = batch.baseAddress else { return }
    var progress = ProgressLine(total: dataset.count * epochs)
    while writer.count < dataset.count * epochs {
      if Interruption.isAsked {
        try writer.finish()
        progress.end()
        printError("augtop: interrupted; \(output) holds the first \(writer.count) pictures")
        throw CommandFault.interrupted
      }
      flow.next(into: &plan, settings: settings, stages: stages)
      try pass.makeBatch(plan, stages: stages, settings: settings, output: slots)
      try writer.append(slots, count: plan.count)
      progress.show(writer.count)
    }
    try writer.finish()
    progress.end()
    printError("\(output): \(writer.count) pictures of \(dataset.shape), \(type)")
  }
}

/// Whether two paths lead to one file, through links too.
private func isSameFile(_ first: String, _ second: String) -> Bool {
  var one = stat()
  var other = stat()
  guard stat(first, &one) == 0, stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}
