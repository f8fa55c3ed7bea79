import Pipeline
import Quantities

/// The prediction for a key press and the epoch measured after it.
struct CheckedPrediction: Sendable, Equatable {
  /// The scenario with all keys of the change, or of the advised pair, pressed.
  var target: Scenario
  var predicted: EpochEstimate
  /// The session's estimate since; nil until there is one.
  var measured: EpochEstimate?

  /// Of the measured epoch.
  var error: Double? {
    measured.map { abs($0.seconds - predicted.seconds) / $0.seconds }
  }

  /// Whether the measured epoch's interval is narrow enough, 2 %, to compare the prediction with it.
  var isSettled: Bool { measured.map { $0.half <= $0.seconds * 0.02 } ?? false }
}

/// The errors of this run's predictions.
struct PredictionScore: Sendable, Equatable {
  /// Only the last errors are kept, so that one noisy measurement can't dominate for long.
  private static let most = 100
  private(set) var errors: [Double] = []

  mutating func add(_ checked: CheckedPrediction) {
    guard checked.isSettled, let error = checked.error else { return }
    if errors.count >= Self.most { errors.removeFirst() }
    errors.append(error)
  }

  var count: Int { errors.count }

  /// Nil before the first.
  var median: Double? { Quantities.median(errors) }
}
