/// The random numbers of one picture's transform, as drawn.
///
/// A number that isn't drawn keeps the value that changes nothing. `BatchPlan` keeps the channel
/// shifts, because a picture may have any number of channels.
package struct TransformDraws: Equatable, Sendable {
  /// The stages that drew.
  package private(set) var drawn = StageSet(rawValue: 0)
  /// Degrees.
  package private(set) var rotation = 0.0
  /// Fraction of the height: rows.
  package private(set) var heightShift = 0.0
  /// Fraction of the width: columns.
  package private(set) var widthShift = 0.0
  /// Radians.
  package private(set) var shear = 0.0
  /// Factor for the rows.
  package private(set) var zoomRows = 1.0
  /// Factor for the columns.
  package private(set) var zoomColumns = 1.0
  /// In [0, 1); below one half the picture is mirrored left to right.
  package private(set) var horizontalFlip = 1.0
  /// In [0, 1); below one half the picture is turned upside down.
  package private(set) var verticalFlip = 1.0

  /// Nothing drawn: every number has the value that changes nothing.
  package init() {}

  /// Whether the picture is mirrored left to right.
  package var flipsHorizontally: Bool { horizontalFlip < 0.5 }
  /// Whether the picture is turned upside down.
  package var flipsVertically: Bool { verticalFlip < 0.5 }

  /// The stages that will draw under these settings: on, and with a range that isn't zero.
  package static func drawing(settings: AugmentationSettings, stages: StageSet) -> StageSet {
    var drawing = StageSet(rawValue: 0)
    for stage in Stage.allCases
    where stage.draws && stages.contains(stage.id) && !settings.isIdle(stage) {
      drawing.formUnion(StageSet(stage.id))
    }
    return drawing
  }

  /// Draws the numbers of one picture in Keras's order, each only if its stage is in `drawing`: a
  /// stage that is off doesn't advance the random stream.
  ///
  /// - Parameters:
  ///   - drawing: The result of `drawing(settings:stages:)`, computed once a batch.
  ///   - shifts: Takes one number per channel, from `offset` on, if the channel shift draws.
  /// - Complexity: O(channels); allocates nothing.
  /// - Source: Keras 1.1.0, `ImageDataGenerator.random_transform`.
  package static func drawAll(
    _ drawing: StageSet, settings: AugmentationSettings, channels: Int,
    random: inout LegacyRandom, shifts: inout [Double], at offset: Int
  ) -> TransformDraws {
    var draws = TransformDraws()
    draws.drawn = drawing
    if drawing.contains(.rotation) {
      draws.rotation = random.uniform(-settings.rotationRange, settings.rotationRange)
    }
    // The height comes before the width.
    if drawing.contains(.heightShift) {
      draws.heightShift = random.uniform(-settings.heightShiftRange, settings.heightShiftRange)
    }
    if drawing.contains(.widthShift) {
      draws.widthShift = random.uniform(-settings.widthShiftRange, settings.widthShiftRange)
    }
    if drawing.contains(.shear) {
      draws.shear = random.uniform(-settings.shearRange, settings.shearRange)
    }
    if drawing.contains(.zoom) {
      draws.zoomRows = random.uniform(settings.zoomRange.low, settings.zoomRange.high)
      draws.zoomColumns = random.uniform(settings.zoomRange.low, settings.zoomRange.high)
    }
    if drawing.contains(.channelShift) {
      for channel in offset..<(offset + channels) {
        shifts[channel] = random.uniform(-settings.channelShiftRange, settings.channelShiftRange)
      }
    }
    if drawing.contains(.horizontalFlip) { draws.horizontalFlip = random.randomSample() }
    if drawing.contains(.verticalFlip) { draws.verticalFlip = random.randomSample() }
    return draws
  }
}
