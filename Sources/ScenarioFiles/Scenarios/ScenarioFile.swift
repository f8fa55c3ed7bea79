import Augmentation
package import Pipeline
import Quantities
package import Toml

/// A scenario as TOML; every key may be left out.
///
/// Keys that are left out have the values of the preset that `preset` names. Without it they have their
/// defaults; in a file without `name`, which then holds only the differences, those of the standard
/// preset.
package enum ScenarioFile {
  /// Reads a scenario file.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unreadable` where the file can't be read; otherwise
  ///   as `parse`.
  package static func read(path: String) throws(ConfigurationFault) -> Scenario {
    try parse(try TextFile.read(path), file: path)
  }

  /// Parses a scenario. Files of costs and step times that it names are read.
  ///
  /// - Parameter file: The file's name in messages, and without folder and ending the name of a
  ///   scenario that has none.
  /// - Throws: A `ConfigurationFault` of kind `syntax` where the text isn't TOML; `unknownKey` for a key that a scenario doesn't have; `wrongType` for a value of
  ///   another type; `badValue` for one out of bounds or in conflict with another key; and as
  ///   `CostProfileFile.read` and `StepTimesFile.read` for the files.
  /// - Complexity: O(bytes).
  package static func parse(
    _ text: String, file: String
  ) throws(ConfigurationFault) -> Scenario {
    try TomlDocument(text: text, file: file).read { root throws(ConfigurationFault) in
      try scenario(&root)
    }
  }

  /// Reads what `attributes` writes: keys with their tables' names in front. Opens no file: what
  /// those that the pairs name held is in `recorded`.
  ///
  /// - Throws: As for a text; `syntax` with its key for a pair that isn't one key and its value.
  package static func parse(
    _ pairs: [(key: String, value: String)], file: String, recorded: RecordedContent
  ) throws(ConfigurationFault) -> Scenario {
    let lines = try pairs.map { key, value throws(ConfigurationFault) in
      let line = "\(key) = \(value)\n"
      // A pair is read alone first, so that none can change what another one means.
      guard key.utf8.allSatisfy(isKeyByte), value.utf8.allSatisfy({ $0 >= 0x20 }),
        (try? TomlDocument(text: line, file: file)) != nil
      else {
        throw ConfigurationFault(
          file: file, keyPath: key, problem: .syntax("isn't a key with its value"))
      }
      return line
    }
    return try TomlDocument(text: lines.joined(), file: file).read {
      root throws(ConfigurationFault) in try scenario(&root, recorded)
    }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// - Parameter recorded: Stands for the files that the table names; nil opens them.
  private static func scenario(
    _ root: inout TomlTable, _ recorded: RecordedContent? = nil
  ) throws(ConfigurationFault) -> Scenario {
    var scenario = try base(&root)
    let forms = "isn't a dataset; write \(DatasetReference.forms)"
    assign(&scenario.dataset, try root.parsed("dataset", orSay: forms) { DatasetReference($0) })
    try readFolder(&root, into: &scenario.folder)
    for (key, path, limits) in Scenario.counts {
      assign(&scenario[keyPath: path], try root.value(key, in: limits))
    }
    assign(
      &scenario.samplesPerEpoch, try root.value("samples-per-epoch", in: Scenario.sampleCounts))
    assign(&scenario.seed, try root.value("seed", in: 0...Int(UInt32.max)).map(UInt32.init))
    assign(&scenario.loader, try root.choice("loader"))
    let workers = scenario.loader.workerCounts
    guard workers.contains(scenario.workers) else {
      throw root.fault(
        "workers",
        "is out of bounds; write \(workers.lowerBound) to \(workers.upperBound) for the loader"
          + " \(scenario.loader.rawValue)")
    }
    assign(&scenario.keepsWorkers, try root.value("persistent-workers") as Bool?)
    let waits = "isn't a time; write it as \"5ms\", \"5ms±2ms\" or \"5ms~lognormal:3ms\""
    if let wait = try root.parsed("load-wait", orSay: waits, StepTimeText.parse) {
      if let wanted = wait.wanted {
        throw root.fault("load-wait", "is \(wait.text); write \(wanted)")
      }
      scenario.loadWait = wait
    }
    if let spread: Double = try root.value("spread", in: Scenario.spreads) {
      scenario.spread = spread
    }
    assign(&scenario.cores, try root.value("cores", in: Scenario.coreCounts))
    let form = "isn't a governor; write \(GovernorText.form)"
    assign(&scenario.governor, try root.parsed("governor", orSay: form, GovernorText.parse))
    do {
      try scenario.governor?.check()
    } catch {
      throw root.fault("governor", "has \(error.value); write \(error.wanted)")
    }
    try readCosts(&root, recorded, into: &scenario)
    _ = try root.table("gpu") { table throws(ConfigurationFault) in
      try readConsumer(&table, recorded, batch: scenario.batchSize, into: &scenario.consumer)
    }
    assign(&scenario.phases, try root.table("epoch", readPhases))
    _ = try root.table("augmentation") { table throws(ConfigurationFault) in
      try readSettings(&table, into: &scenario.settings)
    }
    assign(&scenario.stages, try root.table("stages", readStages))
    return scenario
  }

  /// The scenario whose values hold where the table has none, with the table's name.
  private static func base(_ root: inout TomlTable) throws(ConfigurationFault) -> Scenario {
    let name: String? = try root.value("name")
    let preset: String? = try root.value("preset")
    var scenario: Scenario
    if let preset {
      guard PresetCatalog.names.contains(preset) else {
        let names = PresetCatalog.names.joined(separator: ", ")
        throw root.fault("preset", "isn't a preset; there are \(names)")
      }
      scenario = try PresetCatalog.scenario(named: preset)
    } else if let name {
      return Scenario(name: name)
    } else {
      scenario = try PresetCatalog.scenario(named: PresetCatalog.standard)
    }
    scenario.name = name ?? stem(root.file)
    return scenario
  }

  private static func stem(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    let stem = file.hasSuffix(".toml") ? file.dropLast(5) : file
    return stem.isEmpty ? path : String(stem)
  }

  private static func readFolder(
    _ root: inout TomlTable, into form: inout FolderForm
  ) throws(ConfigurationFault) {
    let sizes = "isn't a size; write height and width, as \"224x224\" (up to 16384)"
    assign(
      &form.targetSize,
      try root.parsed("target-size", orSay: sizes) { FolderForm.TargetSize($0) })
    let modes = "isn't a colour mode; write \"rgb\" or \"grayscale\""
    assign(
      &form.isGrayscale,
      try root.parsed("color-mode", orSay: modes) { ["rgb": false, "grayscale": true][$0] })
    let ways = "isn't a way to take orientations; write \"ignore\" or \"apply\""
    assign(
      &form.isUpright,
      try root.parsed("exif-orientation", orSay: ways) { ["ignore": false, "apply": true][$0] })
    assign(&form.badPictures, try root.choice("bad-pictures"))
    assign(&form.isRecursive, try root.value("recursive"))
    try readCrop(&root, into: &form)
  }

  private static func readCrop(
    _ root: inout TomlTable, into form: inout FolderForm
  ) throws(ConfigurationFault) {
    let size = try root.parsed(
      "random-resized-crop", orSay: "isn't a size; write one side, as \"224\", or \"224x224\""
    ) { FolderForm.TargetSize(side: $0) }
    let scale = try root.parsed(
      "crop-scale", orSay: "isn't a range of shares; write it as \"0.08,1\"", CropRangeText.scale)
    let ratio = try root.parsed(
      "crop-ratio", orSay: "isn't a range of width by height; write it as \"3/4,4/3\"",
      CropRangeText.ratio)
    guard let size else {
      guard scale == nil, ratio == nil else {
        throw root.fault(
          scale == nil ? "crop-ratio" : "crop-scale", "is for a crop; add random-resized-crop")
      }
      return
    }
    guard form.targetSize == nil else {
      throw root.fault("target-size", "and random-resized-crop exclude each other")
    }
    var crop = RandomResizedCrop()
    if let scale { crop.scale = scale }
    if let ratio { crop.ratio = ratio }
    form.targetSize = size
    form.crop = crop
  }

  private static func readCosts(
    _ root: inout TomlTable, _ recorded: RecordedContent?, into scenario: inout Scenario
  ) throws(ConfigurationFault) {
    let name: String? = try root.value("costs")
    if let costs = recorded?.costs {
      // Scaled already.
      let _: Double? = try root.value("cost-scale")
      scenario.costs = costs
      scenario.interpreterLock = try root.value("gil", default: false)
      return
    }
    if let name {
      guard recorded == nil || CostCatalog.builtIn.contains(name) else {
        throw root.fault("costs", "isn't read again, and the recording doesn't hold its costs")
      }
      do {
        scenario.apply(.costs(try CostCatalog.source(name)))
      } catch {
        guard case .unknownName(_, _, _, let known) = error.problem else { throw error }
        throw root.fault(
          "costs", "isn't a cost profile; there are \(known.joined(separator: ", "))")
      }
    }
    if let scale: Double = try root.value("cost-scale", in: CostProfile.scales) {
      guard case .profile(let profile) = scenario.costs else {
        throw root.fault("cost-scale", "is for a cost profile; native costs are what they are")
      }
      scenario.costs = .profile(profile.scaled(to: scale))
    }
    guard let lock: Bool = try root.value("gil") else { return }
    guard !lock || scenario.costs != .native else {
      throw root.fault("gil", "can't be with native costs: they hold no lock")
    }
    scenario.interpreterLock = lock
  }

  private static func readConsumer(
    _ table: inout TomlTable, _ recorded: RecordedContent?, batch: Int,
    into consumer: inout Consumer
  ) throws(ConfigurationFault) {
    let why = "isn't a time; write it with its unit, as \"3.4ms\" (us, ms, s, min, h)"
    let row = "isn't a published GPU; write \(GPUTable.columns)"
    let published = try table.parsed("published", orSay: row, GPUTable.row)
    if let text: String = try table.value("compute"), GPUTable.isName(text) {
      let gpu: PublishedGPU
      do {
        gpu = try GPUTable.published(
          text, userFile: recorded == nil ? GPUTable.defaultUserFile : nil)
      } catch {
        throw table.fault("compute", "isn't a published GPU: \(error.message)")
      }
      consumer.compute = .constant(gpu.step(batch: batch))
      consumer.published = gpu
    } else if let text: String = try table.value("compute") {
      let compute =
        if let recorded { StepTimeText.read(text, from: recorded) } else {
          try StepTimeText.read(text)
        }
      guard let compute else { throw table.fault("compute", why) }
      if let wanted = compute.wanted {
        throw table.fault("compute", "is out of bounds; write \(wanted)")
      }
      consumer.compute = compute
      consumer.published = published
    }
    assign(&consumer.host, try time("host", &table))
    assign(&consumer.transfer, try time("transfer", &table))
    try readUpdates(&table, into: &consumer)
  }

  private static func readStages(
    _ table: inout TomlTable
  ) throws(ConfigurationFault) -> StageSet {
    var stages = StageSet.all
    for id in try table.value("off", default: [String]()) {
      guard let stage = Stage(rawValue: id), stage.isSwitchable else {
        let ids = Stage.allCases.filter(\.isSwitchable).map(\.rawValue)
        throw table.fault(
          "off", "names '\(id)', which can't be switched; there are \(ids.joined(separator: ", "))")
      }
      stages = stages.setting(stage.id, on: false)
    }
    return stages
  }
}

/// Sets a variable where there is a value.
func assign<Value>(_ variable: inout Value, _ value: Value?) {
  if let value { variable = value }
}

/// Sets an optional variable where there is a value; nil leaves it as it is.
func assign<Value>(_ variable: inout Value?, _ value: Value?) {
  if let value { variable = value }
}
