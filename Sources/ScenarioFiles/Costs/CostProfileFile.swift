import Augmentation
import FoundationEssentials
package import Pipeline
import Quantities
package import Toml

/// A cost profile, schema `augtop-costs/2`: microseconds per picture and stage, in JSON.
///
/// `augtop-costs/1` is read as well: its keys mean the same, and those it lacks have their defaults.
/// `LoaderCostsFile` reads and writes what stands in `loader`.
package enum CostProfileFile {
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
    let document: CostDocument
    do {
      document = try JSONDecoder().decode(CostDocument.self, from: Data(text.utf8))
    } catch {
      throw fault(error as? DecodingError, file)
    }
    guard [CostDocument.schema, CostDocument.firstSchema].contains(document.schema) else {
      throw ConfigurationFault(
        file: file, keyPath: "schema",
        problem: .badValue(
          found: "\"\(document.schema)\"", why: "isn't known; write \"\(CostDocument.schema)\""))
    }
    var profile = CostProfile(
      name: document.name, about: document.about ?? "", stages: [:],
      switchInterval: try time(
        document.lock?.switchInterval ?? 5_000, "lock.switch_interval_us", file),
      serializationPerMegabyte: try time(
        document.serialization ?? 0, "serialization_us_per_mb", file))
    profile.lockWake = try time(document.lock?.wake ?? 0, "lock.wake_us", file)
    profile.lockCold = try time(document.lock?.cold ?? 0, "lock.cold_us", file)
    if let section = document.loader {
      profile.loader = try LoaderCostsFile.costs(section, file: file)
    }
    for (id, cost) in document.stages.sorted(by: { $0.key < $1.key }) {
      try require(id, among: Stage.allCases.map(\.rawValue), at: "stages.\(id)", file)
      profile.stages[id] = try self.cost(cost, "stages.\(id)", file)
    }
    return profile
  }

  /// The profile as a file that `parse` reads back to the same one.
  ///
  /// - Parameter measuredWith: Keys and values on what it was measured with, for people.
  /// - Throws: An `EncodingError`, for a time that isn't finite.
  package static func write(
    _ profile: CostProfile, measuredWith: [String: String] = [:]
  ) throws -> String {
    let document = CostDocument(
      name: profile.name, about: profile.about.isEmpty ? nil : profile.about,
      measuredWith: measuredWith.isEmpty ? nil : CostDocument.Notes(members: measuredWith),
      lock: CostDocument.Lock(
        switchInterval: micros(profile.switchInterval), wake: member(profile.lockWake),
        cold: member(profile.lockCold)),
      serialization: micros(profile.serializationPerMegabyte),
      loader: profile.loader.map(LoaderCostsFile.section),
      stages: profile.stages.mapValues { cost in
        var members = ["fixed_us": CostMember.number(micros(cost.fixed))]
        if cost.perPicture32 > .zero { members["per_kpx_us"] = .number(micros(cost.perPicture32)) }
        if cost.lockFree > 0 { members["lock_free"] = .number(cost.lockFree) }
        if let identity = cost.identity { members["identity_us"] = .number(micros(identity)) }
        if cost.wait > .zero { members["wait_us"] = .number(micros(cost.wait)) }
        if cost.waitPerPicture32 > .zero {
          members["wait_per_kpx_us"] = .number(micros(cost.waitPerPicture32))
        }
        if !cost.releases.isEmpty {
          members["releases"] = .stretches(cost.releases.map { [$0.held, $0.free] })
        }
        return members
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  /// Microseconds; nil for nothing, which needs no key.
  private static func member(_ time: Duration) -> Double? { time > .zero ? micros(time) : nil }

  /// Microseconds, to the nanosecond.
  private static func micros(_ time: Duration) -> Double { Double(Nanoseconds(time).count) / 1e3 }

  private static func cost(
    _ members: [String: CostMember], _ path: String, _ file: String
  ) throws(ConfigurationFault) -> StageCost {
    for key in members.keys.sorted() {
      // A misspelt key would make a stage cost nothing, unnoticed.
      try require(key, among: stageKeys, at: "\(path).\(key)", file)
    }
    func number(_ key: String) throws(ConfigurationFault) -> Double? {
      switch members[key] {
      case nil, .none?: return nil
      case .number(let number)?: return number
      case .stretches?:
        throw ConfigurationFault(
          file: file, keyPath: "\(path).\(key)",
          problem: .badValue(found: "the value", why: "has the wrong type"))
      }
    }
    let lockFree = try number("lock_free") ?? 0
    guard (0...1).contains(lockFree) else {
      throw ConfigurationFault(
        file: file, keyPath: "\(path).lock_free",
        problem: .badValue(found: "\(lockFree)", why: "is out of bounds; write 0 to 1"))
    }
    var cost = StageCost(
      fixed: try time(number("fixed_us") ?? 0, "\(path).fixed_us", file),
      perPicture32: try time(number("per_kpx_us") ?? 0, "\(path).per_kpx_us", file),
      lockFree: lockFree)
    if let identity = try number("identity_us") {
      cost.identity = try time(identity, "\(path).identity_us", file)
    }
    cost.wait = try time(number("wait_us") ?? 0, "\(path).wait_us", file)
    cost.waitPerPicture32 = try time(
      number("wait_per_kpx_us") ?? 0, "\(path).wait_per_kpx_us", file)
    cost.releases = try stretches(members["releases"], "\(path).releases", file)
    return cost
  }

  private static func stretches(
    _ member: CostMember?, _ path: String, _ file: String
  ) throws(ConfigurationFault) -> [LockStretch] {
    func fault(_ why: String) -> ConfigurationFault {
      ConfigurationFault(
        file: file, keyPath: path, problem: .badValue(found: "the value", why: why))
    }
    switch member {
    case nil, .none?: return []
    case .number?: throw fault("has the wrong type")
    case .stretches(let pairs)?:
      guard pairs.count <= LockStretch.most else {
        throw fault("is too long; write at most \(LockStretch.most) stretches")
      }
      guard pairs.allSatisfy({ $0.count == 2 }) else {
        throw fault("isn't a list of stretches; write each as [held, free]")
      }
      let stretches = pairs.map { LockStretch(held: $0[0], free: $0[1]) }
      guard stretches.allSatisfy(\.isWithinLimits) else {
        throw fault("is out of bounds; write microseconds from 0 on")
      }
      return stretches
    }
  }

  private static let stageKeys = [
    "fixed_us", "per_kpx_us", "lock_free", "identity_us", "releases", "wait_us",
    "wait_per_kpx_us",
  ]

  /// Throws `unknownKey` for a key that isn't one of those known.
  static func require(
    _ key: String, among known: [String], at path: String, _ file: String
  ) throws(ConfigurationFault) {
    guard !known.contains(key) else { return }
    throw ConfigurationFault(
      file: file, keyPath: path,
      problem: .unknownKey(nearest: nearest(to: key, among: known), known: known))
  }

  /// A time in microseconds; throws `badValue` for one outside 0 to 60 s.
  static func time(
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

  /// A decoder's fault as one of the file's.
  static func fault(_ error: DecodingError?, _ file: String) -> ConfigurationFault {
    func fault(
      _ context: DecodingError.Context, _ problem: ConfigurationFault.Problem, key: String? = nil
    ) -> ConfigurationFault {
      let path = context.codingPath.map(\.stringValue) + [key].compactMap { $0 }
      return ConfigurationFault(file: file, keyPath: path.joined(separator: "."), problem: problem)
    }
    switch error {
    case .keyNotFound(let key, let context): return fault(context, .missing, key: key.stringValue)
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return fault(context, .badValue(found: "the value", why: "has the wrong type"))
    case .dataCorrupted(let context): return fault(context, .syntax("isn't JSON"))
    default: return ConfigurationFault(file: file, problem: .syntax("isn't JSON"))
    }
  }
}

/// A cost profile as JSON has it; times in microseconds.
private struct CostDocument: Codable {
  static let schema = "augtop-costs/2"
  static let firstSchema = "augtop-costs/1"

  struct Lock: Codable {
    var switchInterval: Double?
    var wake: Double?
    var cold: Double?

    enum CodingKeys: String, CodingKey {
      case switchInterval = "switch_interval_us"
      case wake = "wake_us"
      case cold = "cold_us"
    }
  }

  /// Notes for people, of which nothing is read.
  struct Notes: Codable {
    var members: [String: String]

    init(members: [String: String]) { self.members = members }

    init(from decoder: any Decoder) { members = [:] }

    func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }
  }

  var schema = Self.schema
  var name: String
  var unit: String? = "microseconds"
  var about: String?
  var measuredWith: Notes?
  var lock: Lock?
  var serialization: Double?
  var loader: LoaderSection?
  /// By the stage's name, and then the keys of `stageKeys`.
  var stages: [String: [String: CostMember]]

  enum CodingKeys: String, CodingKey {
    case schema, name, unit, about, lock, loader, stages
    case measuredWith = "measured_with"
    case serialization = "serialization_us_per_mb"
  }
}

/// A value in a stage's costs: a number, the stretches of `releases`, or nothing.
private enum CostMember: Codable {
  case none
  case number(Double)
  case stretches([[Double]])

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .none
    } else if let pairs = try? value.decode([[Double]].self) {
      self = .stretches(pairs)
    } else {
      self = .number(try value.decode(Double.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .none: try value.encodeNil()
    case .number(let number): try value.encode(number)
    case .stretches(let pairs): try value.encode(pairs)
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
