import Pipeline
import Quantities
import VirtualEngine

/// The predictions of `augtop predict`, as a table and as JSON.
struct PredictReport {
  /// A change that moves the epoch by less isn't counted: predicting nothing is no feat. One
  /// whose interval is wide counts all the same: a noisy measurement excuses no prediction.
  private static let countedFrom = 0.05

  /// The scenario that the predictions hold for.
  let scenario: String
  /// The measured epoch, in seconds.
  let baselineS: Double
  /// The epoch as the rules have it, in seconds.
  let simulatedS: Double
  /// One line for each change.
  var predictions: [Line] = []
  /// The changes that couldn't be predicted, each with the reason.
  var gaps: [String] = []
  /// Every single change and pair, ranked; nil where the user interrupted before it.
  var advice: AdviceReport?

  /// Schema `augtop-predict/1`; keys may be added, never renamed. Errors are fractions of the measured
  /// epoch; null where no change is counted.
  var json: JSONObject {
    [
      "schema": "augtop-predict/1", "scenario": scenario, "baseline_s": baselineS,
      "simulated_s": simulatedS, "predictions": predictions.map(\.json), "gaps": gaps,
      "median_error": median(errors), "worst_error": errors.max(), "advice": advice?.json,
    ]
  }

  /// The errors of the counted changes.
  private var errors: [Double] { predictions.filter(\.isCounted).compactMap(\.error) }

  /// One change: predicted and, if verified, measured.
  struct Line {
    var changes: [ScenarioChange]
    /// The epoch without the change, as the rules have it.
    var nowS: Double
    var predictedS: Double
    var lowS: Double
    var highS: Double
    var measuredS: Double?
    var measuredHalfS: Double?
    var error: Double?
    var isCounted = false
    /// A knife edge: what nobody can measure moves the prediction by 5 % or more.
    var isSensitive: Bool

    init(_ changes: [ScenarioChange], _ epoch: EpochEstimate, now: Double) {
      self.changes = changes
      nowS = now
      predictedS = epoch.seconds
      lowS = epoch.low
      highS = epoch.high
      isSensitive = epoch.isSensitive
    }

    /// Takes the mean of the predictions made just before the change was, and what came of it.
    mutating func hold(
      _ predictions: [(now: EpochEstimate, then: EpochEstimate)],
      against result: PairedTrial.Result, batches: Double
    ) {
      if !predictions.isEmpty {
        func mean(_ value: ((now: EpochEstimate, then: EpochEstimate)) -> Double) -> Double {
          Estimate(trimmedMeanOf: predictions.map(value)).value
        }
        nowS = mean { $0.now.seconds }
        predictedS = mean { $0.then.seconds }
        lowS = mean { $0.then.low }
        highS = mean { $0.then.high }
        isSensitive = predictions.contains { $0.then.isSensitive }
      }
      let measured = result.changed * batches
      measuredS = measured
      if result.half.isFinite { measuredHalfS = result.half * batches }
      error = abs(predictedS - measured) / measured
      isCounted = abs(result.difference) / result.asIs >= PredictReport.countedFrom
    }

    fileprivate var json: JSONObject {
      [
        "change": changes.label, "predicted_s": predictedS, "low_s": lowS, "high_s": highS,
        "measured_s": measuredS, "measured_half_s": measuredHalfS, "error": error,
        "counted": isCounted, "edge": isSensitive,
      ]
    }
  }

  /// A table for people.
  var text: String {
    let isChecked = predictions.contains { $0.measuredS != nil }
    let width = max(12, predictions.map { $0.changes.label.count }.max() ?? 0) + 2
    var columns: [TextTable.Column] = [
      .left("change", width), .right("epoch s", 9), .right("difference", 12), .right("90 %", 16),
    ]
    if isChecked { columns += [.right("measured, 90 %", 17), .right("error", 9)] }
    var table = TextTable(columns)
    for line in predictions { table.add(cells(line), note: line.isSensitive ? "  edge" : "") }
    var lines = [
      "\(scenario): epoch now \(seconds(baselineS)) s measured,"
        + " \(seconds(simulatedS)) s by the rules", "",
    ]
    lines += table.lines
    if predictions.contains(where: \.isSensitive) {
      lines.append(
        "edge: a knife edge; what nobody can measure, as a hundredth of the costs, moves it by 5 %")
    }
    lines += gaps.map { "not predicted: \($0)" }
    if let middle = median(errors), let worst = errors.max() {
      lines += [
        "",
        "\(errors.count) changes moved the epoch by 5 % or more (*): median error"
          + " \(NumberText.smallPercent(middle)), worst \(NumberText.smallPercent(worst))",
      ]
    }
    if let advice { lines += ["", "advice"] + advice.lines }
    return lines.printableText
  }

  /// All of a report's with as many decimals.
  private func seconds(_ value: Double) -> String {
    NumberText.fixed(value, baselineS < 1 ? 3 : 2)
  }

  private func cells(_ line: Line) -> [String] {
    let cells = [
      line.changes.label, seconds(line.predictedS),
      NumberText.signedEpoch(line.predictedS - line.nowS),
      "\(seconds(line.lowS))–\(seconds(line.highS))",
    ]
    guard let measured = line.measuredS, let error = line.error else { return cells }
    let half = line.measuredHalfS.map { " ±\(seconds($0))" } ?? ""
    return cells
      + [seconds(measured) + half, NumberText.smallPercent(error) + (line.isCounted ? " *" : "  ")]
  }
}
