/// How SciPy treats coordinates outside the picture; exact rules in `ReferenceSampling`, beside
/// the tests.
package enum FillMode: String, CaseIterable, Sendable {
  case nearest, constant, reflect, wrap
  /// `reflect` as SciPy had it in 2016 (before 1.6): half a pixel outside the edge it takes the
  /// second pixel from the edge.
  case reflect2016 = "reflect-2016"
}

/// How a value between pixels is found.
package enum Interpolation: String, CaseIterable, Sendable {
  /// SciPy's order 0, the only one Keras 1.1.0 has.
  case nearest
  /// SciPy's order 1.
  case bilinear
}

/// How the terms of a matrix product are rounded: NumPy leaves it to its BLAS, and so to the processor.
package enum DotProduct: String, CaseIterable, Sendable {
  /// Each product and each sum is rounded, as by OpenBLAS's kernels for processors without fused
  /// multiply-add (Nehalem, Sandy Bridge).
  case separate
  /// A chain of fused multiply-adds, each rounded once, as by OpenBLAS's kernels for Haswell, Zen,
  /// Skylake-X and later: the NumPy of nearly everybody.
  case fused
}

/// Where a batch keeps the channels, under the names of Keras's `dim_ordering`.
package enum DimOrdering: String, CaseIterable, Sendable {
  /// Channels last, as TensorFlow has them.
  case tf
  /// Channels first, as Theano had them.
  case th
}

/// The arguments of Keras 1.1.0's `ImageDataGenerator`, under their own names.
///
/// A setting of 0 (or `false`) draws nothing, so it doesn't move the random stream.
package struct AugmentationSettings: Hashable, Sendable {
  /// Degrees: theta is drawn from ±this.
  package var rotationRange = 0.0
  /// Fraction of the width: columns.
  package var widthShiftRange = 0.0
  /// Fraction of the height: rows.
  package var heightShiftRange = 0.0
  /// Radians.
  package var shearRange = 0.0
  /// Lowest and highest zoom factor; above 1 shrinks the content.
  package var zoomRange = ZoomRange.none
  /// In the unit of the pixels.
  package var channelShiftRange = 0.0
  /// Where the warp and the lens take pixels from that lie outside the picture.
  package var fillMode = FillMode.nearest
  /// The value outside the picture, for `FillMode.constant`.
  package var cval = 0.0
  /// How the matrices are multiplied; it moves a pixel only where a coordinate lies within 1e-14 of
  /// a tie or an edge, as on the axes of a shear of odd sides.
  package var dot = DotProduct.fused
  /// Keras 1.1.0 has no other than `nearest`.
  package var interpolation = Interpolation.nearest
  /// Whether each picture is mirrored left to right with probability one half.
  package var horizontalFlip = false
  /// Whether each picture is mirrored top to bottom with probability one half.
  package var verticalFlip = false
  /// Bends every picture alike; sampled with `interpolation` and `fillMode`.
  package var lens = Lens()
  /// Multiplied into every value after the transform; 0 means none, as in Keras.
  package var rescale = 0.0
  /// Subtracts the mean over the channels of each pixel, as 1.1.0 has it: a grey pixel becomes 0.
  package var samplewiseCenter = false
  /// Divides by the deviation over the channels of each pixel.
  package var samplewiseStdNormalization = false
  /// Subtracts the mean picture of the data; needs `Statistics`.
  package var featurewiseCenter = false
  /// Divides by the deviation of each value over the data; needs `Statistics`.
  package var featurewiseStdNormalization = false
  /// Multiplies by the principal components of the data; needs `Statistics`.
  package var zcaWhitening = false
  /// Given mean and deviation for each channel, the last step: what Keras 1.1.0 left as a TODO.
  package var normalization: ChannelNormalization?
  /// How the batch is laid out; the stages see channels last in any case, and ZCA's features are in
  /// that order.
  package var dimOrdering = DimOrdering.tf
  /// Whether `fit` learns from random transforms of the data, as with its `augment` in Keras.
  package var fitAugment = false
  /// Random transforms of each picture that it then learns from.
  package var fitRounds = 1

  /// The values that `fitRounds` may have.
  package static let fitRounds = 1...1_000

  /// Keras's defaults: nothing is changed.
  package init() {}

  /// Whether a stage changes nothing though it is on, because its range is zero.
  package func isIdle(_ stage: Stage) -> Bool {
    switch stage {
    case .load, .compose, .warp, .collate: false
    case .rotation: rotationRange == 0
    case .heightShift: heightShiftRange == 0
    case .widthShift: widthShiftRange == 0
    case .shear: shearRange == 0
    case .zoom: zoomRange == .none
    case .channelShift: channelShiftRange == 0
    case .horizontalFlip: !horizontalFlip
    case .verticalFlip: !verticalFlip
    case .lens: lens.isIdle
    case .standardize:
      rescale == 0 && !samplewiseCenter && !samplewiseStdNormalization && !isFeaturewise
        && normalization == nil
    }
  }

  /// Whether `standardize` needs `Statistics` of the data.
  package var isFeaturewise: Bool {
    featurewiseCenter || featurewiseStdNormalization || zcaWhitening
  }
}

/// Keras's `zoom_range`: a pair, or a scalar z that means `[1 − z, 1 + z]`.
package struct ZoomRange: Hashable, Sendable {
  /// The lowest factor.
  package var low: Double
  /// The highest factor.
  package var high: Double

  /// A pair as it is; `AugmentationSettings.check` refuses one that is reversed.
  package init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// `[1 − z, 1 + z]`.
  package init(around z: Double) { self.init(low: 1 - z, high: 1 + z) }

  /// No zoom: `[1, 1]`.
  package static let none = ZoomRange(low: 1, high: 1)
}
