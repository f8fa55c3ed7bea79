/// What a style comes to on one terminal: colour numbers and attributes.
package struct Paint: Hashable, Sendable {
  /// The terminal's number for the colour, or −1 for its default.
  package var foreground: Int32
  package var background: Int32
  package var attributes: TextAttributes

  package init(foreground: Int32, background: Int32, attributes: TextAttributes) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

extension Theme {
  /// What a style looks like at a depth of colour.
  ///
  /// Where few colours make text and ground the same, the text gives way to black or white. A
  /// selection that would lie in colour alone is reversed.
  package func paint(_ style: Style, depth: ColorDepth) -> Paint {
    let top = colors(style.ink)
    var attributes = style.attributes.union(top.attributes)
    var ground = top.background ?? background
    if let under = style.ground {
      let look = colors(under)
      ground = look.background ?? look.foreground ?? ground
      attributes.formUnion(look.attributes)
    }
    guard depth != .none else {
      if style.ground == .role(.selection) || style.ink == .role(.selection) {
        attributes.insert(.reverse)
      }
      return Paint(foreground: -1, background: -1, attributes: attributes)
    }
    var paint = Paint(
      foreground: top.foreground.map(depth.index) ?? -1,
      background: ground.map(depth.index) ?? -1, attributes: attributes)
    if depth <= .ansi16, paint.foreground == paint.background, let ground,
      top.foreground != ground
    {
      let light: Int32 = depth == .ansi16 ? 15 : 7
      paint.foreground = ground.luminance < 0.18 ? light : 0
      if paint.foreground == paint.background { paint.foreground = light - paint.foreground }
    }
    return paint
  }

  /// The colours of a style as the theme means them, before any terminal.
  package func colors(_ ink: Ink) -> RoleLook {
    switch ink {
    case .role(let role): look(role)
    case .gradient(let gradient, let position):
      RoleLook(foreground: color(gradient, at: Double(position) / 255))
    }
  }
}
