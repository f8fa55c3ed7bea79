/// The look that a theme gives one role.
package struct RoleLook: Hashable, Sendable {
  /// nil: the terminal's own.
  package var foreground: Color?
  /// nil: the theme's background.
  package var background: Color?
  /// Attributes that the role always has.
  package var attributes: TextAttributes

  /// A look; a nil colour is the terminal's or the one below.
  package init(
    foreground: Color? = nil, background: Color? = nil, attributes: TextAttributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// How roles and gradients look; complete: it has an answer for every one.
package struct Theme: Hashable, Sendable {
  /// The name that users choose it by.
  package let name: String
  /// nil: the terminal's own.
  package let background: Color?
  /// The lines that boxes are drawn with.
  package let borders: BorderSet
  /// The contrast that all text has on its ground, 4.5 to 21.
  package let textContrast: Double
  private let looks: [Role: RoleLook]
  private let gradients: [GradientRole: Gradient]

  /// A theme, or nil where a role without fallback or a gradient is missing.
  package init?(
    name: String, background: Color?, borders: BorderSet, textContrast: Double = 4.5,
    looks: [Role: RoleLook], gradients: [GradientRole: Gradient]
  ) {
    var complete = looks
    for role in Role.allCases where complete[role] == nil {
      guard let fallback = role.fallback, let look = looks[fallback] else { return nil }
      complete[role] = look
    }
    guard GradientRole.allCases.allSatisfy({ gradients[$0] != nil }) else { return nil }
    self.name = name
    self.background = background
    self.borders = borders
    self.textContrast = textContrast
    self.looks = complete
    self.gradients = gradients
  }

  /// The look of a role; a plain one where the theme doesn't define it.
  package func look(_ role: Role) -> RoleLook { looks[role] ?? RoleLook() }

  /// The colour of a gradient at a position in 0...1; nil where the theme has no such gradient.
  package func color(_ gradient: GradientRole, at position: Double) -> Color? {
    gradients[gradient]?.color(at: position)
  }

  /// A gradient; nil where the theme has none of that role.
  package func gradient(_ role: GradientRole) -> Gradient? { gradients[role] }

  /// The glyphs that suit the theme's borders, and the colours there are.
  package func glyphs(isUnicode: Bool, depth: ColorDepth = .trueColor) -> Glyphs {
    var glyphs = isUnicode ? Glyphs.unicode(borders: borders) : .ascii(borders: borders)
    glyphs.tellsByShape =
      glyphs.isASCII || depth <= .ansi16 || background == nil || look(.gpuBusy).foreground == nil
    return glyphs
  }

  /// The built-in look without any colour, for when there is no theme to be had.
  package static let plain: Theme = {
    // A grey that shows on black as on white.
    let grey = Color(rgb: 0x808080)
    guard let ramp = Gradient(stops: [grey, grey]),
      let theme = Theme(
        name: "plain", background: nil, borders: .rounded,
        looks: [
          .text: RoleLook(), .muted: RoleLook(attributes: .dim),
          .accent: RoleLook(attributes: .bold), .good: RoleLook(),
          .warn: RoleLook(attributes: .bold), .bad: RoleLook(attributes: [.bold, .underline]),
          .selection: RoleLook(attributes: .reverse), .barTrack: RoleLook(),
        ], gradients: [.load: ramp, .queue: ramp, .progress: ramp])
    else { preconditionFailure("the plain theme names every role without fallback") }
    return theme
  }()
}

extension Role {
  /// The role whose look is used where a theme doesn't define this one; nil where a theme must.
  package var fallback: Role? {
    switch self {
    case .text, .muted, .accent, .good, .warn, .bad, .selection, .barTrack: nil
    case .title, .key, .graphMean, .marker: .accent
    case .heading, .border, .stageOff, .graphBand, .graphAxis, .ghost: .muted
    case .value: .text
    case .stageOn, .gpuBusy: .good
    case .gpuHost, .queueEmpty: .warn
    case .queueFull: .accent
    case .gpuStarved, .recording: .bad
    }
  }
}
