import Augmentation
package import Pipeline
import Quantities

extension CostProfileFile {
  /// The profile as a file that `parse` reads back to the same one.
  ///
  /// - Parameter measuredWith: Keys and values on what it was measured with, for people.
  package static func write(
    _ profile: CostProfile, measuredWith: KeyValuePairs<String, String> = [:]
  ) -> String {
    var members = [
      member("schema", quoted("augtop-costs/1")), member("name", quoted(profile.name)),
      member("unit", quoted("microseconds")),
    ]
    if !profile.about.isEmpty { members.append(member("about", quoted(profile.about))) }
    if !measuredWith.isEmpty {
      members.append(
        member("measured_with", object(measuredWith.map { member($0, quoted($1)) }, depth: 1)))
    }
    members.append(
      member(
        "lock",
        object([member("switch_interval_us", micros(profile.switchInterval))], depth: 1)))
    members.append(member("serialization_us_per_mb", micros(profile.serializationPerMegabyte)))
    let stages = Stage.allCases.compactMap { stage in
      profile.stages[stage.rawValue].map { member(stage.rawValue, cost($0)) }
    }
    members.append(member("stages", object(stages, depth: 1)))
    return object(members, depth: 0) + "\n"
  }

  private static func cost(_ cost: StageCost) -> String {
    var members = [member("fixed_us", micros(cost.fixed))]
    if cost.perPicture32 > .zero { members.append(member("per_kpx_us", micros(cost.perPicture32))) }
    if cost.lockFree > 0 { members.append(member("lock_free", "\(cost.lockFree)")) }
    if let identity = cost.identity { members.append(member("identity_us", micros(identity))) }
    return object(members, depth: 2)
  }

  private static func member(_ key: String, _ value: String) -> String {
    "\(quoted(key)): \(value)"
  }

  private static func object(_ members: [String], depth: Int) -> String {
    let indent = String(repeating: "  ", count: depth)
    let lines = members.map { "\(indent)  \($0)" }
    return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
  }

  /// A decimal number, to the nanosecond.
  private static func micros(_ time: Duration) -> String {
    let count = Nanoseconds(time).count
    var text = "\(count / 1000).\(String(1000 + count % 1000).dropFirst())"
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
