package import Screen

/// The contrasts of a theme's text and bars on their grounds, as a terminal of some depth shows them.
package struct ThemeContrast: Sendable {
  /// Something whose contrast is too low.
  package struct Fault: Sendable, Equatable {
    /// The role or the gradient, and on which ground: "bad on the selection".
    package var place: String
    /// The contrast that it has.
    package var contrast: Double
    /// The contrast that it should have.
    package var wanted: Double
  }

  /// The depth that was looked at.
  package let depth: ColorDepth
  /// The lowest contrast of text; nil where the theme leaves its colours to the terminal.
  package private(set) var leastText: Double?
  /// The lowest contrast of bars and graphs; nil likewise.
  package private(set) var leastBars: Double?
  /// The contrast of a bar's track; nil likewise, and where a glyph shows it.
  package private(set) var leastTrack: Double?
  /// All that is too low.
  package private(set) var faults: [Fault] = []

  /// The depths that are looked at.
  package static let depths: [ColorDepth] = [.trueColor, .indexed256, .ansi16]

  /// Computes a theme's contrasts.
  ///
  /// - Complexity: O(roles × colours of the depth).
  package init(_ theme: Theme, depth: ColorDepth) {
    self.depth = depth
    for role in Role.allCases {
      guard let wanted = role.leastContrast(text: theme.textContrast) else { continue }
      let isText = wanted > 3
      look(at: Style(role), of: theme, "\(role.rawValue)", wanted, isText: isText)
      if role.isInSelectedRows {
        look(
          at: Style(role, on: .selection), of: theme, "\(role.rawValue) on the selection", wanted,
          isText: isText)
      }
    }
    lookAtTracks(of: theme)
    for gradient in GradientRole.allCases {
      for step in 0...16 {
        let part = Double(step) / 16
        look(
          at: Style(.sample(gradient, at: part)), of: theme,
          "gradient \(gradient.rawValue) at \(step)/16", 3, isText: false)
      }
    }
  }

  /// With sixteen colours a track is drawn by its glyph, as muted text.
  private mutating func lookAtTracks(of theme: Theme) {
    guard depth > .ansi16 else { return }
    let track = depth.color(
      of: theme.paint(Style(.barTrack, on: .barTrack), depth: depth).background)
    let ground = depth.color(of: theme.paint(Style(.text), depth: depth).background)
    guard let track, let ground else { return }
    let contrast = track.contrast(with: ground)
    leastTrack = contrast
    if contrast < Role.trackContrast {
      faults.append(Fault(place: "bar-track", contrast: contrast, wanted: Role.trackContrast))
    }
    for role in Role.allCases where role.liesOnTracks {
      look(
        at: Style(role, on: .barTrack), of: theme, "\(role.rawValue) on bar-track", 3, isText: false
      )
    }
    for gradient in GradientRole.allCases where gradient.liesOnTracks {
      for step in 0...16 {
        look(
          at: Style(.sample(gradient, at: Double(step) / 16), on: .role(.barTrack)), of: theme,
          "gradient \(gradient.rawValue) at \(step)/16 on bar-track", 3, isText: false)
      }
    }
  }

  private mutating func look(
    at style: Style, of theme: Theme, _ place: String, _ wanted: Double, isText: Bool
  ) {
    let paint = theme.paint(style, depth: depth)
    guard let text = depth.color(of: paint.foreground),
      let ground = depth.color(of: paint.background)
    else { return }
    let contrast = text.contrast(with: ground)
    if isText {
      leastText = min(leastText ?? contrast, contrast)
    } else {
      leastBars = min(leastBars ?? contrast, contrast)
    }
    if contrast < wanted { faults.append(Fault(place: place, contrast: contrast, wanted: wanted)) }
  }
}
