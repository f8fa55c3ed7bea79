import Augmentation
import FoundationEssentials
package import Pipeline
import Quantities
package import Toml

/// A cost profile, schema `augtop-costs/1`: microseconds per picture and stage, in JSON.
package enum CostProfileFile {
  private static let schema = "augtop-costs/1"
  private static let longest = CostProfile.times.upperBound.seconds * 1e6

  /// Reads a cost profile.
  ///
  /// - Throws: A `ConfigurationFault` of kind `unreadable` where the file can't be read; otherwise
  ///   as `parse`.
  package static func read(path: String) throws(ConfigurationFault) -> CostProfile {
    try parse(try TextFile.read(path), file: path)
  }

  /// Parses a cost profile.
  ///
  /// - Parameter file: The file's name in messages.
  /// - Throws: A `ConfigurationFault` of kind `syntax` where the text isn't JSON; `missing` where a
  ///   required key is; `unknownKey` for a stage that doesn't exist and for an unknown key in a
  ///   stage; `badValue` for a value of the wrong type, another schema, a time outside 0 to 60 000
  ///   000 µs, and a `lock_free` outside 0 to 1.
  /// - Complexity: O(bytes).
  package static func parse(
    _ text: String, file: String
  ) throws(ConfigurationFault) -> CostProfile {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    } catch let error as DecodingError {
      throw fault(error, file)
    } catch let unknown as Document.Cost.UnknownKey {
      let known = Document.Cost.known
      throw ConfigurationFault(
        file: file, keyPath: unknown.path.joined(separator: "."),
        problem: .unknownKey(
          nearest: nearest(to: unknown.path.last ?? "", among: known), known: known))
    } catch {
      throw ConfigurationFault(file: file, problem: .syntax("isn't JSON"))
    }
    guard document.schema == schema else {
      throw ConfigurationFault(
        file: file, keyPath: "schema",
        problem: .badValue(found: "\"\(document.schema)\"", why: "isn't known; write \"\(schema)\"")
      )
    }
    return try profile(document, file)
  }

  private static func profile(
    _ document: Document, _ file: String
  ) throws(ConfigurationFault) -> CostProfile {
    var profile = CostProfile(
      name: document.name, about: document.about ?? "", stages: [:],
      switchInterval: try time(
        document.lock?.switchInterval ?? 5_000, "lock.switch_interval_us", file),
      serializationPerMegabyte: try time(
        document.serialization ?? 0, "serialization_us_per_mb", file))
    for (id, cost) in document.stages.sorted(by: { $0.key < $1.key }) {
      let path = "stages.\(id)"
      guard Stage(rawValue: id) != nil else {
        let ids = Stage.allCases.map(\.rawValue)
        throw ConfigurationFault(
          file: file, keyPath: path,
          problem: .unknownKey(nearest: nearest(to: id, among: ids), known: ids))
      }
      let lockFree = cost.lockFree ?? 0
      guard (0...1).contains(lockFree) else {
        throw ConfigurationFault(
          file: file, keyPath: "\(path).lock_free",
          problem: .badValue(found: "\(lockFree)", why: "is out of bounds; write 0 to 1"))
      }
      var stageCost = StageCost(
        fixed: try time(cost.fixed ?? 0, "\(path).fixed_us", file),
        perPicture32: try time(cost.perPicture32 ?? 0, "\(path).per_kpx_us", file),
        lockFree: lockFree)
      if let identity = cost.identity {
        stageCost.identity = try time(identity, "\(path).identity_us", file)
      }
      profile.stages[id] = stageCost
    }
    return profile
  }

  private static func time(
    _ microseconds: Double, _ path: String, _ file: String
  ) throws(ConfigurationFault) -> Duration {
    guard microseconds >= 0, microseconds <= longest else {
      throw ConfigurationFault(
        file: file, keyPath: path,
        problem: .badValue(
          found: "\(microseconds)", why: "is out of bounds; write microseconds, 0 to 60000000"))
    }
    return .seconds(rounding: microseconds * 1e-6)
  }

  private static func fault(_ error: DecodingError, _ file: String) -> ConfigurationFault {
    func path(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      (context.codingPath.map(\.stringValue) + [last].compactMap { $0 }).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return ConfigurationFault(
        file: file, keyPath: path(context, key.stringValue), problem: .missing)
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return ConfigurationFault(
        file: file, keyPath: path(context),
        problem: .badValue(found: "the value", why: "has the wrong type"))
    case .dataCorrupted(let context):
      return ConfigurationFault(
        file: file, keyPath: path(context), problem: .syntax("isn't JSON"))
    @unknown default:
      return ConfigurationFault(file: file, problem: .syntax("isn't a cost profile"))
    }
  }

  private struct Document: Decodable {
    struct Lock: Decodable {
      var switchInterval: Double?

      enum CodingKeys: String, CodingKey { case switchInterval = "switch_interval_us" }
    }

    struct Cost: Decodable {
      var fixed: Double?
      var perPicture32: Double?
      var lockFree: Double?
      var identity: Double?

      enum CodingKeys: String, CodingKey {
        case fixed = "fixed_us"
        case perPicture32 = "per_kpx_us"
        case lockFree = "lock_free"
        case identity = "identity_us"
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        fixed = try container.decodeIfPresent(Double.self, forKey: .fixed)
        perPicture32 = try container.decodeIfPresent(Double.self, forKey: .perPicture32)
        lockFree = try container.decodeIfPresent(Double.self, forKey: .lockFree)
        identity = try container.decodeIfPresent(Double.self, forKey: .identity)
        // A misspelt key would make a stage cost nothing, unnoticed.
        for key in try decoder.container(keyedBy: AnyKey.self).allKeys
        where CodingKeys(rawValue: key.stringValue) == nil {
          throw UnknownKey(path: decoder.codingPath.map(\.stringValue) + [key.stringValue])
        }
      }

      struct UnknownKey: Error {
        var path: [String]
      }

      static let known = ["fixed_us", "per_kpx_us", "lock_free", "identity_us"]
    }

    private struct AnyKey: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }

      init(stringValue: String) { self.stringValue = stringValue }

      init?(intValue: Int) { nil }
    }

    var schema: String
    var name: String
    var about: String?
    var lock: Lock?
    var serialization: Double?
    var stages: [String: Cost]

    enum CodingKeys: String, CodingKey {
      case schema, name, about, lock, stages
      case serialization = "serialization_us_per_mb"
    }
  }
}

/// The sources of stages' costs: the kernels, the program's own profiles, the user's files.
package enum CostCatalog {
  /// The names that need no file.
  static let builtIn = ["native", "keras-1.1"]

  /// `native`, a profile's name, or a file's path.
  ///
  /// - Throws: A `ConfigurationFault` for an unknown name and for a file that can't be read or
  ///   isn't a profile.
  package static func source(_ name: String) throws(ConfigurationFault) -> CostSource {
    switch name {
    case "native": return .native
    case "keras-1.1": return .profile(try keras())
    default:
      guard name.contains("/") || name.hasSuffix(".json") else {
        throw ConfigurationFault(
          file: "",
          problem: .unknownName(
            name, of: "cost profile", nearest: nearest(to: name, among: builtIn),
            known: builtIn + ["or a file's path"]))
      }
      var profile = try CostProfileFile.read(path: name)
      profile.path = name
      return .profile(profile)
    }
  }

  /// The sources that a key of the screen steps through: the built-in ones and the one in use.
  ///
  /// - Throws: As `source`.
  package static func sources(
    with current: CostSource
  ) throws(ConfigurationFault) -> [CostSource] {
    let known: [CostSource] = [.native, .profile(try keras())]
    return known.contains(current) ? known : known + [current]
  }

  /// The costs of Keras 1.1.0 on the machine that augtop was developed on.
  ///
  /// - Throws: A `ConfigurationFault` if the built-in profile were damaged.
  package static func keras() throws(ConfigurationFault) -> CostProfile {
    let text = String(decoding: PackageResources.costs_keras_1_1_json, as: UTF8.self)
    return try CostProfileFile.parse(text, file: "keras-1.1.json")
  }
}
