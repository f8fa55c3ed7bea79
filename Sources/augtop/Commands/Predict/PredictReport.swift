import Dashboard
import Pipeline
import Quantities
import VirtualEngine

/// Schema `augtop-predict/1`; keys may be added, never renamed.
struct PredictReport: Encodable {
  /// A change that moves the epoch by less isn't counted: predicting nothing is no feat. One
  /// whose interval is wide counts all the same: a noisy measurement excuses no prediction.
  static let countedFrom = 0.05

  /// The schema's name and version.
  var schema = "augtop-predict/1"
  /// The scenario that the predictions hold for.
  var scenario: String
  /// The epoch as measured, and as the rules have it, in seconds.
  var baselineS: Double
  /// The epoch as the rules have it, in seconds.
  var simulatedS: Double
  /// One line for each change.
  var predictions: [Line] = []
  /// The changes that couldn't be predicted, each with the reason.
  var gaps: [String] = []
  /// Of the counted ones, as fractions of the measured epoch; null without any.
  var medianError: Double?
  /// The largest error of the counted changes; nil where none is counted.
  var worstError: Double?

  /// A report without predictions yet.
  init(scenario: String, baselineS: Double, simulatedS: Double) {
    self.scenario = scenario
    self.baselineS = baselineS
    self.simulatedS = simulatedS
  }

  /// One change: predicted and, if verified, measured.
  struct Line: Encodable {
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

    private enum Key: CodingKey {
      case change, predictedS, lowS, highS, measuredS, measuredHalfS, error, counted, edge
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(changes.label, forKey: .change)
      try container.encode(predictedS, forKey: .predictedS)
      try container.encode(lowS, forKey: .lowS)
      try container.encode(highS, forKey: .highS)
      try container.encode(measuredS, forKey: .measuredS)
      try container.encode(measuredHalfS, forKey: .measuredHalfS)
      try container.encode(error, forKey: .error)
      try container.encode(isCounted, forKey: .counted)
      try container.encode(isSensitive, forKey: .edge)
    }
  }

  /// Computes the median and the largest error of the counted changes.
  mutating func score() {
    let errors = predictions.filter(\.isCounted).compactMap(\.error)
    medianError = median(errors)
    worstError = errors.max()
  }

  /// A table for people.
  var text: String {
    let isChecked = predictions.contains { $0.measuredS != nil }
    let width = max(12, predictions.map { $0.changes.label.count }.max() ?? 0) + 2
    var lines = [
      "\(scenario): epoch now \(seconds(baselineS)) s measured,"
        + " \(seconds(simulatedS)) s by the rules", "",
      "change".padded(to: width) + "epoch s".leftPadded(to: 9) + "difference".leftPadded(to: 12)
        + "90 %".leftPadded(to: 16)
        + (isChecked ? "measured, 90 %".leftPadded(to: 17) + "error".leftPadded(to: 9) : ""),
    ]
    for line in predictions { lines.append(text(line, width)) }
    if predictions.contains(where: \.isSensitive) {
      lines.append(
        "edge: a knife edge; what nobody can measure, as a hundredth of the costs, moves it by 5 %")
    }
    for gap in gaps { lines.append("not predicted: \(gap)") }
    if let medianError, let worstError {
      let count = predictions.count { $0.isCounted }
      lines += [
        "",
        "\(count) changes moved the epoch by 5 % or more (*): median error"
          + " \(NumberText.smallPercent(medianError)), worst \(NumberText.smallPercent(worstError))",
      ]
    }
    return lines.joined(separator: "\n")
  }

  /// All of a report's with as many decimals.
  private func seconds(_ value: Double) -> String {
    NumberText.fixed(value, baselineS < 1 ? 3 : 2)
  }

  private func text(_ line: Line, _ width: Int) -> String {
    let interval = "\(seconds(line.lowS))–\(seconds(line.highS))"
    var text =
      line.changes.label.padded(to: width)
      + seconds(line.predictedS).leftPadded(to: 9)
      + NumberText.signedEpoch(line.predictedS - line.nowS).leftPadded(to: 12)
      + interval.leftPadded(to: 16)
    if let measured = line.measuredS, let error = line.error {
      let half = line.measuredHalfS.map { " ±\(seconds($0))" } ?? ""
      text += (seconds(measured) + half).leftPadded(to: 17)
      text += (NumberText.smallPercent(error) + (line.isCounted ? " *" : "  ")).leftPadded(to: 9)
    }
    if line.isSensitive { text += "  edge" }
    return text
  }
}
