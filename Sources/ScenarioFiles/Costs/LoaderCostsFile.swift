import FoundationEssentials
package import Pipeline
import Quantities
package import Toml

/// The `loader` section of a cost profile: what PyTorch's loader and Keras 3's pool cost, in microseconds.
package enum LoaderCostsFile {
  private static let tensors = "tensors"

  /// Reads the section of a profile that `augtop calibrate --loader` has written; its other parts are left
  /// alone.
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
    guard let found = try costs(document.loader, file: path) else {
      throw ConfigurationFault(file: path, keyPath: "loader.torch", problem: .missing)
    }
    return found
  }

  /// The section as costs; nil where it has none.
  ///
  /// - Throws: As `costs` of one loader's members.
  static func costs(_ section: LoaderSection, file: String) throws(ConfigurationFault)
    -> LoaderCosts?
  {
    guard section.torch != nil || section.keras3 != nil else { return nil }
    var all = LoaderCosts()
    if let members = section.torch { all = try costs(members, of: "torch", file: file) }
    if let members = section.keras3 {
      all.take(try costs(members, of: "keras3", file: file), ofPool: true)
    }
    return all
  }

  /// One loader's members as costs.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unknownKey` for a key that isn't a part, and `badValue` for a
  ///   time outside 0 to 60 000 000 µs, for `wake_least_us` above `wake_most_us`, and for a number of
  ///   tensors that isn't whole or outside 1 to 64.
  static func costs(
    _ members: [String: Double], of loader: String, file: String
  ) throws(ConfigurationFault) -> LoaderCosts {
    var costs = LoaderCosts()
    let isPool = loader == "keras3"
    let known =
      LoaderCosts.Part.allCases.filter { $0.isOfPool == isPool }.map(\.rawValue)
      + (isPool ? [] : [tensors])
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      try CostProfileFile.require(key, among: known, at: "loader.\(loader).\(key)", file)
      if let part = LoaderCosts.Part(rawValue: key) {
        costs[part] = try CostProfileFile.time(value, "loader.\(loader).\(key)", file)
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

  /// The costs as a section, which `costs` reads back to the same ones.
  static func section(_ costs: LoaderCosts) -> LoaderSection {
    func members(ofPool: Bool) -> [String: Double] {
      var members: [String: Double] = [:]
      for part in LoaderCosts.Part.allCases where part.isOfPool == ofPool && costs[part] > .zero {
        members[part.rawValue] = Double(Nanoseconds(costs[part]).count) / 1e3
      }
      return members
    }
    var section = LoaderSection()
    if costs.hasDataLoader {
      section.torch = members(ofPool: false)
      section.torch?[tensors] = Double(costs.tensors)
    }
    if costs.hasPool { section.keras3 = members(ofPool: true) }
    return section
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
  /// Those of Keras 3's pool of processes: parts in microseconds.
  var keras3: [String: Double]?
}
