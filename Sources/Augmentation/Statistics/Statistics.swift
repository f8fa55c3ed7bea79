/// Statistics of the data that `fit` learns, for each place and channel of a picture.
///
/// Kept in the type Keras would have it in: float32 for float32 pictures, float64 after `augment`.
package struct Statistics: Sendable, Equatable {
  /// The shape of the pictures they were learnt from.
  package let shape: PictureShape
  /// `[height, width, channels]`; nil unless asked for, as the other two.
  package let mean: FeatureValues?
  /// The population's standard deviation.
  package let std: FeatureValues?
  /// `[features, features]`, features in the order of a picture's values.
  package let principalComponents: FeatureValues?

  /// `std` and Keras's 1e-7, added in the type of `std`.
  let divisor: FeatureValues?
  /// The components that the batch's float32 product takes.
  let projection: [Float]?

  /// Statistics learnt elsewhere; traps where a count doesn't suit `shape`.
  package init(
    shape: PictureShape, mean: FeatureValues? = nil, std: FeatureValues? = nil,
    principalComponents: FeatureValues? = nil
  ) {
    let features = shape.count
    precondition(mean.map { $0.count == features } ?? true, "one mean for each value of a picture")
    precondition(std.map { $0.count == features } ?? true, "one std for each value of a picture")
    precondition(
      principalComponents.map { $0.count == features * features } ?? true,
      "components are a square matrix over a picture's values")
    self.shape = shape
    self.mean = mean
    self.std = std
    self.principalComponents = principalComponents
    divisor = std?.adding(Self.epsilon)
    projection = principalComponents?.singles
  }

  /// Keras 1.1.0 adds it to every deviation before it divides.
  static let epsilon = 1e-7
}

/// Numbers in float32 or float64, as NumPy would hold them.
package enum FeatureValues: Sendable, Equatable {
  case single([Float])
  case double([Double])

  /// How many numbers there are.
  package var count: Int {
    switch self {
    case .single(let values): values.count
    case .double(let values): values.count
    }
  }

  /// The numbers as float64.
  package var doubles: [Double] {
    switch self {
    case .single(let values): values.map(Double.init)
    case .double(let values): values
    }
  }

  /// The numbers as float32, rounded where they were float64.
  package var singles: [Float] {
    switch self {
    case .single(let values): values
    case .double(let values): values.map { Float($0) }
    }
  }

  func adding(_ number: Double) -> FeatureValues {
    switch self {
    case .single(let values): .single(values.map { $0 + Float(number) })
    case .double(let values): .double(values.map { $0 + number })
    }
  }
}

/// Why statistics can't be computed, or don't suffice for the settings.
package enum StatisticsFault: Error, Equatable, Sendable {
  /// The settings want a mean, a deviation or components, and no fit has made them.
  case notFitted(FeaturewiseStep)
  /// The data don't span their features: fewer independent pictures than values in a picture, or
  /// values that never change. Whitening would blow up rounding errors a thousandfold.
  case singular(rank: Int, features: Int)
  /// The components would be a matrix of `features` squared.
  case tooManyFeatures(Int, limit: Int)
  /// NaN or infinity among the pictures' values.
  case notFinite
  /// LAPACK could not solve the eigenproblem: what it says.
  case unsolved(info: Int)
  /// The given normalization is for pictures of other channels.
  case wrongChannels(normalization: Int, picture: Int)
}

/// The steps of `standardize` that need statistics, under Keras's names.
package enum FeaturewiseStep: String, Sendable {
  case center = "featurewise-center"
  case std = "featurewise-std-normalization"
  case whitening = "zca-whitening"
}

extension Statistics? {
  /// Refuses settings that need more than has been fitted.
  ///
  /// - Throws: `notFitted` with the first step whose statistics are missing.
  package func check(for settings: AugmentationSettings) throws(StatisticsFault) {
    if settings.featurewiseCenter && self?.mean == nil { throw .notFitted(.center) }
    if settings.featurewiseStdNormalization && self?.std == nil { throw .notFitted(.std) }
    if settings.zcaWhitening && self?.principalComponents == nil { throw .notFitted(.whitening) }
  }
}
