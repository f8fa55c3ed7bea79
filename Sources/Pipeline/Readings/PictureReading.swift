package import Augmentation

/// Which picture of the flow is shown, and how: all that its pixels depend on.
package struct PictureRequest: Hashable, Sendable {
  /// Counted from 0 in the order in which the flow hands pictures out.
  package var number = 0
  /// How often its random numbers were drawn anew; 0 shows those of the flow.
  package var redraws: UInt32 = 0
  /// The stage whose effect alone is shown; nil shows that of all stages.
  package var stage: StageID?
  /// The stages that are on.
  package var stages: StageSet
  /// The generator's settings.
  package var settings: AugmentationSettings

  /// The flow's first picture, as the generator makes it.
  package init(stages: StageSet, settings: AugmentationSettings) {
    self.stages = stages
    self.settings = settings
  }
}

/// A picture before and after the generator, or one stage of it, as bytes for the screen.
package struct PictureReading: Sendable, Equatable {
  /// One of the two.
  package struct Image: Sendable, Equatable {
    /// Red, green and blue of each pixel, row after row.
    package var pixels: [UInt8]
    /// Whether the values are beyond bytes, as after `standardize`: then the darkest is black and the
    /// brightest white.
    package var isStretched: Bool

    /// - Parameter pixels: Three bytes a pixel.
    package init(pixels: [UInt8], isStretched: Bool) {
      self.pixels = pixels
      self.isStretched = isStretched
    }
  }

  /// The request that it answers.
  package var request: PictureRequest
  /// The seed of its random numbers.
  package var seed: UInt32
  /// The picture's position in the dataset.
  package var index: Int
  /// Columns of both.
  package var width: Int
  /// Rows of both.
  package var height: Int
  /// Without the stage, or as it was read.
  package var before: Image
  /// As the generator makes it.
  package var after: Image

  /// A pair of pictures of one size.
  package init(
    request: PictureRequest, seed: UInt32, index: Int, width: Int, height: Int, before: Image,
    after: Image
  ) {
    self.request = request
    self.seed = seed
    self.index = index
    self.width = width
    self.height = height
    self.before = before
    self.after = after
  }
}
