import Quantities

extension ClockFacts {
  /// A line of the doctor's: a name and a value, or a warning.
  enum Line: Equatable {
    /// A name and its value.
    case row(String, String)
    /// A setting that makes measurements unreliable.
    case warning(String)
  }

  /// One line for each fact.
  var lines: [Line] {
    clockLines + idleLines + timerLines + howToTell
  }

  private var clockLines: [Line] {
    guard !cores.isEmpty else {
      let stated = statedMegahertz.map { "; stated: \(NumberText.fixed($0 / 1000, 2)) GHz" } ?? ""
      return [
        .row("governor", "not shown" + (isGuest ? ": this is a virtual machine" : "") + stated)
      ]
    }
    var lines: [Line] = []
    for (setting, numbers) in groups {
      let those = numbers.count == processors ? "all \(processors)" : Self.ranges(numbers)
      lines.append(.row("clock of \(those)", setting.description))
    }
    for start in stride(from: 0, to: cores.count, by: Self.coresARow) {
      let row = cores[start..<min(start + Self.coresARow, cores.count)]
      let clocks = row.map { $0.now.map(Self.gigahertz) ?? "–" }.joined(separator: " ")
      let name = "cpu\(row[start].number)" + (row.count == 1 ? "" : "…")
      lines.append(.row(start == 0 ? "GHz now, \(name)" : name, clocks))
    }
    lines.append(.row("turbo", hasBoost.map { $0 ? "on" : "off" } ?? "not shown"))
    let moving = Set(cores.compactMap(\.governor)).subtracting(["performance"]).sorted()
    if !moving.isEmpty {
      lines.append(
        .warning(
          "governor \(moving.joined(separator: ", ")): clocks follow the load, so native times move"
            + " with it"))
    }
    return lines
  }

  private var idleLines: [Line] {
    guard !idleStates.isEmpty else {
      return [.row("idle states", "not shown" + (isGuest ? ": the host decides" : ""))]
    }
    let states = idleStates.map { state in
      state.name + (state.latency.map { " \($0) µs" } ?? "") + (state.isDisabled ? " (off)" : "")
    }
    let by = [idleDriver, idleGovernor].compactMap { $0 }.joined(separator: ", ")
    var lines: [Line] = [
      .row("idle states", states.joined(separator: ", ") + (by.isEmpty ? "" : "; \(by)"))
    ]
    let deepest = idleStates.filter { !$0.isDisabled }.max { ($0.latency ?? 0) < ($1.latency ?? 0) }
    if let deepest, let latency = deepest.latency, latency >= Self.longLatency {
      lines.append(
        .warning("waking from \(deepest.name) takes up to \(latency) µs: short waits come out long")
      )
    }
    return lines
  }

  private var timerLines: [Line] {
    var lines: [Line] = []
    if let sharesCores {
      lines.append(.row("threads a core", sharesCores ? "two or more: they share it" : "one"))
    }
    if let timerSlack {
      lines.append(.row("timer slack", "\(NumberText.fixed(Double(timerSlack) / 1000, 1)) µs"))
    }
    if let ticks { lines.append(.row("kernel tick", "\(ticks) Hz")) }
    return lines
  }

  /// How to find the cause where less work made an epoch longer.
  private var howToTell: [Line] {
    let fixing =
      cores.isEmpty
      ? (isGuest ? "a fixed clock (governor): only on the host" : "a fixed clock (governor)")
        + "; here, time one and the same loop in both: it moves with the clock"
      : "a fixed clock (governor): `cpupower frequency-set -g performance`"
    return [
      .row(
        "if less is slower",
        "run both variants again with one thing changed; where the difference goes, that was it:"),
      .row(
        "",
        "a queue that blocks instead of sleeping (polling); workers as processes (interpreter lock);"
      ), .row("", fixing),
    ]
  }
}

extension ClockFacts {
  private static let coresARow = 8
  /// From here on a wake-up is longer than a plain sleep's own lateness.
  private static let longLatency = 100

  /// Settings that several cores share, so that they fit one line.
  private struct Setting: Hashable, CustomStringConvertible {
    var governor: String?
    var driver: String?
    var lowest: Int?
    var highest: Int?
    var preference: String?

    init(_ core: Core) {
      governor = core.governor
      driver = core.driver
      lowest = core.lowest
      highest = core.highest
      preference = core.preference
    }

    var description: String {
      var parts = [governor.map { "governor \($0)" } ?? "no governor shown"]
      if let driver { parts.append("driver \(driver)") }
      if let lowest, let highest {
        parts.append("\(gigahertz(lowest)) to \(gigahertz(highest)) GHz")
      }
      if let preference { parts.append("preference \(preference)") }
      return parts.joined(separator: ", ")
    }
  }

  /// Cores with the same setting, in the order of their first.
  private var groups: [(Setting, [Int])] {
    Dictionary(grouping: cores) { Setting($0) }
      .map { ($0.key, $0.value.map(\.number)) }
      .sorted { ($0.1.first ?? 0) < ($1.1.first ?? 0) }
  }

  private static func gigahertz(_ kilohertz: Int) -> String {
    NumberText.fixed(Double(kilohertz) / 1e6, 2)
  }

  /// 0–3, 6 for 0, 1, 2, 3, 6.
  private static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, number == last.upperBound + 1 {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }
}
