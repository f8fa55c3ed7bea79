import Augmentation
import Dashboard
import Pipeline
import Quantities
import VirtualEngine

/// The ranking of every single change and every pair, as text and as JSON.
struct AdviceReport {
  /// Pairs in the text; JSON has all.
  private static let mostPairs = 12

  let scenario: Scenario
  let stages: StageList
  let advice: Advice
  /// What limits the session now.
  let limit: Verdict.Kind

  /// Simulates every change and every pair.
  ///
  /// - Parameter keepsGoing: Called before each; from false on the others are left out, as after an interruption.
  /// - Throws: As `Predictor.epoch()`.
  init(
    _ reading: Reading, by predictor: Predictor,
    while keepsGoing: () -> Bool = { !Interruption.isAsked }
  ) throws(PredictionGap) {
    scenario = reading.scenario
    stages = reading.stageList
    limit = Verdict(reading).kind
    advice = predictor.withPairs(
      try predictor.advice(while: keepsGoing), while: keepsGoing)
  }

  /// Under schema `augtop-advice/1`; keys may be added, never renamed. Times are in seconds.
  var json: JSONObject {
    [
      "schema": "augtop-advice/1", "scenario": scenario.name, "epoch_s": advice.now.seconds,
      "low_s": advice.now.low, "high_s": advice.now.high, "verdict": limit.rawValue,
      "unstarved_s": advice.unstarved,
      "most_to_win_s": advice.mostToWin, "gpu_is_the_limit": advice.isGPUTheLimit,
      "singles": advice.singles.map(lineJSON), "pairs": (advice.pairs ?? []).map(lineJSON),
      "best_single": advice.bestSingle.map(lineJSON), "best_pair": advice.bestPair.map(lineJSON),
      "best_free": advice.bestFree.map(lineJSON),
    ]
  }

  private func lineJSON(_ line: Advice.Line) -> JSONObject {
    [
      "changes": line.changes.map { $0.label(stages) }, "keys": keys(line),
      "epoch_s": line.epoch.seconds, "low_s": line.epoch.low, "high_s": line.epoch.high,
      "difference_s": line.difference.seconds, "costs": line.price.rawValue, "edge": line.isEdge,
      "distinguishable": line.isDistinguishable,
    ]
  }

  /// The ranking, and in one sentence each what is best.
  var lines: [String] {
    let distinct = advice.singles.filter(\.isDistinguishable)
    let pairs = (advice.pairs ?? []).prefix(Self.mostPairs)
    let shown = distinct + pairs
    let width = max(12, shown.map { name($0).count }.max() ?? 0) + 2
    // A watched job's author makes the changes, without keys.
    let hasKeys = !scenario.isJob
    var table = TextTable(
      [.left("change", width)] + (hasKeys ? [.left("keys", 12)] : [])
        + [.right("epoch s", 9), .right("change", 8), .right("90 %", 16), .left("  costs", 14)])
    for line in shown {
      table.add(
        [name(line)] + (hasKeys ? [keys(line)] : []) + [
          seconds(line.epoch.seconds),
          NumberText.percent(line.difference.seconds / advice.now.seconds),
          "\(seconds(line.epoch.low))–\(seconds(line.epoch.high))", "  \(line.price.rawValue)",
        ], note: line.isEdge ? "  edge" : "")
    }
    var lines = shown.isEmpty ? [] : table.lines
    let left = advice.singles.count - distinct.count
    if left > 0 { lines.append("\(left) changes can't be told from no change") }
    if let all = advice.pairs, all.count > pairs.count {
      lines.append("\(all.count - pairs.count) pairs more are better than their parts: --json")
    }
    return lines + [""] + verdict
  }

  /// The best change.
  var verdict: [String] {
    // Where nothing was predicted, nothing is known to help or not.
    guard !advice.singles.isEmpty else { return ["too early to tell"] }
    guard advice.bestSingle != nil || advice.bestPair != nil else {
      let limit = advice.isGPUTheLimit ? "nothing helps: the GPU is the limit" : "nothing helps"
      return [
        "\(limit); the most that faster input could win is \(seconds(advice.mostToWin)) s"
      ]
    }
    var lines: [String] = []
    if let best = advice.bestSingle { lines.append("best change: \(sentence(best))") }
    if let best = advice.bestPair { lines.append("best pair: \(sentence(best))") }
    if let free = advice.bestFree, free != advice.bestSingle {
      lines.append("best that costs nothing: \(sentence(free))")
    }
    lines.append("faster input could win \(seconds(advice.mostToWin)) s at most")
    return lines
  }

  /// The best change of the table, for the line that says what to do next; nil where none helps and the limit has the
  /// better word.
  var next: String? {
    guard let best = advice.bestSingle ?? advice.bestPair else {
      return advice.isGPUTheLimit ? nil : "no change of the loader is predicted to help"
    }
    return "try \(sentence(best))"
  }

  private func sentence(_ line: Advice.Line) -> String {
    let change = NumberText.percent(line.difference.seconds / advice.now.seconds)
    return "\(name(line)): \(seconds(line.epoch.seconds)) s, \(change)"
      + (line.price == .augmentation ? ", which costs augmentation" : "")
      + (line.isEdge ? " (an edge)" : "")
  }

  private func name(_ line: Advice.Line) -> String {
    line.changes.map { $0.label(stages) }.joined(separator: " + ")
  }

  private func keys(_ line: Advice.Line) -> String {
    var before = scenario
    return line.changes.map { change in
      defer { before.apply(change) }
      return KeyMap.keys(for: change, in: before, stages: stages) ?? "–"
    }.joined(separator: " + ")
  }

  /// All of a report's with as many decimals.
  private func seconds(_ value: Double) -> String {
    NumberText.fixed(value, advice.now.seconds < 1 ? 3 : advice.now.seconds < 1_000 ? 2 : 0)
  }
}
