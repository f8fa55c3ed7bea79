import Augmentation
import Experiments
import Pipeline
import Quantities
import ScenarioFiles
import Toml

/// The lab's findings as text.
struct LabText {
  private let findings: [LabFinding]
  private let base: Scenario

  /// The text of these findings.
  ///
  /// - Parameter base: The scenario that the mechanisms change.
  init(_ findings: [LabFinding], base: Scenario) {
    self.findings = findings
    self.base = base
  }

  /// The tables and their explanation.
  var text: String {
    var lines = [
      "The question's epochs in seconds: Keras 1.1.0's CIFAR-10 example, batches of"
        + " \(base.batchSize), costs \(base.costs.name).", "",
    ]
    lines += fits
    guard let best = findings.min(by: { $0.fit.sumOfSquares < $1.fit.sumOfSquares }) else {
      return (lines + ["", "Nothing is known yet: it was interrupted too early."]).printableText
    }
    lines += [""] + parameters + [""] + conclusion(best)
    if best.mechanism.governs { lines += [""] + caution }
    return lines.printableText
  }

  // MARK: The rows

  private static let nameWidth = 26
  /// A difference below this is the search's own.
  private static let visible = 0.1

  private var fits: [String] {
    var table = TextTable([
      .left("", Self.nameWidth), .right("original", 10), .right("no-dot", 8),
      .right("no-matrices", 13), .right("no-warp", 9), .right("own", 7), .right("RMS", 7),
      .right("perturbed", 8),
    ])
    table.add(["observed"] + ObservedEpochs.observed.map { NumberText.fixed($0, 0) } + ["", ""])
    for finding in findings {
      let name = finding.mechanism.name + (finding.isComplete ? "" : " (interrupted)")
      table.add(
        [name] + finding.fit.seconds.map { NumberText.fixed($0, 1) }
          + [finding.fit.rms, finding.perturbed.rms].map { NumberText.fixed($0, 2) })
      table.add(["  off by"] + finding.fit.residuals.map(Self.signed) + ["", ""])
    }
    return table.lines
  }

  private static func signed(_ seconds: Double) -> String {
    let text = NumberText.fixed(seconds, 1)
    return seconds >= 0.05 ? "+\(text)" : text
  }

  // MARK: The parameters

  private static let columns: [(LabParameter, String, Int)] = [
    (.compute, "compute", 10), (.host, "host", 9), (.costScale, "costs", 8),
    (.floor, "floor", 8), (.threshold, "threshold", 11), (.window, "window", 9),
    (.step, "step", 7),
  ]

  private var parameters: [String] {
    var table = TextTable(
      [.left("with", Self.nameWidth)] + Self.columns.map { .right($1, $2) })
    for finding in findings {
      let cells = Self.columns.map { parameter, _, _ in
        finding.mechanism.parameters.contains(parameter)
          ? Self.value(parameter, finding.point[parameter]) : ""
      }
      table.add([finding.mechanism.name] + cells)
    }
    return table.lines
  }

  private static func value(_ parameter: LabParameter, _ value: Double) -> String {
    switch parameter {
    case .compute, .host: "\(NumberText.fixed(value, 2)) ms"
    case .costScale: "×\(NumberText.fixed(value, 2))"
    case .floor, .threshold, .step: NumberText.fixed(value, 3)
    case .window: "\(NumberText.fixed(value, 0)) ms"
    }
  }

  // MARK: Conclusions

  private func conclusion(_ best: LabFinding) -> [String] {
    let constant = ObservedEpochs.rmsOfBestConstant
    var lines = [
      "RMS: of the five residuals. Perturbed: the same at worst when stages take 1 % less and the GPU"
        + " 0.5 % more,",
      "or the other way round; the fits are those that are best when perturbed.",
      "One length for all rows gets to \(NumberText.fixed(constant, 2)) s.",
    ]
    let others = findings.filter { !$0.mechanism.governs && $0.isComplete }
    if let nearest = others.map(\.fit.rms).min(), others.count > 1 {
      lines.append(
        nearest > constant - Self.visible
          ? "Without a governor nothing gets below that: more work never makes a shorter epoch."
          : "Without a governor the rest gets to \(NumberText.fixed(nearest, 2)) s at best.")
    }
    let isMet = best.fit.isWithinRounding
    lines += [
      "",
      "Best fit: \(best.mechanism.name), RMS \(NumberText.fixed(best.fit.rms, 2)) s, worst row off by"
        + " \(NumberText.fixed(best.fit.worst, 2)) s\(isMet ? ", less than the table's rounding" : "").",
    ]
    for finding in findings { lines += region(of: finding) }
    lines += [
      "", "To step through \(best.mechanism.name) (or `live`, and n for the next row):",
      "  augtop simulate --sweep ablation=all \\",
      "    \(Self.options(best, base))",
    ]
    return lines
  }

  /// How much else fits.
  private func region(of finding: LabFinding) -> [String] {
    guard let region = finding.region else { return [] }
    let ranges = Self.columns.compactMap { parameter, name, _ -> String? in
      guard let range = region.range(parameter) else { return nil }
      return "\(name) \(Self.value(parameter, range.lowerBound)) to"
        + " \(Self.value(parameter, range.upperBound))"
    }
    let half = (ranges.count + 1) / 2
    return [
      "\(finding.mechanism.name): \(region.points) of \(finding.tried) points tried meet the table to"
        + " its rounding, perturbed too:",
      "  " + ranges[..<half].joined(separator: ", ") + ",",
      "  " + ranges[half...].joined(separator: ", "),
    ]
  }

  /// The options that make the best fit's scenario.
  private static func options(_ finding: LabFinding, _ base: Scenario) -> String {
    let scenario = finding.mechanism.scenario(base, at: finding.point)
    var words = ["--preset \(base.name)"]
    if case .profile(let profile) = base.costs, let path = profile.path {
      words.append("--costs \(path)")
    }
    if scenario.loader != base.loader { words.append("--loader \(scenario.loader.rawValue)") }
    if scenario.interpreterLock != base.interpreterLock { words.append("--no-gil") }
    words += [
      "--gpu \(scenario.consumer.compute.text)",
      "--gpu-host \(DurationText.write(scenario.consumer.host))",
      "--cost-scale \(finding.point[.costScale])",
    ]
    if let governor = scenario.governor {
      words.append("--governor \(GovernorText.write(governor))")
    }
    return words.joined(separator: " ")
  }

  private var caution: [String] {
    [
      "What this is worth: seven numbers were chosen to meet five rows that hold three different ones.",
      "That proves little, and a fit is not a proof: as many other numbers would do, and an effect that",
      "isn't in the lab may have been the one. What would tell, on a machine where it happens:",
      "  clock        `augtop doctor` names governor, driver, clocks and idle states. Train every row",
      "               again under `cpupower frequency-set -g performance`: if all take as long, it was",
      "               the clock. `perf stat -e cycles,task-clock` gives the GHz each row ran at.",
      "  load         Keep another core busy meanwhile, at normal priority: if the slow rows get",
      "               faster, something follows the load.",
      "  idle states  `cpupower idle-set -D 0` instead: if that alone helps, it was waking up.",
      "  polling      A queue that blocks instead of sleeping `wait_time`.",
      "  lock         `pickle_safe=True`: processes share no lock.",
    ]
  }
}
