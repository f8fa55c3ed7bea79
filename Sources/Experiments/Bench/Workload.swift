package import Augmentation

/// The work of a benchmark row: pictures of one shape, made with one set of settings.
package struct Workload: Sendable {
  /// The format of the source pictures in memory.
  package enum Source: Sendable {
    /// float32 in, float32 out.
    case floats
    /// uint8 in, uint8 out.
    case bytes
    /// JPEG files of 500×375, quality 96, 4:2:0; a random resized crop of each, float32 out.
    case jpegs
  }

  /// The row's name.
  package let name: String
  /// The row's description for the report.
  package let about: String
  /// The format of the source pictures.
  package let source: Source
  /// The shape of the pictures that the generator makes.
  package let shape: PictureShape
  /// The generator's settings.
  package let settings: AugmentationSettings
  /// The stages that are on.
  package var stages = StageSet.all
  /// More than the last-level cache holds, so that pictures come from memory as a trainer's do; but
  /// JPEG files, of which any number is decoded from the cache.
  package let pictures: Int
  /// Pictures in a batch.
  package let batchSize = 32

  /// All rows, in the report's order.
  package static let all = [
    seed32, full32, full32Bilinear, full224Bilinear, full224Bytes, zoom224, jpeg224,
  ]

  /// Keras's cifar10 example.
  package static let seed32: Workload = {
    var settings = AugmentationSettings()
    settings.widthShiftRange = 0.1
    settings.heightShiftRange = 0.1
    settings.horizontalFlip = true
    return Workload(
      name: "seed32", about: "32×32×3, shifts ±0.1, mirror, order 0", source: .floats,
      shape: .cifar, settings: settings, pictures: 10_000)
  }()

  /// Everything the random transform has.
  package static let full32: Workload = {
    var settings = seed32.settings
    settings.rotationRange = 15
    settings.shearRange = 0.1
    settings.zoomRange = ZoomRange(low: 0.9, high: 1.1)
    settings.channelShiftRange = 20
    return Workload(
      name: "full32-nearest",
      about: "32×32×3, turn ±15°, shifts, shear, zoom, channel shift, mirror, order 0",
      source: .floats, shape: .cifar, settings: settings, pictures: 10_000)
  }()

  /// The same, bilinear.
  package static let full32Bilinear = bilinear(
    "full32-bilinear", about: "the same, order 1", source: .floats, shape: .cifar,
    pictures: 10_000)

  /// The same at ImageNet's size.
  package static let full224Bilinear = bilinear(
    "full224-bilinear", about: "the same at 224×224×3, order 1", source: .floats,
    shape: imageNetShape, pictures: 256)

  /// The same from bytes to bytes.
  package static let full224Bytes = bilinear(
    "full224-bilinear-u8", about: "the same, uint8 in and out", source: .bytes,
    shape: imageNetShape, pictures: 256)

  /// Without turn or shear, as photographs are mostly augmented.
  package static let zoom224: Workload = {
    var settings = seed32.settings
    settings.zoomRange = full32.settings.zoomRange
    settings.interpolation = .bilinear
    return Workload(
      name: "zoom224", about: "224×224×3, shifts ±0.1, zoom ±0.1, mirror, order 1", source: .floats,
      shape: imageNetShape, settings: settings, pictures: 256)
  }()

  /// ImageNet's training recipe.
  package static let jpeg224: Workload = {
    var settings = AugmentationSettings()
    settings.horizontalFlip = true
    // ImageNet's numbers are for 0...1; times 255 they spare the rescale.
    settings.normalization = ChannelNormalization(
      mean: ChannelNormalization.imageNet.mean.map { $0 * 255 },
      std: ChannelNormalization.imageNet.std.map { $0 * 255 })
    return Workload(
      name: "jpeg224",
      about: "JPEG of 500×375 decoded, random resized crop to 224, mirror, normalize to float32",
      source: .jpegs, shape: imageNetShape, settings: settings,
      stages: StageSet([.load, .horizontalFlip, .standardize, .collate]), pictures: 64)
  }()

  private static let imageNetShape = PictureShape(height: 224, width: 224, channels: 3)

  private static func bilinear(
    _ name: String, about: String, source: Source, shape: PictureShape, pictures: Int
  ) -> Workload {
    var settings = full32.settings
    settings.interpolation = .bilinear
    return Workload(
      name: name, about: about, source: source, shape: shape, settings: settings,
      pictures: pictures)
  }
}
