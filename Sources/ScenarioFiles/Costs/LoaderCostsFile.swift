import FoundationEssentials
package import Pipeline
import Quantities
package import Toml

/// The `loader` section of a cost profile: what PyTorch's loader, Keras 3's pool and tf.data cost, in microseconds.
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
    var all: LoaderCosts?
    for owner in LoaderCosts.Owner.allCases {
      guard let members = section[owner] else { continue }
      var costs = all ?? LoaderCosts()
      costs.take(try self.costs(members, of: owner, file: file), of: owner)
      all = costs
    }
    return all
  }

  /// One loader's members as costs.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unknownKey` for a key that isn't a part, and `badValue` for a
  ///   time outside 0 to 60 000 000 µs, for `wake_least_us` above `wake_most_us`, and for a number of
  ///   tensors that isn't whole or outside 1 to 64.
  static func costs(
    _ members: [String: Double], of owner: LoaderCosts.Owner, file: String
  ) throws(ConfigurationFault) -> LoaderCosts {
    var costs = LoaderCosts()
    let known =
      LoaderCosts.Part.allCases.filter { $0.owner == owner }.map(\.rawValue)
      + (owner == .torch ? [tensors] : [])
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let place = "loader.\(owner.rawValue).\(key)"
      try CostProfileFile.require(key, among: known, at: place, file)
      if let part = LoaderCosts.Part(rawValue: key) {
        costs[part] = try CostProfileFile.time(value, place, file)
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
    var section = LoaderSection()
    for owner in costs.owners {
      var members: [String: Double] = [:]
      for part in LoaderCosts.Part.allCases where part.owner == owner && costs[part] > .zero {
        members[part.rawValue] = Double(Nanoseconds(costs[part]).count) / 1e3
      }
      if owner == .torch { members[tensors] = Double(costs.tensors) }
      section[owner] = members
    }
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

/// The `loader` section of a cost profile, by the loader's name: parts in microseconds, and of PyTorch's the number
/// of tensors.
struct LoaderSection: Codable {
  private var torch: [String: Double]?
  private var keras3: [String: Double]?
  private var tfData: [String: Double]?

  private enum CodingKeys: String, CodingKey {
    case torch, keras3
    case tfData = "tf-data"
  }

  subscript(owner: LoaderCosts.Owner) -> [String: Double]? {
    get {
      switch owner {
      case .torch: torch
      case .keras3: keras3
      case .tfData: tfData
      }
    }
    set {
      switch owner {
      case .torch: torch = newValue
      case .keras3: keras3 = newValue
      case .tfData: tfData = newValue
      }
    }
  }
}
