import ArgumentParser
import Augmentation

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
  @Option(help: "nearest, constant, reflect or wrap.")
  var fillMode: String?
  @Option(parsing: .unconditional, help: "The value outside the picture, for constant.")
  var cval: Double?
  @Flag(inversion: .prefixedNo, help: "Mirror left to right at random.")
  var horizontalFlip: Bool?
  @Flag(inversion: .prefixedNo, help: "Turn upside down at random.")
  var verticalFlip: Bool?
  @Option(parsing: .unconditional, help: "Multiplied into every value.")
  var rescale: Double?

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
    if let horizontalFlip { settings.horizontalFlip = horizontalFlip }
    if let verticalFlip { settings.verticalFlip = verticalFlip }
    if let rescale { settings.rescale = rescale }
    if let fault = Faults.check(settings) { throw CommandFault.wrong(fault) }
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
