import ArgumentParser
import Augmentation
import ScenarioFiles
import Toml

/// `ImageDataGenerator`'s arguments under their own names, with dashes.
struct KerasOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Degrees: turns are drawn from ±this.")
  var rotationRange: Double?
  @Option(parsing: .unconditional, help: "Fraction of the width.")
  var widthShiftRange: Double?
  @Option(parsing: .unconditional, help: "Fraction of the height.")
  var heightShiftRange: Double?
  @Option(parsing: .unconditional, help: "Radians.")
  var shearRange: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("One number z for 1 ± z, or LOW,HIGH.", valueName: "zoom"))
  var zoomRange: String?
  @Option(parsing: .unconditional, help: "In the unit of the pixels.")
  var channelShiftRange: Double?
  @Option(help: "nearest, constant, reflect, wrap, or reflect-2016.")
  var fillMode: String?
  @Option(parsing: .unconditional, help: "The value outside the picture, for constant.")
  var cval: Double?
  @Option(help: "nearest (all that Keras 1.1.0 has) or bilinear.")
  var interpolation: String?
  @Option(
    help: ArgumentHelp(
      "Multiply matrices as NumPy does on processors with fused multiply-add (fused, default) or"
        + " without (separate); `augtop doctor --python` says which yours does.",
      valueName: "rounding"))
  var dot: String?
  @Flag(inversion: .prefixedNo, help: "Mirror left to right at random.")
  var horizontalFlip: Bool?
  @Flag(inversion: .prefixedNo, help: "Turn upside down at random.")
  var verticalFlip: Bool?
  @Option(parsing: .unconditional, help: "Barrel (+) or pincushion: Brown–Conrady's k1.")
  var lensK1: Double?
  @Option(parsing: .unconditional, help: "Brown–Conrady's k2.")
  var lensK2: Double?
  @Option(
    parsing: .unconditional,
    help: "Equidistant fisheye: degrees at half of the longer side.")
  var lensFisheye: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Multiplied into every value; also as 1/255.", valueName: "factor"))
  var rescale: String?
  @Flag(inversion: .prefixedNo, help: "Subtract each pixel's mean over its channels.")
  var samplewiseCenter: Bool?
  @Flag(inversion: .prefixedNo, help: "Divide by each pixel's deviation over its channels.")
  var samplewiseStdNormalization: Bool?
  @Flag(inversion: .prefixedNo, help: "Subtract the mean picture; fits the dataset first.")
  var featurewiseCenter: Bool?
  @Flag(inversion: .prefixedNo, help: "Divide by the deviation picture; fits the dataset first.")
  var featurewiseStdNormalization: Bool?
  @Flag(inversion: .prefixedNo, help: "Whiten; fits the dataset first, which takes its time.")
  var zcaWhitening: Bool?
  @Flag(
    inversion: .prefixedNo, help: "Fit to random transforms of the pictures: fit's augment.")
  var fitAugment: Bool?
  @Option(
    parsing: .unconditional, help: "Transforms of each picture to fit to: fit's rounds.")
  var fitRounds: Int?
  @Option(
    help: "Channels last (tf, default) or first (th), in .npy files as well as in batches.")
  var dimOrdering: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Per channel, last of all: imagenet, cifar10, or means/deviations as 0.5,0.5,0.5/0.2,0.2,0.2.",
      valueName: "name|numbers"))
  var normalization: String?

  /// Sets the options that are given.
  ///
  /// - Throws: A `CommandFault` of status 2 for a text that isn't the option's kind of value.
  func apply(to settings: inout AugmentationSettings) throws {
    if let rotationRange { settings.rotationRange = rotationRange }
    if let widthShiftRange { settings.widthShiftRange = widthShiftRange }
    if let heightShiftRange { settings.heightShiftRange = heightShiftRange }
    if let shearRange { settings.shearRange = shearRange }
    if let zoomRange {
      guard let range = Self.zoom(zoomRange) else {
        throw CommandFault.wrong(
          "--zoom-range \(zoomRange): write one number from 0 to 1, which means 1 ± it, or LOW,HIGH"
        )
      }
      settings.zoomRange = range
    }
    if let channelShiftRange { settings.channelShiftRange = channelShiftRange }
    if let fillMode {
      settings.fillMode = try choice("fill-mode", fillMode, FillMode.init(rawValue:))
    }
    if let cval { settings.cval = cval }
    if let interpolation {
      settings.interpolation = try choice(
        "interpolation", interpolation, Interpolation.init(rawValue:))
    }
    if let dot { settings.dot = try choice("dot", dot, DotProduct.init(rawValue:)) }
    if let horizontalFlip { settings.horizontalFlip = horizontalFlip }
    if let verticalFlip { settings.verticalFlip = verticalFlip }
    if let lensK1 { settings.lens.k1 = lensK1 }
    if let lensK2 { settings.lens.k2 = lensK2 }
    if let lensFisheye { settings.lens.fisheye = lensFisheye }
    if let rescale {
      guard let factor = FactorText.parse(rescale) else {
        throw CommandFault.wrong(
          "--rescale \(rescale): write a factor, as 1/255 or 0.00392156862745098")
      }
      settings.rescale = factor
    }
    try applyStandardization(to: &settings)
    if let fault = Faults.check(settings) { throw CommandFault.wrong(fault) }
  }

  private func applyStandardization(to settings: inout AugmentationSettings) throws {
    if let samplewiseCenter { settings.samplewiseCenter = samplewiseCenter }
    if let samplewiseStdNormalization {
      settings.samplewiseStdNormalization = samplewiseStdNormalization
    }
    if let featurewiseCenter { settings.featurewiseCenter = featurewiseCenter }
    if let featurewiseStdNormalization {
      settings.featurewiseStdNormalization = featurewiseStdNormalization
    }
    if let zcaWhitening { settings.zcaWhitening = zcaWhitening }
    try applyFit(to: &settings)
    if let dimOrdering {
      settings.dimOrdering = try choice("dim-ordering", dimOrdering, DimOrdering.init(rawValue:))
    }
    guard let normalization else { return }
    guard let channels = NormalizationText.parse(normalization) else {
      throw CommandFault.wrong(
        "--normalization \(normalization): write imagenet, cifar10, or means/deviations, one of"
          + " each a channel, as 0.5,0.5,0.5/0.2,0.2,0.2")
    }
    settings.normalization = channels
  }

  private func applyFit(to settings: inout AugmentationSettings) throws {
    if let fitAugment { settings.fitAugment = fitAugment }
    guard let fitRounds else { return }
    guard AugmentationSettings.fitRounds.contains(fitRounds) else {
      throw CommandFault.wrong("--fit-rounds \(fitRounds): give a whole number from 1 to 1000")
    }
    guard settings.fitAugment else {
      throw CommandFault.wrong("--fit-rounds is for an augmented fit; add --fit-augment")
    }
    settings.fitRounds = fitRounds
  }

  private static func zoom(_ text: String) -> ZoomRange? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    switch parts.count {
    case 1:
      guard let around = parts[0], (0...1).contains(around) else { return nil }
      return ZoomRange(around: around)
    case 2:
      guard let low = parts[0], let high = parts[1] else { return nil }
      return ZoomRange(low: low, high: high)
    default: return nil
    }
  }
}
