package import Augmentation

/// What a benchmark row makes: pictures of one shape through one set of settings.
package struct Workload: Sendable {
  package let name: String
  package let about: String
  package let shape: PictureShape
  package let settings: AugmentationSettings
  /// More than the last-level cache holds, so that pictures come from memory as a trainer's do.
  package let pictures: Int
  package let batchSize = 32

  package static let all = [seed32, full32, full32Bilinear, full224Bilinear]

  /// Keras's cifar10 example.
  package static let seed32: Workload = {
    var settings = AugmentationSettings()
    settings.widthShiftRange = 0.1
    settings.heightShiftRange = 0.1
    settings.horizontalFlip = true
    return Workload(
      name: "seed32", about: "32×32×3, shifts ±0.1, mirror, order 0", shape: .cifar,
      settings: settings, pictures: 10_000)
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
      shape: .cifar, settings: settings, pictures: 10_000)
  }()

  /// The same, bilinear.
  package static let full32Bilinear = bilinear(
    "full32-bilinear", about: "the same, order 1", shape: .cifar, pictures: 10_000)

  /// The same at ImageNet's size.
  package static let full224Bilinear = bilinear(
    "full224-bilinear", about: "the same at 224×224×3, order 1",
    shape: PictureShape(height: 224, width: 224, channels: 3), pictures: 256)

  private static func bilinear(
    _ name: String, about: String, shape: PictureShape, pictures: Int
  ) -> Workload {
    var settings = full32.settings
    settings.interpolation = .bilinear
    return Workload(
      name: name, about: about, shape: shape, settings: settings, pictures: pictures)
  }
}
