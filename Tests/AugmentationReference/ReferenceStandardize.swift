package import Augmentation

/// `standardize` as its definition, in float32 or float64: slow and obvious.
///
/// - Source: Keras 1.1.0, `ImageDataGenerator.standardize`; the channel-wise normalization is
///   torchvision's `Normalize`.
package enum ReferenceStandardize {
  /// - Parameters:
  ///   - picture: `[height, width, channels]`.
  ///   - statistics: The fitted statistics; a step without its statistics is left out.
  package static func standardized<Value: BinaryFloatingPoint>(
    _ picture: [Value], channels: Int, settings: AugmentationSettings,
    statistics: Statistics? = nil
  ) -> [Value] {
    var x = picture
    if settings.rescale != 0 { x = x.map { $0 * Value(settings.rescale) } }
    for start in stride(from: 0, to: x.count, by: channels) {
      let pixel = start..<(start + channels)
      if settings.samplewiseCenter {
        let centre = mean(x[pixel])
        for place in pixel { x[place] -= centre }
      }
      if settings.samplewiseStdNormalization {
        let centre = mean(x[pixel])
        let divisor =
          mean(x[pixel].map { ($0 - centre) * ($0 - centre) }[...]).squareRoot()
          + Value(epsilon)
        for place in pixel { x[place] /= divisor }
      }
    }
    // In float64, then rounded once: for float32 statistics that is the float32 result.
    if settings.featurewiseCenter, let means = statistics?.mean?.doubles {
      for place in x.indices { x[place] = Value(Double(x[place]) - means[place]) }
    }
    if settings.featurewiseStdNormalization, let deviations = statistics?.std {
      let divisors = divisors(deviations)
      for place in x.indices { x[place] = Value(Double(x[place]) / divisors[place]) }
    }
    if settings.zcaWhitening, let components = statistics?.principalComponents?.doubles {
      let features = x.count
      x = (0..<features).map { column in
        var sum: Double = 0
        for row in 0..<features { sum += Double(x[row]) * components[row * features + column] }
        return Value(sum)
      }
    }
    if let normalization = settings.normalization {
      for place in x.indices {
        let channel = place % channels
        x[place] =
          (x[place] - Value(normalization.mean[channel])) / Value(normalization.std[channel])
      }
    }
    return x
  }

  /// Keras 1.1.0 adds it to every deviation before it divides.
  private static let epsilon = 1e-7

  /// Deviations with `epsilon` added, in the precision that they have.
  private static func divisors(_ deviations: FeatureValues) -> [Double] {
    switch deviations {
    case .single(let values): values.map { Double($0 + Float(epsilon)) }
    case .double(let values): values.map { $0 + epsilon }
    }
  }

  /// One value after the other, as NumPy sums fewer than eight.
  private static func mean<Value: BinaryFloatingPoint>(_ values: ArraySlice<Value>) -> Value {
    values.reduce(0, +) / Value(values.count)
  }
}
