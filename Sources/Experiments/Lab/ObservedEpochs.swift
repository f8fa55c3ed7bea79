package import Pipeline
import Quantities

/// The question's five epochs: the code removed from `random_transform`, and the epoch's duration.
///
/// - Source: the question of 2016, Keras 1.1.0's CIFAR-10 example on a GTX 1070.
package enum ObservedEpochs {
  /// The question's rows, in its order.
  package static let rows = Ablation.allCases
  /// Seconds, in the rows' order.
  package static let observed = [22.0, 22, 25, 28, 28]
  /// The observed epochs are whole seconds, so a smaller difference can't be seen in them.
  package static let rounding = 0.5

  /// The error of the best constant, a model that explains nothing.
  package static var rmsOfBestConstant: Double {
    let mean = observed.reduce(0, +) / Double(observed.count)
    return TableFit(seconds: observed.map { _ in mean }).rms
  }
}

/// Five epochs, held against the question's.
package struct TableFit: Sendable, Equatable {
  /// In the rows' order.
  package let seconds: [Double]

  /// A fit of five epochs, in the rows' order.
  package init(seconds: [Double]) {
    precondition(seconds.count == ObservedEpochs.observed.count, "the table has five rows")
    self.seconds = seconds
  }

  /// Fitted minus observed, in seconds.
  package var residuals: [Double] { zip(seconds, ObservedEpochs.observed).map { $0 - $1 } }

  /// The sum of the squared residuals, in square seconds.
  package var sumOfSquares: Double { residuals.reduce(0) { $0 + $1 * $1 } }
  /// The root mean square of the residuals, in seconds.
  package var rms: Double { (sumOfSquares / Double(residuals.count)).squareRoot() }

  /// The largest residual, either way.
  package var worst: Double { residuals.map(abs).max() ?? 0 }

  /// Whether every epoch agrees with the question's table to its rounding.
  package var isWithinRounding: Bool { worst <= ObservedEpochs.rounding }
}
