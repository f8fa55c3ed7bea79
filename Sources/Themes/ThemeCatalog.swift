import Glibc
package import Screen
package import Toml

/// The themes there are: those in the program, and the user's own files.
package struct ThemeCatalog: Sendable {
  /// The themes in the program, in the order in which the user steps through them.
  package static let builtInNames = [
    "dark", "light", "nord", "gruvbox", "solarized", "solarized-light", "dracula", "catppuccin",
    "paper", "color-blind", "high-contrast", "sixteen", "mono",
  ]

  /// Where the user's themes lie: `$XDG_CONFIG_HOME/augtop/themes`; nil without a home.
  package static var defaultUserFolder: String? {
    if let folder = variable("XDG_CONFIG_HOME") { return folder + "/augtop/themes" }
    return variable("HOME").map { $0 + "/.config/augtop/themes" }
  }

  /// The user's folder of themes; nil, or one that doesn't exist, holds none.
  package let userFolder: String?

  /// A catalog of the program's themes and those of a folder.
  package init(userFolder: String? = ThemeCatalog.defaultUserFolder) {
    self.userFolder = userFolder
  }

  /// All names: the program's, then the user's own in alphabetical order.
  package var names: [String] {
    ThemeCatalog.builtInNames
      + userNames.filter { !ThemeCatalog.builtInNames.contains($0) }.sorted()
  }

  /// A theme by name, or by the path of a file.
  ///
  /// A name that contains a slash or ends in `.toml` is a path. A user's theme hides one of the
  /// program's of the same name.
  ///
  /// - Throws: As `file`.
  package func theme(named name: String) throws(ConfigurationFault) -> Theme {
    try file(named: name).theme
  }

  /// A theme and its description.
  ///
  /// - Throws: A `ConfigurationFault` with the nearest name for an unknown theme, and for a file
  ///   that can't be read or isn't a theme.
  package func file(named name: String) throws(ConfigurationFault) -> ThemeFile {
    if name.contains("/") || name.hasSuffix(".toml") { return try ThemeCatalog.load(name) }
    if let userFolder, userNames.contains(name) {
      return try ThemeCatalog.load("\(userFolder)/\(name).toml")
    }
    guard let bytes = ThemeCatalog.builtIn(name) else {
      throw ConfigurationFault(
        file: "",
        problem: .unknownName(
          name, of: "theme", nearest: nearest(to: name, among: names), known: names))
    }
    return try ThemeFile(
      text: String(decoding: bytes, as: UTF8.self), name: name, file: "themes/\(name).toml")
  }

  private static func load(_ path: String) throws(ConfigurationFault) -> ThemeFile {
    let text = try TextFile.read(path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return try ThemeFile(
      text: text, name: name.hasSuffix(".toml") ? String(name.dropLast(5)) : name, file: path)
  }

  private var userNames: [String] {
    guard let userFolder, let folder = opendir(userFolder) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let file = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if file.hasSuffix(".toml"), file.count > 5 { names.append(String(file.dropLast(5))) }
    }
    return names
  }

  private static func builtIn(_ name: String) -> [UInt8]? {
    switch name {
    case "dark": PackageResources.theme_dark_toml
    case "light": PackageResources.theme_light_toml
    case "nord": PackageResources.theme_nord_toml
    case "gruvbox": PackageResources.theme_gruvbox_toml
    case "solarized": PackageResources.theme_solarized_toml
    case "solarized-light": PackageResources.theme_solarized_light_toml
    case "dracula": PackageResources.theme_dracula_toml
    case "catppuccin": PackageResources.theme_catppuccin_toml
    case "paper": PackageResources.theme_paper_toml
    case "color-blind": PackageResources.theme_color_blind_toml
    case "sixteen": PackageResources.theme_sixteen_toml
    case "high-contrast": PackageResources.theme_high_contrast_toml
    case "mono": PackageResources.theme_mono_toml
    default: nil
    }
  }

  /// The JSON Schema of theme files (draft 2020-12), for editors.
  package static var schema: String {
    String(decoding: PackageResources.theme_schema_json, as: UTF8.self)
  }

  /// An environment variable; nil when unset or empty.
  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
