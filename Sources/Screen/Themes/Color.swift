/// A 24-bit colour.
package struct Color: Hashable, Sendable {
  /// Red, 0...255, in sRGB.
  package let red: UInt8
  /// Green, 0...255.
  package let green: UInt8
  /// Blue, 0...255.
  package let blue: UInt8

  /// A colour of sRGB components.
  package init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// `#rrggbb`, upper or lower case; nil for anything else.
  package init?(hex: String) {
    let digits = hex.utf8
    guard digits.count == 7, digits.first == UInt8(ascii: "#") else { return nil }
    var value: UInt32 = 0
    for digit in digits.dropFirst() {
      guard let nibble = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(nibble)
    }
    self.init(rgb: value)
  }

  /// The low 24 bits as red, green, blue.
  package init(rgb: UInt32) {
    self.init(
      red: UInt8(rgb >> 16 & 255), green: UInt8(rgb >> 8 & 255), blue: UInt8(rgb & 255))
  }

  /// The colour as 0xRRGGBB.
  package var rgb: UInt32 { UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

  /// Whether dark text suits it as a background better than light text.
  ///
  /// - Source: the weights of ITU-R BT.601.
  package var isLight: Bool { Int(red) * 299 + Int(green) * 587 + Int(blue) * 114 > 127_500 }

  /// The point between two colours, 0...1 from this to the other, in linear light.
  ///
  /// Mixing light rather than its encoding keeps the middle of a gradient from turning muddy.
  package func mixed(with other: Color, at position: Double) -> Color {
    let part = position > 0 ? min(position, 1) : 0
    func channel(_ from: UInt8, _ to: UInt8) -> UInt8 {
      let light = Color.light(from) * (1 - part) + Color.light(to) * part
      return Color.encoded(light)
    }
    return Color(
      red: channel(red, other.red), green: channel(green, other.green),
      blue: channel(blue, other.blue))
  }

  /// Linear light of an sRGB channel, 0...1.
  private static func light(_ channel: UInt8) -> Double { lightOfChannel[Int(channel)] }

  private static let lightOfChannel: [Double] = (0...255).map { value in
    let encoded = Double(value) / 255
    return encoded <= 0.04045 ? encoded / 12.92 : power24((encoded + 0.055) / 1.055)
  }

  /// The sRGB channel nearest to an amount of linear light.
  private static func encoded(_ light: Double) -> UInt8 {
    var low = 0
    var high = 255
    while low < high {
      let middle = (low + high) / 2
      if lightOfChannel[middle] < light { low = middle + 1 } else { high = middle }
    }
    if low > 0, light - lightOfChannel[low - 1] < lightOfChannel[low] - light { low -= 1 }
    return UInt8(low)
  }

  /// x to the power of 2.4, as x² · x^(2/5) with the fifth root by Newton's method.
  private static func power24(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let square = x * x
    var root = 1.0
    for _ in 0..<60 { root -= (root - square / (root * root * root * root)) / 5 }
    return square * root
  }

  /// Relative luminance, 0...1.
  ///
  /// - Source: WCAG 2.1, "relative luminance".
  package var luminance: Double {
    0.2126 * Color.light(red) + 0.7152 * Color.light(green) + 0.0722 * Color.light(blue)
  }

  /// Contrast of two colours, 1...21; text should reach 4.5.
  ///
  /// - Source: WCAG 2.1, "contrast ratio".
  package func contrast(with other: Color) -> Double {
    let (a, b) = (luminance + 0.05, other.luminance + 0.05)
    return max(a, b) / min(a, b)
  }
}

/// Colours along a quantity from 0 to 1, evenly spaced.
package struct Gradient: Hashable, Sendable {
  /// The colours at equal distances from the first to the last.
  package let stops: [Color]

  /// A gradient; nil unless it has at least two stops.
  package init?(stops: [Color]) {
    guard stops.count >= 2 else { return nil }
    self.stops = stops
  }

  /// The colour at a position; clamped to 0...1, and NaN counts as 0.
  package func color(at position: Double) -> Color {
    let place = (position > 0 ? min(position, 1) : 0) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], at: place - Double(index))
  }
}
