import Pipeline
import Quantities
import Recordings

/// The outcome of `augtop check`.
struct CheckReport {
  /// The recording.
  let file: String
  /// Whether every check holds.
  private(set) var passed = true
  /// Why nothing could be judged.
  private let reason: String?
  /// The measured stretch, in seconds; nil where nothing was measured.
  private let span: (from: Double, to: Double)?
  /// The checks, in the order of the options.
  private var checks: [Check] = []

  /// One threshold and its outcome.
  private struct Check {
    /// The option's name.
    var bound: String
    var limit: String
    var measured: Double?
    var low: Double?
    var high: Double?
    var outcome: Threshold.Outcome
    var passed: Bool
    /// For people.
    var sentence: String

    var json: JSONObject {
      [
        "bound": bound, "limit": limit, "measured": measured, "low": low, "high": high,
        "outcome": outcome.rawValue, "passed": passed,
      ]
    }
  }

  /// Schema `augtop-check/1`; keys may be added, never renamed. Times are seconds, shares fractions; a
  /// value that isn't known is null.
  var json: JSONObject {
    [
      "schema": "augtop-check/1", "file": file, "passed": passed, "reason": reason,
      "from_s": span?.from, "to_s": span?.to, "checks": checks.map(\.json),
    ]
  }

  /// A report without checks yet.
  init(_ name: String, _ session: MeasuredSession) {
    file = name
    reason = nil
    span = (session.blocks.start.seconds, session.blocks.end.seconds)
  }

  /// A report of a recording in which too little was measured.
  init(unmeasured name: String, reason: String) {
    file = name
    passed = false
    self.reason = reason
    span = nil
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
        high: estimate?.high, outcome: outcome, passed: isHeld,
        sentence: "--\(bound.name) \(bound.typed): \(number ?? "–"), \(word)"))
  }

  /// Checks the number of dropped events.
  mutating func judge(dropped: Int, most: Int) {
    let isHeld = dropped <= most
    add(
      Check(
        bound: "dropped-max", limit: "\(most)", measured: Double(dropped),
        outcome: isHeld ? .holds : .fails, passed: isHeld,
        sentence: "--dropped-max \(most): \(dropped) events, \(isHeld ? "holds" : "fails")"))
  }

  /// Checks the kind of the verdict.
  mutating func judge(_ verdict: Verdict, wanted: Verdict.Kind) {
    let isHeld = verdict.kind == wanted
    add(
      Check(
        bound: "verdict", limit: wanted.rawValue,
        outcome: isHeld ? .holds : .fails, passed: isHeld,
        sentence: "--verdict \(wanted.rawValue): "
          + (isHeld ? "holds" : "it is \(verdict.kind.rawValue), fails") + ". \(verdict.because)"))
  }

  private mutating func add(_ check: Check) {
    checks.append(check)
    passed = passed && check.passed
  }

  /// One sentence a check.
  var text: String { checks.map(\.sentence).printableText }

  /// The reasons, for standard error.
  var failures: [String] { checks.filter { !$0.passed }.map { "\(file): \($0.sentence)" } }
}
