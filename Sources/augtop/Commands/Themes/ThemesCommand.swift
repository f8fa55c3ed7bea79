import ArgumentParser
import Quantities
import Screen
import Themes
import Toml

/// The theme that holds where none is named.
let standardTheme = "dark"
/// The same on a light terminal.
let lightTheme = "light"

/// The theme that `--theme` names, or the standard one.
///
/// - Throws: A `CommandFault` of status 2 with the file's fault.
func resolveTheme(_ name: String?) throws -> Theme {
  do {
    return try ThemeCatalog().theme(named: name ?? standardTheme)
  } catch {
    throw CommandFault.wrong(error.message)
  }
}

/// `augtop themes`: the themes and their faults.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "List the themes, or check a theme file.",
    discussion: """
      Examples:
        augtop themes list
        augtop themes check my-theme.toml
        augtop --theme my-theme.toml
      """,
    subcommands: [List.self, Check.self], defaultSubcommand: List.self)

  /// Prints the names of all themes.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name every theme.",
      discussion: "Example:\n  augtop themes list")

    func run() {
      for name in ThemeCatalog().names { print(name.printable) }
    }
  }

  /// Validates a theme file.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what is wrong with a theme file, with file, line and key.",
      discussion: "Example:\n  augtop themes check my-theme.toml")

    @Argument(help: "The theme file.") var file: String

    func run() throws {
      do {
        // A path even without a slash.
        let path = file.contains("/") ? file : "./\(file)"
        let theme = try ThemeCatalog().theme(named: path)
        print("\(file): theme '\(theme.name)' is complete".printable)
      } catch {
        throw CommandFault.wrong(error.message)
      }
    }
  }
}
