import Augmentation
package import Pipeline
import Quantities

extension ScenarioFile {
  /// The scenario as a file that `parse` reads back to the same value.
  package static func write(_ scenario: Scenario) -> String { attributes(scenario).text }

  /// The same, key by key, tables' names in front of their keys.
  package static func attributes(
    _ scenario: Scenario, stages: StageList? = nil
  ) -> ScenarioAttributes {
    var all = ScenarioAttributes()
    all.add("name", quoted(scenario.name))
    all.add("dataset", quoted("\(scenario.dataset)"))
    if let size = scenario.folder.targetSize {
      all.add(
        scenario.folder.crop == nil ? "target-size" : "random-resized-crop", quoted("\(size)"))
    }
    if let crop = scenario.folder.crop {
      all.add("crop-scale", quoted(CropRangeText.write(crop.scale)))
      all.add("crop-ratio", quoted(CropRangeText.write(crop.ratio)))
    }
    if scenario.folder.badPictures != .skip {
      all.add("bad-pictures", quoted(scenario.folder.badPictures.rawValue))
    }
    if scenario.folder.isRecursive { all.add("recursive", "true") }
    if scenario.folder.isGrayscale { all.add("color-mode", quoted("grayscale")) }
    if scenario.folder.isUpright { all.add("exif-orientation", quoted("apply")) }
    for (key, path, _) in Scenario.counts { all.add(key, "\(scenario[keyPath: path])") }
    if let samples = scenario.samplesPerEpoch { all.add("samples-per-epoch", "\(samples)") }
    all.add("seed", "\(scenario.seed)")
    all.add("loader", quoted(scenario.loader.rawValue))
    if let keeps = scenario.keepsWorkers { all.add("persistent-workers", "\(keeps)") }
    if let wait = scenario.loadWait { all.add("load-wait", quoted(wait.text)) }
    if let spread = scenario.spread { all.add("spread", "\(spread)") }
    if let governor = scenario.governor {
      all.add("governor", quoted(GovernorText.write(governor)))
    }
    if let cores = scenario.cores { all.add("cores", "\(cores)") }
    all.add("costs", quoted(scenario.costs.reference))
    if case .profile(let profile) = scenario.costs, profile.scale != 1 {
      all.add("cost-scale", "\(profile.scale)")
    }
    if scenario.costs != .native { all.add("gil", "\(scenario.interpreterLock)") }

    all.begin("gpu")
    all.add("compute", quoted(scenario.consumer.compute.text))
    if let published = scenario.consumer.published {
      all.add("published", quoted(GPUTable.write(published)))
    }
    all.add("host", quoted(DurationText.write(scenario.consumer.host)))
    all.add("transfer", quoted(DurationText.write(scenario.consumer.transfer)))
    addUpdates(scenario.consumer, to: &all)
    addPhases(scenario, to: &all)

    all.begin("augmentation")
    addSettings(scenario.settings, to: &all)

    let off = (stages ?? scenario.generatorStages).filter { !scenario.stages.contains($0.id) }
    all.begin("stages")
    all.add("off", "[\(off.map { quoted($0.name) }.joined(separator: ", "))]")
    return all
  }

  private static func addSettings(
    _ settings: AugmentationSettings, to all: inout ScenarioAttributes
  ) {
    for (name, path, _) in AugmentationSettings.numbers {
      all.add(name.rawValue, "\(settings[keyPath: path])")
    }
    for (key, path) in flags { all.add(key, "\(settings[keyPath: path])") }
    all.add("zoom-range", "[\(settings.zoomRange.low), \(settings.zoomRange.high)]")
    all.add("fill-mode", quoted(settings.fillMode.rawValue))
    all.add("interpolation", quoted(settings.interpolation.rawValue))
    all.add("dot", quoted(settings.dot.rawValue))
    all.add("dim-ordering", quoted(settings.dimOrdering.rawValue))
    all.add("fit-rounds", "\(settings.fitRounds)")
    if let normalization = settings.normalization {
      all.add("normalization", quoted(NormalizationText.write(normalization)))
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let hex = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension CostSource {
  /// The name or path that finds the source again.
  fileprivate var reference: String {
    switch self {
    case .native: name
    case .profile(let profile): profile.path ?? profile.name
    }
  }
}

/// A scenario's keys and values, in the file's order and spelling.
package struct ScenarioAttributes: Sendable {
  /// The keys with their tables, joined by dots, and the values as TOML writes them.
  package private(set) var pairs: [(key: String, value: String)] = []
  private(set) var text = ""
  private var table = ""

  mutating func begin(_ table: String) {
    self.table = table + "."
    text += "\n[\(table)]\n"
  }

  mutating func add(_ key: String, _ value: String) {
    pairs.append((table + key, value))
    text += "\(key) = \(value)\n"
  }
}
