/// Contrast at every depth of colour: where the nearest colour of a terminal can't be read on its ground,
/// the nearest that can takes its place.
extension ColorDepth {
  /// The sixteen ANSI colours as xterm shows them; other terminals' are near.
  private static let ansi: [Color] = [
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F,
    0xFF0000,
    0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
  ].map { Color(rgb: $0) }

  private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]

  /// The colour that a number stands for; nil for −1, the terminal's own, and for numbers beyond the depth.
  package func color(of index: Int32) -> Color? {
    let number = Int(index)
    switch (self, number) {
    case (.none, _), (_, ..<0): return nil
    case (.ansi8, 0..<8), (.ansi16, 0..<16), (.indexed256, 0..<16): return Self.ansi[number]
    case (.indexed256, 16..<232):
      let place = number - 16
      return Color(
        red: Self.levels[place / 36], green: Self.levels[place / 6 % 6],
        blue: Self.levels[place % 6])
    case (.indexed256, 232..<256):
      let grey = UInt8(8 + 10 * (number - 232))
      return Color(red: grey, green: grey, blue: grey)
    case (.trueColor, _): return Color(rgb: UInt32(number))
    default: return nil
    }
  }

  /// The number of the colour nearest to this one that reaches a contrast on a ground; of the whitest or
  /// blackest where none does.
  ///
  /// - Parameters:
  ///   - ground: The number of the ground's colour; −1 isn't known, and takes the nearest.
  ///   - least: The contrast to reach.
  /// - Complexity: O(colours of the depth) where the nearest doesn't reach it.
  func readable(_ color: Color, on ground: Int32, least: Double) -> Int32 {
    let nearest = index(of: color)
    guard self != .trueColor, let below = self.color(of: ground),
      let shown = self.color(of: nearest),
      shown.contrast(with: below) < least
    else { return nearest }
    let numbers: Range<Int32> = self == .indexed256 ? 16..<256 : self == .ansi16 ? 0..<16 : 0..<8
    let candidates = numbers.compactMap { number in self.color(of: number).map { (number, $0) } }
    let readable = candidates.filter { $0.1.contrast(with: below) >= least }
    if let best = readable.min(by: { $0.1.distance(to: color) < $1.1.distance(to: color) }) {
      return best.0
    }
    return candidates.max { $0.1.contrast(with: below) < $1.1.contrast(with: below) }?.0 ?? nearest
  }
}

extension Color {
  /// How different two colours look, roughly.
  ///
  /// - Source: T. Riemersma, "Colour metric" (compuphase.com): RGB weighted by the mean of the reds.
  fileprivate func distance(to other: Color) -> Double {
    let mean = (Double(red) + Double(other.red)) / 2
    let parts = [
      (red, other.red, 2 + mean / 256), (green, other.green, 4),
      (blue, other.blue, 2 + (255 - mean) / 256),
    ]
    return parts.reduce(0) { sum, part in
      let difference = Double(part.0) - Double(part.1)
      return sum + part.2 * difference * difference
    }
  }
}

extension GradientRole {
  /// Whether bars of it lie on a track.
  package var liesOnTracks: Bool { self != .queue }
}

extension Role {
  /// The contrast that the role has to reach on its ground; nil where none is wanted.
  ///
  /// - Source: WCAG 2.1, 1.4.3 and 1.4.11: 4.5 for text, 3 for shapes.
  ///
  /// - Parameter text: The contrast of text in the theme.
  package func leastContrast(text: Double) -> Double? {
    switch self {
    case .text, .muted, .title, .heading, .accent, .key, .value, .good, .warn, .bad, .stageOn,
      .stageOff, .graphAxis, .gpuBusy, .gpuHost, .gpuStarved, .queueEmpty, .queueFull, .marker,
      .recording:
      text
    case .graphBand, .graphMean: 3
    // Their ground is what is seen of a selection; the others are there to be overlooked.
    case .border, .selection, .barTrack, .ghost: nil
    }
  }

  /// The contrast that a bar's track has to reach on the ground, so that one sees how long the whole is; no
  /// more, since the bar lies on it and has to reach a shape's contrast there.
  package static let trackContrast = 1.5

  /// Whether bars of it lie on a track.
  package var liesOnTracks: Bool {
    switch self {
    case .graphBand, .gpuBusy, .gpuHost, .gpuStarved, .warn: true
    case .text, .muted, .title, .heading, .border, .accent, .key, .value, .good, .bad, .selection,
      .barTrack, .stageOn, .stageOff, .graphMean, .graphAxis, .queueEmpty, .queueFull, .ghost,
      .marker, .recording:
      false
    }
  }

  /// Whether text of it stands in selected rows.
  package var isInSelectedRows: Bool {
    switch self {
    case .gpuBusy, .gpuHost, .gpuStarved, .queueEmpty, .queueFull, .graphBand, .graphMean, .border,
      .selection, .barTrack, .ghost:
      false
    case .text, .muted, .title, .heading, .accent, .key, .value, .good, .warn, .bad, .stageOn,
      .stageOff, .graphAxis, .marker, .recording:
      true
    }
  }
}
