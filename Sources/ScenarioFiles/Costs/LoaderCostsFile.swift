import FoundationEssentials
package import Pipeline
import Quantities
package import Toml

/// The `loader` section of a cost profile: what PyTorch's loader costs, in microseconds.
package enum LoaderCostsFile {
  private static let tensors = "tensors"

  /// Reads the section of a profile that `augtop calibrate --loader torch` has written; its other parts
  /// are left alone.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unreadable` where the file can't be read, `syntax` where it
  ///   isn't JSON, `missing` where it has no `loader`; else as `costs`.
  package static func read(path: String) throws(ConfigurationFault) -> LoaderCosts {
    let text = try TextFile.read(path)
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    } catch {
      throw CostProfileFile.fault(error as? DecodingError, path)
    }
    guard let members = document.loader.torch else {
      throw ConfigurationFault(file: path, keyPath: "loader.torch", problem: .missing)
    }
    return try costs(members, file: path)
  }

  /// The section's members as costs.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unknownKey` for a key that isn't a part, and `badValue` for a
  ///   time outside 0 to 60 000 000 µs, for `wake_least_us` above `wake_most_us`, and for a number of
  ///   tensors that isn't whole or outside 1 to 64.
  static func costs(
    _ members: [String: Double], file: String
  ) throws(ConfigurationFault) -> LoaderCosts {
    var costs = LoaderCosts()
    let known = LoaderCosts.Part.allCases.map(\.rawValue) + [tensors]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      try CostProfileFile.require(key, among: known, at: "loader.torch.\(key)", file)
      if let part = LoaderCosts.Part(rawValue: key) {
        costs[part] = try CostProfileFile.time(value, "loader.torch.\(key)", file)
      } else {
        let count = Int(exactly: value) ?? 0
        guard LoaderCosts.tensorCounts.contains(count) else {
          throw fault(key, "\(value)", "isn't a number of tensors; write 1 to 64", file)
        }
        costs.tensors = count
      }
    }
    guard costs.isWithinLimits else {
      throw fault(
        LoaderCosts.Part.wakeLeast.rawValue, "the shortest wake-up", "is longer than the longest",
        file)
    }
    return costs
  }

  /// The costs as members, which `costs` reads back to the same ones.
  static func members(_ costs: LoaderCosts) -> [String: Double] {
    var members = [tensors: Double(costs.tensors)]
    for part in LoaderCosts.Part.allCases where costs[part] > .zero {
      members[part.rawValue] = Double(Nanoseconds(costs[part]).count) / 1e3
    }
    return members
  }

  private static func fault(
    _ key: String, _ found: String, _ why: String, _ file: String
  ) -> ConfigurationFault {
    ConfigurationFault(
      file: file, keyPath: "loader.torch.\(key)", problem: .badValue(found: found, why: why))
  }

  private struct Document: Decodable {
    var loader: LoaderSection
  }
}

/// The `loader` section of a cost profile, by the loader's name.
struct LoaderSection: Codable {
  /// PyTorch's: parts in microseconds, and the number of tensors.
  var torch: [String: Double]?
}
