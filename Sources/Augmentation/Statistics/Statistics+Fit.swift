import CLapack

extension Statistics {
  /// The type that `fit` computes in: Keras takes that of the data.
  package enum Precision: Sendable { case single, double }

  /// The most values a picture may have for ZCA: 64×64×3, whose components take 1.2 GB as float64.
  package static let mostWhitenedFeatures = 12_288

  /// Learns the statistics that the settings ask for from the data as they are.
  ///
  /// Neither `rescale` nor the samplewise steps are applied, although `standardize` does them first:
  /// Keras does the same.
  ///
  /// - Throws: A `StatisticsFault` for ZCA and for values that aren't finite; what the source throws.
  /// - Complexity: Up to four passes over the data, which are never held as a whole; for ZCA
  ///   O(count × features²) and O(features³), and two matrices of features².
  /// - Source: Keras 1.1.0, `ImageDataGenerator.fit`; sums in NumPy's order for the first axis, one
  ///   picture after the other.
  package static func fit(
    _ source: any DatasetSource, settings: AugmentationSettings, precision: Precision = .single
  ) throws -> Statistics {
    let pictures = FittedPictures(source)
    switch precision {
    case .single: return try learn(Float.self, from: pictures, settings: settings)
    case .double: return try learn(Double.self, from: pictures, settings: settings)
    }
  }

  /// Learns from `rounds` random transforms of the data, in float64, as Keras does with `augment`.
  ///
  /// Keras ignores the `seed` it is given here, so there is none: the numbers come from `random` as
  /// it is, and `random` then stands behind the last transform.
  ///
  /// - Throws: As `fit(_:settings:precision:)`.
  package static func fit(
    _ source: any DatasetSource, settings: AugmentationSettings, augmentingRounds rounds: Int,
    random: inout LegacyRandom
  ) throws -> Statistics {
    precondition(rounds > 0, "an augmented fit takes at least one round")
    let pictures = FittedPictures(source, rounds: rounds, settings: settings, random: random)
    // Also where nothing is asked for, Keras transforms the data once.
    if !settings.isFeaturewise { try pictures.visit { _ in } }
    let statistics = try learn(Double.self, from: pictures, settings: settings)
    random = pictures.randomAfter
    return statistics
  }

  private static func learn<Value: FeatureValue>(
    _: Value.Type, from pictures: FittedPictures, settings: AugmentationSettings
  ) throws -> Statistics {
    let shape = pictures.source.shape
    let features = shape.count
    var mean: [Value]?
    var std: [Value]?
    // A value after the steps so far.
    func value(_ raw: Float, _ feature: Int) -> Value {
      var x = Value(raw)
      if let mean { x -= mean[feature] }
      if let std { x /= std[feature] + Value(epsilon) }
      return x
    }
    /// The mean of `term` over all pictures, for each feature.
    func average(_ term: (Float, Int) -> Value) throws -> [Value] {
      var sums = [Value](repeating: 0, count: features)
      try pictures.visit { picture in
        for feature in 0..<features { sums[feature] += term(picture[feature], feature) }
      }
      let count = Value(pictures.count)
      for feature in 0..<features { sums[feature] /= count }
      guard sums.allSatisfy(\.isFinite) else { throw StatisticsFault.notFinite }
      return sums
    }
    if settings.featurewiseCenter {
      mean = try average { raw, _ in Value(raw) }
    }
    if settings.featurewiseStdNormalization {
      let centre = try average { value($0, $1) }
      let variance = try average { raw, feature in
        let distance = value(raw, feature) - centre[feature]
        return distance * distance
      }
      std = variance.map { $0.squareRoot() }
    }
    var components: [Double]?
    if settings.zcaWhitening {
      guard features <= mostWhitenedFeatures else {
        throw StatisticsFault.tooManyFeatures(features, limit: mostWhitenedFeatures)
      }
      var gram = GramMatrix(features: features)
      try pictures.visit { picture in
        gram.add { feature in Double(value(picture[feature], feature)) }
      }
      components = try gram.principalComponents()
    }
    return Statistics(
      shape: shape, mean: mean.map(Value.wrap), std: std.map(Value.wrap),
      principalComponents: components.map { Value.wrap($0.map { Value($0) }) })
  }
}

/// A type that NumPy would compute statistics in.
private protocol FeatureValue: BinaryFloatingPoint, Sendable {
  static func wrap(_ values: [Self]) -> FeatureValues
}

extension Float: FeatureValue {
  fileprivate static func wrap(_ values: [Float]) -> FeatureValues { .single(values) }
}

extension Double: FeatureValue {
  fileprivate static func wrap(_ values: [Double]) -> FeatureValues { .double(values) }
}

/// Fᵀ·F over pictures that come one by one, and what follows from it.
private struct GramMatrix {
  /// Pictures that are multiplied at a time.
  private static let blockSize = 256
  /// Keras writes it as 10e-7.
  private static let epsilon = 1e-6

  let features: Int
  /// The upper triangle.
  private var sums: [Double]
  private var block: [Double] = []

  init(features: Int) {
    self.features = features
    sums = [Double](repeating: 0, count: features * features)
    block.reserveCapacity(Self.blockSize * features)
  }

  mutating func add(_ value: (Int) -> Double) {
    for feature in 0..<features { block.append(value(feature)) }
    if block.count == Self.blockSize * features { flush() }
  }

  private mutating func flush() {
    guard !block.isEmpty else { return }
    la_add_gram(Int32(features), Int32(block.count / features), block, &sums)
    block.removeAll(keepingCapacity: true)
  }

  /// U · diag(1 / √(S + 1e-6)) · Uᵀ of sigma = Fᵀ·F / features (Keras divides by features, not by pictures).
  ///
  /// Sigma is symmetric and has no negative eigenvalues, so these are its singular values.
  mutating func principalComponents() throws(StatisticsFault) -> [Double] {
    flush()
    for place in sums.indices { sums[place] /= Double(features) }
    guard sums.allSatisfy(\.isFinite) else { throw .notFinite }
    var values = [Double](repeating: 0, count: features)
    let info = la_symmetric_eigen(Int32(features), &sums, &values)
    guard info == 0 else { throw .unsolved(info: Int(info)) }
    let least = (values.last ?? 0) * Double(features) * .ulpOfOne
    let rank = values.count { $0 > least }
    guard rank == features else { throw .singular(rank: rank, features: features) }
    // Rows times the fourth root, so that the product of the rows with themselves has the root.
    for (row, value) in values.enumerated() {
      let factor = (1 / (value + Self.epsilon).squareRoot()).squareRoot()
      for place in (row * features)..<((row + 1) * features) { sums[place] *= factor }
    }
    var components = [Double](repeating: 0, count: features * features)
    la_add_gram(Int32(features), Int32(features), sums, &components)
    for row in 1..<max(features, 2) where row < features {
      for column in 0..<row {
        components[row * features + column] = components[column * features + row]
      }
    }
    return components
  }
}
