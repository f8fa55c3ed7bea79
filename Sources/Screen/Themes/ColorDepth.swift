/// How many colours a terminal shows.
package enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
  /// Bold, dim, reverse and underline only.
  case none
  case ansi8
  case ansi16
  case indexed256
  case trueColor

  /// Fewer colours come before more.
  package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }

  /// The depth that terminfo's number of colours means.
  package init(colors: Int) {
    switch colors {
    case 0x10000...: self = .trueColor
    case 256...: self = .indexed256
    case 16...: self = .ansi16
    case 8...: self = .ansi8
    default: self = .none
    }
  }

  /// The index of the nearest colour in a terminal of this depth; −1 is the terminal's default.
  package func index(of color: Color) -> Int32 {
    switch self {
    case .none: -1
    // Without a dark grey, the light one: black may be what lies below.
    case .ansi8: ColorDepth.nearest16(color) == 8 ? 7 : Int32(ColorDepth.nearest16(color) & 7)
    case .ansi16: Int32(ColorDepth.nearest16(color))
    case .indexed256: Int32(ColorDepth.nearest256(color))
    // In terminfo's direct entries, 0...7 mean the eight ANSI colours.
    case .trueColor: Int32(max(8, color.rgb))
    }
  }

  /// The nearest of xterm's 6×6×6 cube and 24 greys, by squared distance.
  static func nearest256(_ color: Color) -> Int {
    let channels = [Int(color.red), Int(color.green), Int(color.blue)]
    let levels = [0, 95, 135, 175, 215, 255]
    let steps = channels.map { $0 < 48 ? 0 : $0 < 115 ? 1 : ($0 - 35) / 40 }
    let grey = max(0, min(23, (channels.reduce(0, +) / 3 - 3) / 10))
    func distance(_ candidate: (Int) -> Int) -> Int {
      (0..<3).reduce(0) { sum, i in
        sum + (channels[i] - candidate(i)) * (channels[i] - candidate(i))
      }
    }
    let cubeDistance = distance { levels[steps[$0]] }
    let greyDistance = distance { _ in 8 + 10 * grey }
    return greyDistance < cubeDistance ? 232 + grey : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
  }

  /// The ANSI colour of the same hue and about the same lightness.
  ///
  /// Not the nearest by distance: that would turn every pastel into grey.
  static func nearest16(_ color: Color) -> Int {
    let channels = [Int(color.red), Int(color.green), Int(color.blue)]
    let most = channels.max() ?? 0
    let least = channels.min() ?? 0
    // Cream and other tinted whites are text, not yellow, and a tinted black is a ground.
    guard most >= 80, most - least >= 40, (most - least) * 4 >= most else {
      switch channels.reduce(0, +) / 3 {
      case ..<80: return 0
      case ..<140: return 8
      case ..<210: return 7
      default: return 15
      }
    }
    let middle = (most + least) / 2
    let hue = (0..<3).reduce(0) { $0 | (channels[$1] > middle ? 1 << $1 : 0) }
    return most > 200 ? hue + 8 : hue
  }
}
