/// How text is set, besides its colour.
package struct TextAttributes: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = TextAttributes(rawValue: 1)
  package static let dim = TextAttributes(rawValue: 2)
  package static let reverse = TextAttributes(rawValue: 4)
  package static let underline = TextAttributes(rawValue: 8)
}

/// What a cell looks like, in the words of a theme and never in colours.
package struct Style: Hashable, Sendable {
  package var ink: Ink
  /// What lies under the glyph; nil: the theme's background, or the role's own.
  package var ground: Ink?
  /// Added to what the theme gives the role.
  package var attributes: TextAttributes

  package init(_ ink: Ink, on ground: Ink? = nil, attributes: TextAttributes = []) {
    self.ink = ink
    self.ground = ground
    self.attributes = attributes
  }

  package init(_ role: Role, on ground: Role? = nil, attributes: TextAttributes = []) {
    self.init(.role(role), on: ground.map { .role($0) }, attributes: attributes)
  }

  package static let text = Style(.text)
}
