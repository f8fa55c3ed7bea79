package import Screen
package import Toml

/// A theme as a file has it: TOML with a background, borders, roles and gradients.
///
/// ```toml
/// description = "Arctic, after dusk"
/// background = "#2e3440"        # or "default": the terminal's own
/// borders = "rounded"           # square, none
/// text-contrast = 7             # that all text reaches; 4.5 where it isn't given
///
/// [roles]
/// text = "#d8dee9"              # "default": the terminal's own
/// accent = { fg = "#88c0d0", bg = "#3b4252", bold = true }
///
/// [gradients]
/// load = ["#a3be8c", "#ebcb8b", "#bf616a"]
/// ```
/// Roles without fallback and all gradients must be there; the rest takes its fallback's look.
package struct ThemeFile: Hashable, Sendable {
  /// The theme, complete.
  package let theme: Theme
  /// One line for lists of themes; empty where the file has none.
  package let description: String

  /// The contrasts that text may be asked to reach.
  ///
  /// - Source: WCAG 2.1, 1.4.3; black on white has 21.
  private static let contrasts = 4.5...21.0

  /// Parses a theme.
  ///
  /// - Parameters:
  ///   - name: The theme's name.
  ///   - file: The file's name in messages.
  /// - Throws: A `ConfigurationFault` for text that isn't TOML, for unknown or missing keys, and for
  ///   values that aren't colours, with file, line and key.
  package init(text: String, name: String, file: String) throws(ConfigurationFault) {
    let document = try TomlDocument(text: text, file: file)
    self = try document.read { (root) throws(ConfigurationFault) in
      let description = try root.value("description", default: "")
      let background = try root.color("background")
      let borders = try root.choice("borders", of: BorderSet.self) ?? .rounded
      let contrast = try root.value("text-contrast", default: Self.contrasts.lowerBound)
      guard Self.contrasts.contains(contrast) else {
        throw root.fault("text-contrast", "isn't from 4.5 to 21")
      }
      let looks = try root.requiredTable("roles") { (roles) throws(ConfigurationFault) in
        try ThemeFile.readLooks(&roles)
      }
      let gradients = try root.requiredTable("gradients") {
        (table) throws(ConfigurationFault) in
        try ThemeFile.readGradients(&table)
      }
      guard
        let theme = Theme(
          name: name, background: background.color, borders: borders, textContrast: contrast,
          looks: looks, gradients: gradients)
      else { throw ConfigurationFault(file: file, keyPath: "roles", problem: .missing) }
      return ThemeFile(theme: theme, description: description)
    }
  }

  private init(theme: Theme, description: String) {
    self.theme = theme
    self.description = description
  }

  private static func readLooks(
    _ roles: inout TomlTable
  ) throws(ConfigurationFault) -> [Role: RoleLook] {
    var looks: [Role: RoleLook] = [:]
    for role in Role.allCases {
      let key = role.rawValue
      if role.fallback != nil, roles.kind(key) == nil {
        // Asked for all the same, so that it is suggested for a misspelt key.
        _ = try roles.value(key, as: String.self)
      } else if roles.kind(key) == .table {
        looks[role] = try roles.requiredTable(key) { (table) throws(ConfigurationFault) in
          RoleLook(
            foreground: try table.color("fg", default: .terminals).color,
            background: try table.color("bg", default: .terminals).color,
            attributes: try readAttributes(&table))
        }
      } else {
        looks[role] = RoleLook(foreground: try roles.color(key).color)
      }
    }
    return looks
  }

  private static func readAttributes(
    _ table: inout TomlTable
  ) throws(ConfigurationFault) -> TextAttributes {
    var attributes: TextAttributes = []
    if try table.value("bold", default: false) { attributes.insert(.bold) }
    if try table.value("dim", default: false) { attributes.insert(.dim) }
    if try table.value("reverse", default: false) { attributes.insert(.reverse) }
    if try table.value("underline", default: false) { attributes.insert(.underline) }
    return attributes
  }

  private static func readGradients(
    _ table: inout TomlTable
  ) throws(ConfigurationFault) -> [GradientRole: Gradient] {
    var gradients: [GradientRole: Gradient] = [:]
    for role in GradientRole.allCases {
      let texts = try table.required(role.rawValue, as: [String].self)
      var stops: [Color] = []
      for text in texts {
        guard let color = Color(hex: text) else {
          throw table.fault(role.rawValue, "has \"\(text)\", which \(ThemeColor.notAColor)")
        }
        stops.append(color)
      }
      guard let gradient = Gradient(stops: stops) else {
        throw table.fault(role.rawValue, "has too few colours; write at least two")
      }
      gradients[role] = gradient
    }
    return gradients
  }
}

/// A colour in a theme file.
private enum ThemeColor: Sendable {
  case explicit(Color)
  /// The terminal's own, or the theme's background.
  case terminals

  static let notAColor = "isn't a colour; write \"#rrggbb\""

  var color: Color? {
    if case .explicit(let color) = self { color } else { nil }
  }

  init?(text: String) {
    if text == "default" {
      self = .terminals
    } else if let color = Color(hex: text) {
      self = .explicit(color)
    } else {
      return nil
    }
  }
}

extension TomlTable {
  fileprivate mutating func color(
    _ key: String, default standard: ThemeColor? = nil
  ) throws(ConfigurationFault) -> ThemeColor {
    if let color = try parsed(key, orSay: ThemeColor.notAColor, ThemeColor.init(text:)) {
      return color
    }
    if let standard { return standard }
    throw fault(key, ThemeColor.notAColor)
  }
}
