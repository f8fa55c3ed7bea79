import Augmentation
import Quantities

/// Prints notes on standard error, a line each.
func printNotes(_ notes: [PictureNote]) {
  for note in notes { printNote(Faults.sentence(note)) }
}

extension Faults {
  /// The line for the user: what happens, and what to do if it wasn't meant.
  static func sentence(_ note: PictureNote) -> String {
    switch note {
    case .channelsFirst(let shape):
      "the array \(text(shape)) is taken as \(shape[0]) pictures of \(shape[1])×\(shape[2]) with"
        + " \(shape[3]) channels; if its channels come first, add --dim-ordering th"
    case .channelsLast(let shape):
      "the array \(text(shape)) is taken as \(shape[0]) pictures of \(shape[2])×\(shape[3]) with"
        + " \(shape[1]) channels; if its channels come last, leave --dim-ordering th out"
    case .onePicture(let shape):
      "the array \(text(shape)) is taken as \(shape[0]) grey pictures of \(shape[1])×\(shape[2]); if"
        + " it is one picture, save array[numpy.newaxis]"
    case .centeredToZero:
      "--samplewise-center makes every value of pictures with one channel 0: as in Keras 1.1.0, each"
        + " pixel's mean over its channels is subtracted; --featurewise-center may be meant"
    case .dividedByZero:
      "--samplewise-std-normalization multiplies pictures with one channel by 1e7: as in Keras 1.1.0,"
        + " each pixel is divided by its deviation over its channels, here 0, + 1e-7;"
        + " --featurewise-std-normalization may be meant"
    case .tooDark(0, let largest):
      "values up to \(number(largest)) become the bytes 0 and 1; multiply them with --rescale 255, write"
        + " float32, or add --scale for PNG"
    case .tooDark(let rescale, let largest):
      "with --rescale \(number(Float(rescale))) values end at \(number(largest)) and become the bytes 0"
        + " and 1; leave --rescale out, write float32, or add --scale for PNG"
    case .cutAtZero(let option):
      "\(option) makes values around 0, and bytes begin there: what is below 0 becomes 0; write float32,"
        + " or add --scale for PNG"
    case .unscaled(let largest, let result):
      "--normalization has numbers for values of 0 to 1, and the pictures' go up to \(number(largest)):"
        + " they become up to \(number(result)); add --rescale 1/255"
    case .scaledDown(let largest):
      "--normalization has numbers for values of 0 to 255, and the pictures' go up to"
        + " \(number(largest)); leave --rescale out, or give numbers for 0 to 1"
    case .rescaledTwice(let rescale, let largest):
      "the pictures' values go up to \(number(largest)) before --rescale \(number(Float(rescale))); they"
        + " may be scaled already"
    case .shift(let name, let range):
      "--\(name.rawValue) \(number(Float(range))) is up to \(number(Float(range)))"
        + " \(name == .widthShiftRange ? "widths" : "heights") either way, not pixels: little or nothing of"
        + " a picture stays in it; give a fraction, as 0.1"
    case .shiftedMasks(let values):
      "the pictures hold \(values) values, as masks do: --channel-shift-range changes them, and draws a"
        + " number a channel, so that they part from colour pictures of the same seed"
    case .notNumbers(let count):
      "\(count) \(count == 1 ? "value was" : "values were") NaN and became the byte 0; look for them with"
        + " numpy.isnan"
    }
  }

  private static func text(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + ")"
  }

  private static func number(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : NumberText.short(Double(value))
  }
}
