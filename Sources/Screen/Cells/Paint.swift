/// A style as one terminal shows it: colour numbers and attributes.
package struct Paint: Hashable, Sendable {
  /// The terminal's number for the colour, or −1 for its default.
  package var foreground: Int32
  /// The terminal's number for the colour behind the text, or −1 for its default.
  package var background: Int32
  /// Bold, dim, reverse and underline.
  package var attributes: TextAttributes

  /// Colour numbers as they are.
  package init(foreground: Int32, background: Int32, attributes: TextAttributes) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

extension Theme {
  /// A style at a depth of colour.
  ///
  /// Where few colours make text and ground too alike, the text takes the nearest colour that can be read.
  /// A selection that wouldn't show is reversed.
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
    if style.ground == .role(.barTrack), let ground, let below = background.map(depth.index) {
      paint.background = depth.readable(ground, on: below, least: Role.trackContrast)
    }
    if let text = top.foreground, let least = leastContrast(style) {
      paint.foreground = depth.readable(text, on: paint.background, least: least)
    }
    guard depth <= .ansi16 else { return paint }
    if style.ground == .role(.selection), paint.background == background.map(depth.index) ?? -1 {
      paint.attributes.insert(.reverse)
      if case .role = style.ink { paint.foreground = look(.text).foreground.map(depth.index) ?? -1 }
    }
    if paint.foreground == paint.background, let ground, let text = top.foreground, text != ground {
      paint.foreground = depth.fallback(for: text, on: ground)
    }
    return paint
  }

  /// The contrast that a style has to reach; nil where it lies on another shape than a bar's track.
  private func leastContrast(_ style: Style) -> Double? {
    if style.ground == .role(.barTrack) {
      switch style.ink {
      case .role(let role): return role.liesOnTracks ? 3 : nil
      case .gradient: return 3
      case .shade, .exact: return nil
      }
    }
    guard style.ground == nil || style.ground == .role(.selection) else { return nil }
    switch style.ink {
    case .role(let role): return role.leastContrast(text: textContrast)
    case .gradient: return 3
    case .shade, .exact: return nil
    }
  }

  /// The colours of an ink as the theme means them, before any terminal.
  package func colors(_ ink: Ink) -> RoleLook {
    switch ink {
    case .role(let role): look(role)
    case .gradient(let gradient, let position):
      RoleLook(foreground: color(gradient, at: Double(position) / 255))
    case .shade(let role, let amount): shade(role, amount)
    case .exact(let color): RoleLook(foreground: color)
    }
  }

  /// Over the terminal's own ground, whose colour isn't known, a shade is the colour itself.
  private func shade(_ role: Role, _ amount: UInt8) -> RoleLook {
    guard amount > 0 else { return RoleLook(foreground: background) }
    guard let color = look(role).foreground, let background else {
      return RoleLook(foreground: look(role).foreground)
    }
    return RoleLook(foreground: background.mixed(with: color, at: Double(amount) / 255))
  }
}

extension ColorDepth {
  /// A foreground for text that came out in the ground's own colour: black, white, or for what was
  /// meant to be faint, the grey next to the ground.
  fileprivate func fallback(for text: Color, on ground: Color) -> Int32 {
    let isFaint = self == .ansi16 && text.contrast(with: ground) < 3
    let isDarkGround = ground.luminance < 0.18
    let candidates: [Int32] =
      isDarkGround
      ? (isFaint ? [8, 7] : [self == .ansi16 ? 15 : 7, 8]) : (isFaint ? [7, 8] : [0, 8])
    let taken = index(of: ground)
    return candidates.first { $0 != taken } ?? 7
  }
}
