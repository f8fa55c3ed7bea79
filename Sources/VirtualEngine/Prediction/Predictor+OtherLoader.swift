import Augmentation
import Pipeline

/// A watched job under another library's loader: between bounds, since what that loader costs isn't measured in the
/// job, nor how long the job's transforms hold Python's lock.
extension Predictor {
  /// Whether a scenario is the job's under another loader.
  func isOtherLoader(_ scenario: Scenario) -> Bool {
    reading.scenario.isJob && scenario.loader != reading.scenario.loader
  }

  /// The epoch under another loader's rules, from the best that may be to the worst, and the middle of both.
  ///
  /// At best the transforms never hold the lock that threads share, and passing a batch on costs as much as it does
  /// now. At worst they and the step always hold it, and a batch that goes through a pipe costs what one of Keras 1.1.0's
  /// does. Whether the part of the present epoch that the rules don't explain stays isn't known either.
  ///
  /// - Throws: `PredictionGap`, as `epoch(after:)`.
  func boundsOfOtherLoader(_ scenario: Scenario) throws(PredictionGap) -> EpochEstimate {
    var other = scenario
    // How its workers start isn't known.
    other.keepsWorkers = nil
    let pauses = pauses.seconds(of: other)
    let best = try costs(of: other)
    var worst = best
    if scenario.loader.serializes { worst.serialization = Self.pipe * bytesPerPicture }
    var bounds = [try rulesAlone(other, best)]
    other.interpreterLock = scenario.loader.sharesInterpreter
    bounds.append(try rulesAlone(other, worst))
    let all = bounds + bounds.map { $0 * unexplained }
    let (low, high) = (all.min() ?? 0, all.max() ?? 0)
    return EpochEstimate(
      seconds: (low + high) / 2 + pauses, low: low + pauses, high: high + pauses)
  }

  /// Nanoseconds a byte on each side of a pipe between processes.
  ///
  /// - Source: The cost profile `keras-1.1`, 5.3 ms a megabyte.
  private static let pipe = 5.3

  private var bytesPerPicture: Double {
    Double(reading.dataset.shape.count * MemoryLayout<Float>.stride)
  }
}
