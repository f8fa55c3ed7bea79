import Pipeline
package import Quantities

/// A limit that a session is checked against.
package struct Threshold: Sendable, Equatable {
  /// The allowed side of the limit.
  package enum Side: Sendable, Equatable {
    /// Values at the limit and on this side of it are allowed.
    case atMost, atLeast
  }

  /// The name of the option.
  package var name: String
  /// The allowed side of the limit.
  package var side: Side
  /// The limit, in the unit of the quantity.
  package var limit: Double
  /// As it was typed.
  package var typed: String

  /// A threshold as it was given.
  package init(_ name: String, _ side: Side, _ limit: Double, typed: String) {
    self.name = name
    self.side = side
    self.limit = limit
    self.typed = typed
  }

  /// The result of holding an estimate against a threshold.
  package enum Outcome: String, Sendable {
    /// The whole interval is within the limit.
    case holds
    /// The whole interval is beyond the limit.
    case fails
    /// The limit lies within the interval.
    case tooClose = "too-close"
    /// There is no number, or no interval.
    case notMeasured = "not-measured"
  }

  /// Compares an estimate's 90 % interval with the limit; nil means that nothing was measured.
  package func judge(_ estimate: Estimate?) -> Outcome {
    guard let estimate, let half = estimate.half else { return .notMeasured }
    let beyond = side == .atMost ? estimate.value - limit : limit - estimate.value
    return beyond > half ? .fails : beyond <= -half ? .holds : .tooClose
  }
}
