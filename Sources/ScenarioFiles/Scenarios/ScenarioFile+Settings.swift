import Augmentation
import Pipeline
import Toml

extension ScenarioFile {
  typealias Path<Value> = WritableKeyPath<AugmentationSettings, Value>

  static var flags: [(String, Path<Bool>)] {
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
    for (name, path, limits) in AugmentationSettings.numbers where name != .rescale {
      assign(&settings[keyPath: path], try table.value(name.rawValue, in: limits))
    }
    for (key, path) in flags { assign(&settings[keyPath: path], try table.value(key)) }
    assign(&settings.rescale, try rescale(&table))
    assign(&settings.zoomRange, try zoom(&table))
    assign(&settings.fillMode, try table.choice("fill-mode"))
    assign(&settings.interpolation, try table.choice("interpolation"))
    assign(&settings.dot, try table.choice("dot"))
    assign(&settings.dimOrdering, try table.choice("dim-ordering"))
    assign(&settings.fitRounds, try table.value("fit-rounds", in: AugmentationSettings.fitRounds))
    let forms =
      "isn't a normalization; write \"imagenet\", \"cifar10\" or \"0.5,0.5,0.5/0.2,0.2,0.2\""
    assign(
      &settings.normalization,
      try table.parsed("normalization", orSay: forms, NormalizationText.parse))
    do {
      try settings.check()
    } catch {
      throw table.fault("normalization", "doesn't make sense: \(error)")
    }
  }

  /// A number, or a fraction as `"1/255"`; nil where there is none.
  private static func rescale(_ table: inout TomlTable) throws(ConfigurationFault) -> Double? {
    let key = "rescale"
    let bounds = AugmentationSettings.factors
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
      guard pair.count == 2, pair[0] <= pair[1],
        pair.allSatisfy(AugmentationSettings.zoomFactors.contains)
      else {
        throw table.fault(key, "isn't a pair of factors, the lower first: [0.9, 1.1]")
      }
      return ZoomRange(low: pair[0], high: pair[1])
    default:
      let around: Double? = try table.value(key, in: 0...1)
      return around.map { ZoomRange(around: $0) }
    }
  }
}
