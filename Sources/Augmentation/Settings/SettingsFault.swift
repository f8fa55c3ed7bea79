/// A number of `AugmentationSettings`, under the name of its option.
package enum SettingName: String, CaseIterable, Sendable {
  case rotationRange = "rotation-range"
  case widthShiftRange = "width-shift-range"
  case heightShiftRange = "height-shift-range"
  case shearRange = "shear-range"
  case zoomRange = "zoom-range"
  case channelShiftRange = "channel-shift-range"
  case cval = "cval"
  case lensK1 = "lens-k1"
  case lensK2 = "lens-k2"
  case lensFisheye = "lens-fisheye"
  case rescale = "rescale"
  case normalization = "normalization"
}

/// Why settings can't be used.
package enum SettingsFault: Error, Equatable, Sendable {
  /// NaN or infinite.
  case notFinite(SettingName)
  /// Below zero where only a width makes sense.
  case negative(SettingName, value: Double)
  /// Beyond what the unit allows for: degrees for radians, pixels for fractions.
  case beyond(SettingName, value: Double, limit: Double)
  /// The lowest zoom is above the highest.
  case zoomReversed(low: Double, high: Double)
  /// Both lens models at once.
  case twoLenses
  /// A deviation to divide by is 0 or less.
  case notPositive(SettingName, value: Double)
  /// A normalization needs one mean and one deviation for each channel.
  case unequalCounts(SettingName, means: Int, deviations: Int)
}

extension AugmentationSettings {
  /// The numbers with limits of their own; values beyond them can only be mistakes.
  ///
  /// The limits: a turn of 360°, a shift of 10 picture sizes (the ranges are fractions, not pixels), a
  /// shear of π (radians, not degrees), a million for values of pixels, 10 for the coefficients of a
  /// lens, 60° for a fisheye (a corner then stands at 85°).
  package static let numbers:
    [(
      name: SettingName, path: any WritableKeyPath<AugmentationSettings, Double> & Sendable,
      limits: ClosedRange<Double>
    )] = [
      (.rotationRange, \.rotationRange, 0...360), (.widthShiftRange, \.widthShiftRange, 0...10),
      (.heightShiftRange, \.heightShiftRange, 0...10), (.shearRange, \.shearRange, 0...Double.pi),
      (.channelShiftRange, \.channelShiftRange, 0...1e6), (.cval, \.cval, -1e6...1e6),
      (.rescale, \.rescale, factors), (.lensK1, \.lens.k1, -10...10),
      (.lensK2, \.lens.k2, -10...10), (.lensFisheye, \.lens.fisheye, 0...60),
    ]
  /// The limits of a zoom's factors.
  package static let zoomFactors = 0.0...100.0
  /// The limits of `rescale`.
  package static let factors = -1e6...1e6

  /// Refuses numbers that can only be mistakes.
  ///
  /// - Throws: A `SettingsFault` that names the first setting at fault and its limit.
  package func check() throws(SettingsFault) {
    for (name, path, limits) in Self.numbers {
      try Self.check(name, self[keyPath: path], within: limits)
    }
    try Self.check(.zoomRange, zoomRange.low, within: Self.zoomFactors)
    try Self.check(.zoomRange, zoomRange.high, within: Self.zoomFactors)
    guard zoomRange.low <= zoomRange.high else {
      throw .zoomReversed(low: zoomRange.low, high: zoomRange.high)
    }
    guard lens.fisheye == 0 || (lens.k1 == 0 && lens.k2 == 0) else { throw .twoLenses }
    guard let normalization else { return }
    let (mean, std) = (normalization.mean, normalization.std)
    guard mean.count == std.count, !mean.isEmpty else {
      throw .unequalCounts(.normalization, means: mean.count, deviations: std.count)
    }
    for value in mean + std { try Self.check(.normalization, value, within: -1e6...1e6) }
    // As float32, which it is used in.
    for value in std where Float(value) <= 0 {
      throw .notPositive(.normalization, value: value)
    }
  }

  private static func check(
    _ name: SettingName, _ value: Double, within limits: ClosedRange<Double>
  ) throws(SettingsFault) {
    guard value.isFinite else { throw .notFinite(name) }
    guard value.magnitude <= limits.upperBound else {
      throw .beyond(name, value: value, limit: limits.upperBound)
    }
    guard value >= limits.lowerBound else { throw .negative(name, value: value) }
  }
}
