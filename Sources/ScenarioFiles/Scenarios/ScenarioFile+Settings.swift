import Augmentation
import Pipeline
import Toml

extension ScenarioFile {
  private typealias Path<Value> = WritableKeyPath<AugmentationSettings, Value>

  private static var ranges: [(String, Double, Path<Double>)] {
    [
      ("rotation-range", 360, \.rotationRange), ("width-shift-range", 10, \.widthShiftRange),
      ("height-shift-range", 10, \.heightShiftRange), ("shear-range", .pi, \.shearRange),
      ("channel-shift-range", 1e6, \.channelShiftRange),
    ]
  }
  private static var flags: [(String, Path<Bool>)] {
    [
      ("horizontal-flip", \.horizontalFlip), ("vertical-flip", \.verticalFlip),
      ("samplewise-center", \.samplewiseCenter),
      ("samplewise-std-normalization", \.samplewiseStdNormalization),
      ("featurewise-center", \.featurewiseCenter),
      ("featurewise-std-normalization", \.featurewiseStdNormalization),
      ("zca-whitening", \.zcaWhitening), ("fit-augment", \.fitAugment),
    ]
  }

  /// Reads `[augmentation]`; keys that are left out leave the settings as they are.
  ///
  /// - Throws: A `ConfigurationFault` as `parse`.
  static func readSettings(
    _ table: inout TomlTable, into settings: inout AugmentationSettings
  ) throws(ConfigurationFault) {
    for (key, limit, path) in ranges {
      if let range: Double = try table.value(key, in: 0...limit) { settings[keyPath: path] = range }
    }
    for (key, path) in flags {
      if let flag: Bool = try table.value(key) { settings[keyPath: path] = flag }
    }
    if let zoom = try zoom(&table) { settings.zoomRange = zoom }
    if let mode = try table.choice("fill-mode", of: FillMode.self) { settings.fillMode = mode }
    if let cval: Double = try table.value("cval", in: -1e6...1e6) { settings.cval = cval }
    if let factor = try rescale(&table) { settings.rescale = factor }
    if let k1: Double = try table.value("lens-k1", in: -10...10) { settings.lens.k1 = k1 }
    if let k2: Double = try table.value("lens-k2", in: -10...10) { settings.lens.k2 = k2 }
    if let angle: Double = try table.value("lens-fisheye", in: 0...60) {
      settings.lens.fisheye = angle
    }
    if let order = try table.choice("interpolation", of: Interpolation.self) {
      settings.interpolation = order
    }
    if let dot = try table.choice("dot", of: DotProduct.self) { settings.dot = dot }
    if let ordering = try table.choice("dim-ordering", of: DimOrdering.self) {
      settings.dimOrdering = ordering
    }
    if let rounds = try table.value("fit-rounds", in: AugmentationSettings.fitRounds) {
      settings.fitRounds = rounds
    }
    if let normalization = try table.parsed(
      "normalization",
      orSay: "isn't a normalization; write \"imagenet\", \"cifar10\" or"
        + " \"0.5,0.5,0.5/0.2,0.2,0.2\"", NormalizationText.parse)
    {
      settings.normalization = normalization
    }
    do {
      try settings.check()
    } catch {
      throw table.fault("normalization", "doesn't make sense: \(error)")
    }
  }

  /// A number, or a fraction as `"1/255"`; nil where there is none.
  private static func rescale(_ table: inout TomlTable) throws(ConfigurationFault) -> Double? {
    let key = "rescale"
    let bounds = -1e6...1e6
    guard table.kind(key) == .string else { return try table.value(key, in: bounds) }
    return try table.parsed(key, orSay: "isn't a factor; write 0.0039 or \"1/255\"") { text in
      FactorText.parse(text).flatMap { bounds.contains($0) ? $0 : nil }
    }
  }

  /// A number z for 1 ± z, or a pair; nil where there is none.
  private static func zoom(_ table: inout TomlTable) throws(ConfigurationFault) -> ZoomRange? {
    let key = "zoom-range"
    switch table.kind(key) {
    case nil:
      // Counted as asked for, so that a misspelt key finds it.
      let _: Double? = try table.value(key)
      return nil
    case .array:
      let pair: [Double] = try table.required(key)
      guard pair.count == 2, pair[0] <= pair[1], pair[0] >= 0, pair[1] <= 100 else {
        throw table.fault(key, "isn't a pair of factors, the lower first: [0.9, 1.1]")
      }
      return ZoomRange(low: pair[0], high: pair[1])
    default:
      let around: Double? = try table.value(key, in: 0...1)
      return around.map { ZoomRange(around: $0) }
    }
  }
}
