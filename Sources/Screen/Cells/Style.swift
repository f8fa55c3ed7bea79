/// How text is set, besides its colour.
package struct TextAttributes: OptionSet, Hashable, Sendable {
  /// One bit for each attribute.
  package let rawValue: UInt8

  /// The attributes whose bits are set.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Heavier, or brighter where the terminal has no bold font.
  package static let bold = TextAttributes(rawValue: 1)
  /// Fainter.
  package static let dim = TextAttributes(rawValue: 2)
  /// Text and ground exchanged.
  package static let reverse = TextAttributes(rawValue: 4)
  /// Underlined.
  package static let underline = TextAttributes(rawValue: 8)
}

/// The look of a cell, in roles of a theme and never in colours.
package struct Style: Hashable, Sendable {
  /// The colour of the text.
  package var ink: Ink
  /// The colour behind the glyph; nil means the theme's background, or the role's own.
  package var ground: Ink?
  /// Added to what the theme gives the role.
  package var attributes: TextAttributes

  /// A style of any ink; without a ground it keeps the one below.
  package init(_ ink: Ink, on ground: Ink? = nil, attributes: TextAttributes = []) {
    self.ink = ink
    self.ground = ground
    self.attributes = attributes
  }

  /// A style of a role's colours.
  package init(_ role: Role, on ground: Role? = nil, attributes: TextAttributes = []) {
    self.init(.role(role), on: ground.map { .role($0) }, attributes: attributes)
  }

  /// Plain text.
  package static let text = Style(.text)
}
