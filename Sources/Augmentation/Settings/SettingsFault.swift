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
  /// Refuses numbers that can only be mistakes.
  ///
  /// - Throws: A `SettingsFault` that names the first setting at fault and its limit.
  ///
  /// The limits: a turn of 360°, a shift of 10 picture sizes (the ranges are fractions, not pixels), a
  /// shear of π (radians, not degrees), a zoom of 100, a million for values of pixels, 10 for
  /// the coefficients of a lens, 60° for a fisheye (a corner then stands at 85°).
  package func check() throws(SettingsFault) {
    try Self.checkRange(.rotationRange, rotationRange, limit: 360)
    try Self.checkRange(.widthShiftRange, widthShiftRange, limit: 10)
    try Self.checkRange(.heightShiftRange, heightShiftRange, limit: 10)
    try Self.checkRange(.shearRange, shearRange, limit: .pi)
    try Self.checkRange(.zoomRange, zoomRange.low, limit: 100)
    try Self.checkRange(.zoomRange, zoomRange.high, limit: 100)
    guard zoomRange.low <= zoomRange.high else {
      throw .zoomReversed(low: zoomRange.low, high: zoomRange.high)
    }
    try Self.checkRange(.channelShiftRange, channelShiftRange, limit: 1e6)
    try Self.checkSize(.cval, cval, limit: 1e6)
    try Self.checkSize(.lensK1, lens.k1, limit: 10)
    try Self.checkSize(.lensK2, lens.k2, limit: 10)
    try Self.checkRange(.lensFisheye, lens.fisheye, limit: 60)
    guard lens.fisheye == 0 || (lens.k1 == 0 && lens.k2 == 0) else { throw .twoLenses }
    try Self.checkSize(.rescale, rescale, limit: 1e6)
    if let normalization { try Self.check(normalization) }
  }

  private static func check(_ normalization: ChannelNormalization) throws(SettingsFault) {
    let (mean, std) = (normalization.mean, normalization.std)
    guard mean.count == std.count, !mean.isEmpty else {
      throw .unequalCounts(.normalization, means: mean.count, deviations: std.count)
    }
    for value in mean + std { try checkSize(.normalization, value, limit: 1e6) }
    // As float32, which it is used in.
    for value in std where Float(value) <= 0 {
      throw .notPositive(.normalization, value: value)
    }
  }

  private static func checkRange(
    _ name: SettingName, _ value: Double, limit: Double
  ) throws(SettingsFault) {
    try checkSize(name, value, limit: limit)
    guard value >= 0 else { throw .negative(name, value: value) }
  }

  private static func checkSize(
    _ name: SettingName, _ value: Double, limit: Double
  ) throws(SettingsFault) {
    guard value.isFinite else { throw .notFinite(name) }
    guard value.magnitude <= limit else { throw .beyond(name, value: value, limit: limit) }
  }
}
