import Pipeline
package import Quantities

/// What a session is asked to keep to.
package struct Threshold: Sendable, Equatable {
  package enum Side: Sendable, Equatable {
    case atMost, atLeast
  }

  /// As the option is called.
  package var name: String
  package var side: Side
  package var limit: Double
  /// As it was typed.
  package var typed: String

  package init(_ name: String, _ side: Side, _ limit: Double, typed: String) {
    self.name = name
    self.side = side
    self.limit = limit
    self.typed = typed
  }

  package enum Outcome: String, Sendable {
    case holds
    /// The whole interval is beyond the limit.
    case fails
    /// The limit lies within the interval.
    case tooClose = "too-close"
    /// There is no number, or no interval.
    case notMeasured = "not-measured"
  }

  package func judge(_ estimate: Estimate?) -> Outcome {
    guard let estimate, let half = estimate.half else { return .notMeasured }
    let beyond = side == .atMost ? estimate.value - limit : limit - estimate.value
    return beyond > half ? .fails : beyond <= -half ? .holds : .tooClose
  }
}
