package import Pipeline
package import Toml

/// The scenarios in the program.
package enum PresetCatalog {
  /// The preset that holds where none is named.
  package static let standard = "fast-gpu"
  /// The names of the presets, in the order of the help.
  package static let names = ["fast-gpu", "keras-cifar10", "paradox", "native"]

  /// The preset of that name, or a fault that names the nearest and all.
  ///
  /// - Throws: A `ConfigurationFault` with the nearest name where there is no such preset.
  package static func scenario(named name: String) throws(ConfigurationFault) -> Scenario {
    guard let text = text(named: name) else {
      throw ConfigurationFault(
        file: "",
        problem: .unknownName(
          name, of: "preset", nearest: nearest(to: name, among: names), known: names))
    }
    return try ScenarioFile.parse(text, file: "preset \(name)")
  }

  /// A preset's file, comments and all; nil where there is none of that name.
  package static func text(named name: String) -> String? {
    let bytes: [UInt8]
    switch name {
    case "fast-gpu": bytes = PackageResources.preset_fast_gpu_toml
    case "keras-cifar10": bytes = PackageResources.preset_keras_cifar10_toml
    case "paradox": bytes = PackageResources.preset_paradox_toml
    case "native": bytes = PackageResources.preset_native_toml
    default: return nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
