import Dashboard
import Pipeline
import Quantities
import Recordings

/// Schema `augtop-check/1`; keys may be added, never renamed.
struct CheckReport: Encodable {
  /// The schema's name and version.
  var schema = "augtop-check/1"
  /// The recording.
  var file: String
  /// Whether every check holds.
  var passed = true
  /// Why nothing could be judged.
  var reason: String?
  /// Where the measured stretch begins, in seconds; null where nothing was measured.
  var fromS: Double?
  /// Where it ends.
  var toS: Double?
  /// The checks, in the order of the options.
  var checks: [Check] = []

  /// One threshold and its outcome.
  struct Check: Encodable {
    /// The option's name.
    var bound: String
    var limit: String
    /// Null where it isn't known; times are seconds, shares fractions.
    var measured: Double?
    var low: Double?
    var high: Double?
    var outcome: String
    var passed: Bool
    /// For people.
    var sentence: String

    private enum Key: CodingKey { case bound, limit, measured, low, high, outcome, passed }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(bound, forKey: .bound)
      try container.encode(limit, forKey: .limit)
      try container.encode(measured, forKey: .measured)
      try container.encode(low, forKey: .low)
      try container.encode(high, forKey: .high)
      try container.encode(outcome, forKey: .outcome)
      try container.encode(passed, forKey: .passed)
    }
  }

  /// A report without checks yet.
  init(_ name: String, _ session: MeasuredSession) {
    file = name
    fromS = session.blocks.start.seconds
    toS = session.blocks.end.seconds
  }

  /// A report of a recording in which too little was measured.
  init(unmeasured name: String, reason: String) {
    file = name
    passed = false
    self.reason = reason
  }

  /// Judges a bound and adds the outcome.
  ///
  /// - Parameters:
  ///   - estimate: Nil where too little was measured; the check then fails.
  ///   - isStrict: Whether an outcome that is too close to call fails.
  mutating func judge(
    _ bound: Threshold, _ estimate: Estimate?, _ unit: ComparedQuantity.Unit, isStrict: Bool
  ) {
    let outcome = bound.judge(estimate)
    let isHeld = outcome == .holds || outcome == .tooClose && !isStrict
    let number = estimate.map {
      QuantityText(unit, largest: $0.value, half: $0.half).value($0)
    }
    let word =
      switch outcome {
      case .holds: "holds"
      case .fails: "fails"
      case .tooClose: "too close to call, counted as " + (isStrict ? "failed" : "held")
      case .notMeasured: "fails: not enough measured"
      }
    add(
      Check(
        bound: bound.name, limit: bound.typed, measured: estimate?.value, low: estimate?.low,
        high: estimate?.high, outcome: outcome.rawValue, passed: isHeld,
        sentence: "--\(bound.name) \(bound.typed): \(number ?? "–"), \(word)"))
  }

  /// Checks the number of dropped events.
  mutating func judge(dropped: Int, most: Int) {
    let isHeld = dropped <= most
    add(
      Check(
        bound: "dropped-max", limit: "\(most)", measured: Double(dropped),
        outcome: (isHeld ? Threshold.Outcome.holds : .fails).rawValue, passed: isHeld,
        sentence: "--dropped-max \(most): \(dropped) events, \(isHeld ? "holds" : "fails")"))
  }

  /// Checks the kind of the verdict.
  mutating func judge(_ verdict: Verdict, wanted: Verdict.Kind) {
    let isHeld = verdict.kind == wanted
    add(
      Check(
        bound: "verdict", limit: wanted.rawValue,
        outcome: (isHeld ? Threshold.Outcome.holds : .fails).rawValue, passed: isHeld,
        sentence: "--verdict \(wanted.rawValue): "
          + (isHeld ? "holds" : "it is \(verdict.kind.rawValue), fails") + ". \(verdict.because)"))
  }

  private mutating func add(_ check: Check) {
    checks.append(check)
    passed = passed && check.passed
  }

  /// One sentence a check.
  var text: String { checks.map(\.sentence).joined(separator: "\n") }

  /// The reasons, for standard error.
  var failures: [String] { checks.filter { !$0.passed }.map { "\(file): \($0.sentence)" } }
}
