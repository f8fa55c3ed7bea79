import Pipeline
import Quantities

/// A prediction that a key press has put to the test, and what came of it.
struct CheckedPrediction: Sendable, Equatable {
  var change: ScenarioChange
  var predicted: EpochEstimate
  /// The session's estimate since; nil until there is one.
  var measured: EpochEstimate?

  /// Of the measured epoch.
  var error: Double? {
    measured.map { abs($0.seconds - predicted.seconds) / $0.seconds }
  }

  /// The estimate is narrow enough to hold the prediction against.
  var isSettled: Bool { measured.map { $0.half <= $0.seconds * 0.02 } ?? false }
}

/// How good the predictions of this run have been.
struct PredictionScore: Sendable, Equatable {
  /// A frame of pure noise would else count; the last hundred do.
  private static let most = 100
  private(set) var errors: [Double] = []

  mutating func add(_ checked: CheckedPrediction) {
    guard checked.isSettled, let error = checked.error else { return }
    if errors.count >= Self.most { errors.removeFirst() }
    errors.append(error)
  }

  var count: Int { errors.count }

  /// Nil before the first.
  var median: Double? {
    guard !errors.isEmpty else { return nil }
    let sorted = errors.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
