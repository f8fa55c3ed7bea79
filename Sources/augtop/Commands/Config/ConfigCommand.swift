import ArgumentParser
import Quantities
import Toml

/// `augtop config`: the file in which the screen remembers theme, layout and refresh.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Print the configuration with comments, or where it is.",
    discussion: """
      The screen keeps theme, layout and refresh in $XDG_CONFIG_HOME/augtop/config.toml (without that \
      variable ~/.config/augtop/config.toml) when a key has changed them.

      Examples:
        augtop config default > ~/.config/augtop/config.toml
        augtop config path
      """,
    subcommands: [Default.self, Path.self], defaultSubcommand: Path.self)

  /// Prints the file that says what holds anyway.
  struct Default: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print a configuration of all keys with their standard values and comments.",
      discussion: "Example:\n  augtop config default > ~/.config/augtop/config.toml")

    func run() { printDocument(Configuration.standard, terminator: "") }
  }

  /// Prints the file's path, and whether its content is right.
  struct Path: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the path of the configuration; a fault in it is named with line and key.",
      discussion: "Example:\n  augtop config path")

    func run() throws {
      guard let path = Configuration.path else {
        throw CommandFault.wrong("there is no home folder: set HOME or XDG_CONFIG_HOME")
      }
      print(path.printable)
      _ = try readConfiguration()
    }
  }
}

/// The user's configuration.
///
/// - Throws: A `CommandFault` of status 2 that names file, line and key.
func readConfiguration() throws -> Configuration {
  do {
    return try Configuration.read()
  } catch {
    throw CommandFault.wrong(error.message)
  }
}
