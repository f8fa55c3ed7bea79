import Augmentation
package import Pipeline
import Quantities
package import Toml

/// A scenario as TOML; every key but `name` may be left out.
package enum ScenarioFile {
  /// Reads a scenario file.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unreadable` where the file can't be read; otherwise
  ///   as `parse`.
  package static func read(path: String) throws(ConfigurationFault) -> Scenario {
    try parse(try TextFile.read(path), file: path)
  }

  /// Parses a scenario; keys that are left out have their defaults. Files of costs and step times
  /// that it names are read.
  ///
  /// - Parameter file: The file's name in messages.
  /// - Throws: A `ConfigurationFault` of kind `syntax` where the text isn't TOML; `missing` without
  ///   `name`; `unknownKey` for a key that a scenario doesn't have; `wrongType` for a value of
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
    var scenario = Scenario(name: try root.required("name"))
    if let dataset = try root.parsed(
      "dataset", orSay: "isn't a dataset; write \(DatasetReference.forms)",
      { DatasetReference($0) })
    {
      scenario.dataset = dataset
    }
    scenario.folder = try readFolder(&root)
    if let size = try root.value("batch-size", in: Scenario.batchSizes) {
      scenario.batchSize = size
    }
    scenario.samplesPerEpoch = try root.value("samples-per-epoch", in: 1...1_000_000_000)
    if let seed = try root.value("seed", in: 0...Int(UInt32.max)) { scenario.seed = UInt32(seed) }
    if let loader = try root.choice("loader", of: Loader.self) { scenario.loader = loader }
    if let workers = try root.value("workers", in: Scenario.workerCounts) {
      scenario.workers = workers
    }
    if let limit = try root.value("queue", in: Scenario.queueLimits) {
      scenario.queueLimit = limit
    }
    if let prefetch = try root.value("prefetch", in: Scenario.prefetchCounts) {
      scenario.prefetch = prefetch
    }
    scenario.cores = try root.value("cores", in: 1...1_024)
    scenario.governor = try root.parsed(
      "governor", orSay: "isn't a governor; write \(GovernorText.form)", GovernorText.parse)
    do {
      try scenario.governor?.check()
    } catch {
      throw root.fault("governor", "has \(error.value); write \(error.wanted)")
    }
    try readCosts(&root, recorded, into: &scenario)
    let consumer = try root.table("gpu") { table throws(ConfigurationFault) in
      try readConsumer(&table, recorded)
    }
    if let consumer { scenario.consumer = consumer }
    if let settings = try root.table("augmentation", readSettings) { scenario.settings = settings }
    if let stages = try root.table("stages", readStages) { scenario.stages = stages }
    return scenario
  }

  private static func readFolder(
    _ root: inout TomlTable
  ) throws(ConfigurationFault) -> FolderForm {
    var form = FolderForm()
    form.targetSize = try root.parsed(
      "target-size", orSay: "isn't a size; write height and width, as \"224x224\" (up to 16384)"
    ) { FolderForm.TargetSize($0) }
    let modes = "isn't a colour mode; write \"rgb\" or \"grayscale\""
    let isGrayscale = try root.parsed("color-mode", orSay: modes) { mode in
      ["rgb": false, "grayscale": true][mode]
    }
    form.isGrayscale = isGrayscale ?? false
    try readCrop(&root, into: &form)
    return form
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
    _ table: inout TomlTable, _ recorded: RecordedContent?
  ) throws(ConfigurationFault) -> Consumer {
    var consumer = Consumer()
    let why = "isn't a time; write it with its unit, as \"3.4ms\" (us, ms, s, min, h)"
    if let text: String = try table.value("compute") {
      let compute =
        if let recorded { StepTimeText.read(text, from: recorded) } else {
          try StepTimeText.read(text)
        }
      guard let compute else { throw table.fault("compute", why) }
      if let wanted = compute.wanted {
        throw table.fault("compute", "is out of bounds; write \(wanted)")
      }
      consumer.compute = compute
    }
    for (key, path) in [("host", \Consumer.host), ("transfer", \Consumer.transfer)] {
      guard let time = try table.parsed(key, orSay: why, DurationText.parse) else { continue }
      guard time >= .zero, time <= Scenario.computeTimes.upperBound else {
        throw table.fault(key, "is out of bounds; write 0ms to 1h")
      }
      consumer[keyPath: path] = time
    }
    return consumer
  }

  private static func readSettings(
    _ table: inout TomlTable
  ) throws(ConfigurationFault) -> AugmentationSettings {
    var settings = AugmentationSettings()
    settings.rotationRange = try range("rotation-range", 360, &table)
    settings.widthShiftRange = try range("width-shift-range", 10, &table)
    settings.heightShiftRange = try range("height-shift-range", 10, &table)
    settings.shearRange = try range("shear-range", .pi, &table)
    settings.zoomRange = try zoom(&table)
    settings.channelShiftRange = try range("channel-shift-range", 1e6, &table)
    if let mode = try table.choice("fill-mode", of: FillMode.self) { settings.fillMode = mode }
    if let cval: Double = try table.value("cval", in: -1e6...1e6) { settings.cval = cval }
    settings.horizontalFlip = try table.value("horizontal-flip", default: false)
    settings.verticalFlip = try table.value("vertical-flip", default: false)
    if let rescale: Double = try table.value("rescale", in: -1e6...1e6) {
      settings.rescale = rescale
    }
    if let k1: Double = try table.value("lens-k1", in: -10...10) { settings.lens.k1 = k1 }
    if let k2: Double = try table.value("lens-k2", in: -10...10) { settings.lens.k2 = k2 }
    if let angle: Double = try table.value("lens-fisheye", in: 0...60) {
      settings.lens.fisheye = angle
    }
    if let order = try table.choice("interpolation", of: Interpolation.self) {
      settings.interpolation = order
    }
    if let dot = try table.choice("dot", of: DotProduct.self) { settings.dot = dot }
    settings.samplewiseCenter = try table.value("samplewise-center", default: false)
    settings.samplewiseStdNormalization = try table.value(
      "samplewise-std-normalization", default: false)
    settings.featurewiseCenter = try table.value("featurewise-center", default: false)
    settings.featurewiseStdNormalization = try table.value(
      "featurewise-std-normalization", default: false)
    settings.zcaWhitening = try table.value("zca-whitening", default: false)
    if let ordering = try table.choice("dim-ordering", of: DimOrdering.self) {
      settings.dimOrdering = ordering
    }
    settings.fitAugment = try table.value("fit-augment", default: false)
    if let rounds = try table.value("fit-rounds", in: AugmentationSettings.fitRounds) {
      settings.fitRounds = rounds
    }
    settings.normalization = try table.parsed(
      "normalization",
      orSay: "isn't a normalization; write \"imagenet\", \"cifar10\" or"
        + " \"0.5,0.5,0.5/0.2,0.2,0.2\"", NormalizationText.parse)
    do {
      try settings.check()
    } catch {
      throw table.fault("normalization", "doesn't make sense: \(error)")
    }
    return settings
  }

  private static func range(
    _ key: String, _ limit: Double, _ table: inout TomlTable
  ) throws(ConfigurationFault) -> Double {
    try table.value(key, in: 0...limit) ?? 0
  }

  /// A number z for 1 ± z, or a pair.
  private static func zoom(_ table: inout TomlTable) throws(ConfigurationFault) -> ZoomRange {
    let key = "zoom-range"
    switch table.kind(key) {
    case nil: return .none
    case .array:
      let pair: [Double] = try table.required(key)
      guard pair.count == 2, pair[0] <= pair[1], pair[0] >= 0, pair[1] <= 100 else {
        throw table.fault(key, "isn't a pair of factors, the lower first: [0.9, 1.1]")
      }
      return ZoomRange(low: pair[0], high: pair[1])
    default:
      guard let around: Double = try table.value(key, in: 0...1) else { return .none }
      return ZoomRange(around: around)
    }
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
