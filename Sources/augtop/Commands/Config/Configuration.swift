import Dashboard
import Glibc
import Host
import Quantities
import Toml

/// The screen's memory from run to run, `$XDG_CONFIG_HOME/augtop/config.toml`.
struct Configuration: Equatable {
  /// A theme's name; nil follows the terminal's background.
  var theme: String?
  /// How panels are arranged.
  var layout = Arrangement.overview
  /// The time between two frames.
  var refresh = Model.refreshes.lowerBound

  /// As a theme that follows the terminal is written.
  private static let automatic = "auto"

  /// The file with the values that hold without one, and comments.
  static let standard = """
    # What augtop's screen remembers. Keys change it: t and T the theme, v the layout, : the refresh.

    # A theme's name (augtop themes list); "auto" is dark, or light on a light terminal.
    theme = "auto"

    # The layout of panels: "overview", "time" or "stages".
    layout = "overview"

    # The time between two frames, 100ms to 10s.
    refresh = "100ms"

    """

  /// The file's path; nil without a home.
  static var path: String? {
    func variable(_ name: String) -> String? {
      guard let value = getenv(name), value.pointee != 0 else { return nil }
      return String(cString: value)
    }
    let folder = variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }
    return folder.map { "\($0)/augtop/config.toml" }
  }

  /// The values that hold without a file.
  init() {}

  /// Parses a file's text.
  ///
  /// - Throws: A `ConfigurationFault` with file, line and key for what isn't TOML, for unknown keys and for
  ///   values that a key doesn't take.
  init(text: String, file: String) throws(ConfigurationFault) {
    let document = try TomlDocument(text: text, file: file)
    self = try document.read { (root) throws(ConfigurationFault) in
      var configuration = Configuration()
      let theme = try root.value("theme", default: Self.automatic)
      configuration.theme = theme == Self.automatic ? nil : theme
      configuration.layout = try root.choice("layout", of: Arrangement.self) ?? .overview
      let refresh = try root.parsed(
        "refresh", orSay: "isn't a time from 100ms to 10s", Model.refresh(of:))
      configuration.refresh = refresh ?? configuration.refresh
      return configuration
    }
  }

  /// The user's file; what holds without one where there is none.
  ///
  /// - Throws: As `init(text:file:)`, and for a file that can't be read.
  static func read() throws(ConfigurationFault) -> Configuration {
    guard let path, access(path, F_OK) == 0 else { return Configuration() }
    return try Configuration(text: TextFile.read(path), file: path)
  }

  /// A file's text with these values; comments and everything else stay.
  func written(into text: String) -> String {
    let values = [
      ("theme", theme ?? Self.automatic), ("layout", layout.rawValue),
      ("refresh", DurationText.write(refresh)),
    ]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (key, value) in values {
      let line = "\(key) = \"\(value)\""
      let place = lines.firstIndex { line in
        line.drop { $0 == " " }.hasPrefix(key)
          && line.drop { $0 == " " }.dropFirst(key.count).drop { $0 == " " }.hasPrefix("=")
      }
      if let place {
        // What stands behind the value as a comment stays with it.
        let comment =
          lines[place].range(ofComment: ()).map { " " + String(lines[place][$0...]) } ?? ""
        lines[place] = line + comment
      } else {
        lines.insert(line, at: lines.last == "" ? lines.count - 1 : lines.count)
      }
    }
    let joined = lines.joined(separator: "\n")
    return joined.hasSuffix("\n") ? joined : joined + "\n"
  }

  /// Writes the values into the user's file, which is made where there is none.
  ///
  /// - Throws: A sentence's reason where the file can't be read or written.
  func save() throws(SaveFault) {
    guard let path = Self.path else { return }
    var text = Self.standard
    if access(path, F_OK) == 0 {
      do {
        text = try TextFile.read(path)
      } catch {
        throw SaveFault(reason: error.message)
      }
    } else {
      var folder = ""
      for part in path.split(separator: "/").dropLast() {
        folder += "/" + part
        mkdir(folder, 0o755)
      }
    }
    do throws(FileFault) {
      let file = try AtomicFile(path: path, replacing: true, isSynced: false)
      try file.append([UInt8](written(into: text).utf8))
      try file.commit()
    } catch {
      throw SaveFault(reason: "\(path): can't be written: \(error.error)")
    }
  }
}

extension String {
  /// Where a comment begins after a quoted value; nil where there is none.
  fileprivate func range(ofComment _: Void) -> Index? {
    var isQuoted = false
    for index in indices {
      if self[index] == "\"" { isQuoted.toggle() }
      if self[index] == "#", !isQuoted { return index }
    }
    return nil
  }
}
