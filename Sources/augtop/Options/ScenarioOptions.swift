import ArgumentParser
import Augmentation
import Pipeline
import Quantities
import ScenarioFiles
import Toml

/// The scenario options, the same for all commands.
struct ScenarioOptions: ParsableArguments {
  @Option(help: "Start from a preset: fast-gpu (default), keras-cifar10, paradox, native.")
  var preset: String?
  @Option(help: ArgumentHelp("Start from a scenario file.", valueName: "file.toml"))
  var scenario: String?
  @Option(help: "\(DatasetReference.forms).")
  var dataset: String?
  @Option(parsing: .unconditional, help: "Pictures a batch.")
  var batchSize: Int?
  @Option(
    parsing: .unconditional, help: "Pictures an epoch (presets: 50000; else the dataset's size).")
  var samplesPerEpoch: Int?
  @Option(parsing: .unconditional, help: "Seed of the random stream.")
  var seed: UInt32?
  @Option(help: "\(Loader.allCases.map(\.rawValue).joined(separator: ", ")).")
  var loader: String?
  @Option(
    parsing: .unconditional,
    help: "Threads that make batches; with torch 0 for none, as num_workers=0.")
  var workers: Int?
  @Option(parsing: .unconditional, help: "Batches held before workers wait.")
  var queue: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Compute time of a step: 14ms; 14ms±2ms, normal; 14ms~lognormal:2ms; file:PATH, drawn from \
      the times in a file; 14ms~file:PATH, those stretched to this mean; resnet50@a100:amp, published \
      (`augtop gpus`).
      """, valueName: "time"))
  var gpu: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a worker waits for each picture, as for a disk: 5ms, 5ms±2ms or 5ms~lognormal:3ms.",
      valueName: "time"))
  var loadWait: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much a picture's stages vary: their deviation as a share of the mean, 0.3 or lognormal:0.3.",
      valueName: "share"))
  var spread: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Host work of a step; burns CPU.", valueName: "time"))
  var gpuHost: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Copying a batch to the device; waits.", valueName: "time"))
  var gpuTransfer: String?
  @Option(
    help: ArgumentHelp("What stages cost: native, keras-1.1 or a profile.", valueName: "name|file"))
  var costs: String?
  @Option(
    help: ArgumentHelp(
      "What PyTorch's loader or Keras 3's pool costs: the loader part of a profile.",
      valueName: "file.json"))
  var loaderCosts: String?
  @Option(
    parsing: .unconditional,
    help: "How many times as long stages take as in the profile: a slower machine.")
  var costScale: Double?
  @Flag(inversion: .prefixedNo, help: "The emulated interpreter lock.")
  var gil: Bool?
  @Option(parsing: .unconditional, help: "Batches each worker is given ahead (torch).")
  var prefetch: Int?
  @Option(
    help: ArgumentHelp(
      "The emulated clock governor: off, on or \(GovernorText.form).", valueName: "governor"))
  var governor: String?
  @Option(parsing: .unconditional, help: "Processors that emulated work may use.")
  var cores: Int?
  @Option(help: "A row of the question: original, no-dot, no-matrices, no-warp, own-generator.")
  var ablation: String?
  @Option(help: ArgumentHelp("Stages to switch off.", valueName: "stage,…"))
  var off: String?
  @Option(help: ArgumentHelp("The only stages that stay on.", valueName: "stage,…"))
  var only: String?
  /// The epoch's parts.
  @OptionGroup(title: "Several GPUs, and an epoch's other parts") var epoch: EpochOptions
  /// How pictures of a folder are converted.
  @OptionGroup(title: "Pictures of a folder, as in Keras") var pictures: PictureOptions
  /// The arguments of Keras's `ImageDataGenerator`.
  @OptionGroup(title: "Keras's own arguments") var keras: KerasOptions

  /// The files that a scenario from these options is read from, also those that a scenario file names.
  func inputFiles(of scenario: Scenario) -> [String] {
    var files = scenario.dataset.files
    if let file = self.scenario { files.append(file) }
    if case .profile(let profile) = scenario.costs, let path = profile.path { files.append(path) }
    if let loaderCosts { files.append(loaderCosts) }
    if case .sampled(let steps) = scenario.consumer.compute { files.append(steps.recording.path) }
    return files
  }

  /// The file of `--bad-list`, once it is held against the command's other files.
  ///
  /// - Parameters:
  ///   - others: The files that the command writes besides, under their options.
  ///   - inputs: Files that it reads besides those of the scenario.
  /// - Throws: A `CommandFault` of status 2 for a path that can't be written to, for two outputs that are
  ///   one file, for an output that is an input, and for a dataset that isn't a folder.
  func badPictureFile(
    for scenario: Scenario, replacing: Bool = false,
    beside others: [(option: String, path: String?)] = [], inputs: [String] = []
  ) throws -> BadPictureFile {
    try pictures.checkBad(of: scenario.dataset)
    try OutputFiles(others + [("--bad-list", pictures.badList)])
      .check(inputs: inputFiles(of: scenario) + inputs)
    return try BadPictureFile(path: pictures.badList, replacing: replacing)
  }

  /// The scenario that preset, file and options describe, checked.
  ///
  /// - Throws: A `CommandFault` of status 2 for a file or an option that is wrong.
  func resolve() throws -> Scenario {
    var resolved = try base()
    try apply(to: &resolved)
    try keras.apply(to: &resolved.settings)
    if let fault = Faults.check(resolved) { throw CommandFault.wrong(fault) }
    let notes = LoaderNote.notes(
      on: resolved.loader, queue: queue != nil, prefetch: prefetch != nil, lock: gil == true,
      persistent: epoch.persistentWorkers == true)
    for note in notes { printNote(note.sentence) }
    return resolved
  }

  private func base() throws -> Scenario {
    guard preset == nil || scenario == nil else {
      throw CommandFault.wrong("--preset and --scenario exclude each other: give one of them")
    }
    do {
      if let scenario { return try ScenarioFile.read(path: scenario) }
      return try PresetCatalog.scenario(named: preset ?? PresetCatalog.standard)
    } catch {
      throw CommandFault.wrong(error.message)
    }
  }

  private func apply(to scenario: inout Scenario) throws {
    if let dataset {
      guard let reference = DatasetReference(dataset) else {
        throw CommandFault.wrong("--dataset \(dataset): write \(DatasetReference.forms)")
      }
      scenario.dataset = reference
    }
    try pictures.apply(to: &scenario.folder)
    if let batchSize { scenario.batchSize = batchSize }
    if let samplesPerEpoch { scenario.samplesPerEpoch = samplesPerEpoch }
    if let seed { scenario.seed = seed }
    if let loader { scenario.loader = try choice("loader", loader, Loader.init(rawValue:)) }
    if let workers { scenario.workers = workers }
    if let queue { scenario.queueLimit = queue }
    if let cores { scenario.cores = cores }
    if let prefetch { scenario.prefetch = prefetch }
    if let loadWait {
      guard let wait = StepTimeText.parse(loadWait) else {
        throw CommandFault.wrong(
          "--load-wait \(loadWait): write a time as 5ms, 5ms±2ms or 5ms~lognormal:3ms, with its unit"
        )
      }
      scenario.loadWait = wait
    }
    if let spread {
      let mark = "lognormal:"
      let share = spread.hasPrefix(mark) ? String(spread.dropFirst(mark.count)) : spread
      guard let share = Double(share) else {
        throw CommandFault.wrong("--spread \(spread): write a share as 0.3 or lognormal:0.3")
      }
      scenario.spread = share
    }
    if let governor { scenario.governor = try self.governor(governor) }
    try applyConsumer(to: &scenario)
    try epoch.apply(to: &scenario)
    try applyCosts(to: &scenario)
    try applyStages(to: &scenario)
  }

  private func applyConsumer(to scenario: inout Scenario) throws {
    let batch = scenario.batchSize
    if let gpu {
      let published = GPUTable.isName(gpu) ? try publishedGPU(gpu) : nil
      scenario.consumer.compute =
        try published.map { .constant($0.step(batch: batch)) } ?? stepTime(gpu)
      scenario.consumer.published = published
    } else if batchSize != nil, let published = scenario.consumer.published {
      scenario.consumer.compute = .constant(published.step(batch: batch))
    }
    if let published = scenario.consumer.published, let note = published.warning(batch: batch) {
      printNote(note)
    }
    if let gpuHost { scenario.consumer.host = try durationOption("gpu-host", gpuHost) }
    if let gpuTransfer {
      scenario.consumer.transfer = try durationOption("gpu-transfer", gpuTransfer)
    }
  }

  private func publishedGPU(_ text: String) throws -> PublishedGPU {
    do {
      return try GPUTable.published(text)
    } catch {
      throw CommandFault.wrong("--gpu \(text): \(error.message)")
    }
  }

  private func stepTime(_ text: String) throws -> StepTime {
    do {
      if let time = try StepTimeText.read(text) { return time }
    } catch {
      throw CommandFault.wrong("--gpu \(text): \(error.message)")
    }
    throw CommandFault.wrong(
      "--gpu \(text): write \(StepTimeText.forms), with its unit (us, ms, s, min, h)")
  }

  private func applyCosts(to scenario: inout Scenario) throws {
    if let costs {
      do {
        scenario.apply(.costs(try CostCatalog.source(costs)))
      } catch {
        throw CommandFault.wrong(error.message)
      }
    }
    if let costScale {
      guard case .profile(let profile) = scenario.costs else {
        throw CommandFault.wrong(
          "--cost-scale: native costs are what they are; add --costs keras-1.1")
      }
      guard CostProfile.scales.contains(costScale) else {
        throw CommandFault.wrong("--cost-scale \(costScale): give a factor from 0.1 to 10")
      }
      scenario.costs = .profile(profile.scaled(to: costScale))
    }
    if let loaderCosts {
      guard case .profile(var profile) = scenario.costs else {
        throw CommandFault.wrong(
          "--loader-costs: native costs are those of no loader; add --costs keras-1.1")
      }
      do {
        var costs = profile.loader ?? LoaderCosts()
        costs.take(try LoaderCostsFile.read(path: loaderCosts))
        profile.loader = costs
      } catch {
        throw CommandFault.wrong(error.message)
      }
      scenario.costs = .profile(profile)
    }
    guard let gil else { return }
    guard !gil || scenario.costs != .native else {
      throw CommandFault.wrong(
        "--gil: native costs hold no interpreter lock; add --costs keras-1.1")
    }
    scenario.interpreterLock = gil
  }

  private func applyStages(to scenario: inout Scenario) throws {
    if let ablation {
      scenario.apply(.ablation(try choice("ablation", ablation, Ablation.init(rawValue:))))
    }
    guard off == nil || only == nil else {
      throw CommandFault.wrong("--off and --only exclude each other: give one of them")
    }
    if let off {
      for stage in try stages("off", off) {
        guard stage.isSwitchable else {
          throw CommandFault.wrong("--off \(stage.rawValue): this stage is always on")
        }
        scenario.apply(.stage(stage.id, on: false))
      }
    }
    if let only {
      scenario.apply(.stages(StageSet(try stages("only", only).map(\.id)).union(.fixed)))
    }
  }

  private func stages(_ option: String, _ list: String) throws -> [Stage] {
    try list.split(separator: ",", omittingEmptySubsequences: false).map { id in
      try choice(option, String(id), Stage.init(rawValue:))
    }
  }

  private func governor(_ text: String) throws -> Governor? {
    if text == "off" { return nil }
    guard let governor = GovernorText.parse(text) else {
      throw CommandFault.wrong("--governor \(text): write off, on or \(GovernorText.form)")
    }
    return governor
  }
}

/// A time with its unit.
///
/// - Throws: A `CommandFault` of status 2 for any other text.
func durationOption(_ option: String, _ text: String) throws -> Duration {
  guard let duration = DurationText.parse(text) else {
    throw CommandFault.wrong(
      "--\(option) \(text): write a time with its unit, as 0.2ms (us, ms, s, min, h)")
  }
  return duration
}

/// Parses one of a few words; the fault names the nearest choice and all choices.
///
/// - Throws: A `CommandFault` of status 2 with the nearest choice for a text that is none.
func choice<Value: CaseIterable & RawRepresentable>(
  _ option: String, _ text: String, _ make: (String) -> Value?
) throws -> Value where Value.RawValue == String {
  if let value = make(text) { return value }
  let words = Value.allCases.map(\.rawValue)
  throw CommandFault.wrong(
    "--\(option) \(text): no such \(["off": "stage", "only": "part"][option] ?? option)."
      + Faults.suggestion(text, among: words))
}
