import Augmentation
import Pipeline
import Quantities
import ScenarioFiles

/// A grid of scenarios: every combination of some keys' values.
struct Sweep {
  /// More would be a mistake rather than a question.
  static let most = 100_000

  /// The swept keys, in their order.
  private(set) var keys: [String] = []
  /// The points of the grid, with each key's value as text.
  private(set) var scenarios: [(values: [String], scenario: Scenario)]

  /// Reads `workers=1..8,queue=2..20`; values of one key are a range, or stand between commas or
  /// slashes.
  ///
  /// - Throws: A `CommandFault` of status 2 for an unknown key, a value out of its limits, or more
  ///   combinations than a sweep may have.
  init(_ text: String, from scenario: Scenario) throws {
    scenarios = [([], scenario)]
    var axes: [(key: String, values: [String])] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 {
        axes.append((String(pair[0]), try Self.values(pair[1])))
      } else if !axes.isEmpty, !piece.isEmpty {
        // 1,2,4: the comma went on within a key's values.
        axes[axes.count - 1].values += try Self.values(piece)
      } else {
        throw CommandFault.wrong("--sweep \(text): write key=values, as workers=1..8,queue=2..20")
      }
    }
    for axis in axes { try multiply(by: axis.key, try Self.written(axis.key, axis.values)) }
  }

  private static func values(_ text: Substring) throws -> [String] {
    try text.split(separator: "/", omittingEmptySubsequences: false).flatMap { word in
      guard let dots = word.firstRange(of: "..") else { return [String(word)] }
      guard let low = Int(word[..<dots.lowerBound]), let high = Int(word[dots.upperBound...]),
        low <= high, case (let length, let overflow) = high.subtractingReportingOverflow(low),
        !overflow, length < most
      else {
        throw CommandFault.wrong("--sweep: \(word) is no range; write whole numbers, as 1..8")
      }
      return (low...high).map(String.init)
    }
  }

  /// `all` spelled out, where a key has it.
  private static func written(_ key: String, _ values: [String]) throws -> [String] {
    switch key {
    case "ablation" where values == ["all"]: return Ablation.allCases.map(\.rawValue)
    case "stages" where values == ["all"]: return StageSet.combinations.map(written)
    case "stages":
      throw CommandFault.wrong(
        "--sweep: stages=\(values.joined(separator: "/")): write stages=all, every combination of"
          + " switches; for one of them there are --off and --only")
    default: return values
    }
  }

  /// The enabled stages, as `shear+warp`; `none` without any.
  private static func written(_ stages: StageSet) -> String {
    let on = Stage.allCases.filter { $0.isSwitchable && stages.contains($0.id) }
    return on.isEmpty ? "none" : on.map(\.rawValue).joined(separator: "+")
  }

  private mutating func multiply(by key: String, _ values: [String]) throws {
    guard !keys.contains(key) else {
      throw CommandFault.wrong("--sweep: \(key) is there twice")
    }
    guard scenarios.count * values.count <= Self.most else {
      throw CommandFault.wrong("--sweep: more than \(Self.most) combinations")
    }
    keys.append(key)
    scenarios = try scenarios.flatMap { point in
      try values.map { value in
        let changed = try Self.set(key, value, in: point.scenario)
        if let fault = Faults.check(changed) { throw CommandFault.wrong(fault) }
        return (point.values + [value], changed)
      }
    }
  }

  private static func set(_ key: String, _ value: String, in scenario: Scenario) throws -> Scenario
  {
    var changed = scenario
    if let (_, path, _) = Scenario.counts.first(where: { $0.option == key }) {
      changed[keyPath: path] = try number(key, value)
      return changed
    }
    switch key {
    case "cores": changed.cores = try number(key, value)
    case "stages":
      changed.stages = StageSet(
        value.split(separator: "+").compactMap { Stage(rawValue: String($0))?.id }
      )
      .union(.fixed)
    case "ablation":
      changed.apply(.ablation(try choice("ablation", value, Ablation.init(rawValue:))))
    case "loader": changed.loader = try choice("loader", value, Loader.init(rawValue:))
    case "gpu":
      guard let time = StepTimeText.parse(value) else { throw wrongTime(key, value) }
      changed.consumer.compute = time
    case "gpu-host":
      guard let time = DurationText.parse(value) else { throw wrongTime(key, value) }
      changed.consumer.host = time
    default:
      let keys =
        Scenario.counts.map(\.option) + [
          "cores", "gpu", "gpu-host", "loader", "ablation", "stages",
        ]
      throw CommandFault.wrong(
        "--sweep: there is no key '\(key)'." + Faults.suggestion(key, among: keys))
    }
    return changed
  }

  private static func number(_ key: String, _ value: String) throws -> Int {
    guard let number = Int(value) else {
      throw CommandFault.wrong("--sweep: \(key)=\(value): write whole numbers")
    }
    return number
  }

  private static func wrongTime(_ key: String, _ value: String) -> CommandFault {
    .wrong("--sweep: \(key)=\(value): write a time with its unit, as 2ms")
  }
}

/// One point of a sweep.
struct SweepRow {
  /// The keys' values, in the order of the keys.
  var values: [String]
  /// Seconds an epoch takes; nil where nothing would ever be trained.
  var epochS: Double?
}

/// Schema `augtop-sweep/1`: values in the order of the keys.
func sweepJSON(_ keys: [String], _ rows: [SweepRow]) -> JSONObject {
  [
    "schema": "augtop-sweep/1", "keys": keys,
    "rows": rows.map { ["values": $0.values, "epoch_s": $0.epochS] as JSONObject },
  ]
}

/// The sweep as CSV: a column for each key, and `epoch_s`.
func sweepCSV(_ keys: [String], _ rows: [SweepRow]) -> String {
  let head = (keys + ["epoch_s"]).joined(separator: ",")
  let lines = rows.map { row in
    (row.values + [row.epochS.map { NumberText.fixed($0, 4) } ?? ""]).joined(separator: ",")
  }
  return ([head] + lines).printableText
}

/// The sweep as text: a table of rows and columns for two keys, a list for any other number.
func sweepTable(_ keys: [String], _ rows: [SweepRow]) -> String {
  func cell(_ row: SweepRow) -> String { row.epochS.map { NumberText.fixed($0, 2) } ?? "–" }
  func width(_ index: Int) -> Int {
    max(keys[index].count, rows.map { $0.values[index].count }.max() ?? 0)
  }
  guard keys.count == 2 else {
    var table = TextTable(
      keys.indices.map { .left(keys[$0], width($0) + 2) } + [.right("epoch s", 9)])
    for row in rows { table.add(row.values + [cell(row)]) }
    return table.lines.printableText
  }
  let columns = rows.map { $0.values[1] }.uniqued
  let widest = max(7, columns.map(\.count).max() ?? 0) + 1
  var table = TextTable([.left("", width(0))] + columns.map { .right($0, widest) })
  for value in rows.map({ $0.values[0] }).uniqued {
    table.add([value] + rows.filter { $0.values[0] == value }.map(cell))
  }
  return "epoch in seconds; rows: \(keys[0]), columns: \(keys[1])\n"
    + table.lines.printableText
}

extension [String] {
  /// Each once, in the order of their first places.
  fileprivate var uniqued: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }
}
