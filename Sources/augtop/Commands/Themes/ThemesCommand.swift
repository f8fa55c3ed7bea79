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

/// The file that `--theme` names; none where it is a theme's name.
func themeFiles(_ theme: String?) -> [String] {
  theme.map { $0.contains("/") || $0.hasSuffix(".toml") ? [$0] : [] } ?? []
}

/// `augtop themes`: the themes and their faults.
struct ThemesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "themes",
    abstract: "List the themes, or check theme files and their contrasts.",
    discussion: """
      Examples:
        augtop themes list
        augtop themes check my-theme.toml
        augtop themes schema > theme-schema.json
        augtop --theme my-theme.toml
      """,
    subcommands: [List.self, Check.self, Schema.self], defaultSubcommand: List.self)

  /// Prints the names of all themes.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Name every theme.",
      discussion: "Example:\n  augtop themes list")

    func run() {
      for name in ThemeCatalog().names { print(name.printable) }
    }
  }

  /// Prints the schema of theme files.
  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the JSON Schema of theme files, for editors.",
      discussion: "Example:\n  augtop themes schema > theme-schema.json")

    func run() { printDocument(ThemeCatalog.schema, terminator: "") }
  }

  /// Validates theme files and computes their contrasts.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what is wrong with theme files: file, line and key, and what can't be read.",
      discussion: """
        Text has to have a contrast of 4.5 on its ground (or what text-contrast says), bars and graphs \
        one of 3, also on a bar's track, and the track one of 1.5: in 24-bit colours, in 256 and in 16. Exit \
        status 1 where something is below.

        Examples:
          augtop themes check
          augtop themes check my-theme.toml
        """)

    @Argument(help: "Theme files; without any, all themes.") var files: [String] = []

    func run() throws {
      var faults: [String] = []
      for name in files.isEmpty ? ThemeCatalog().names : files {
        // A path even without a slash.
        let path = files.isEmpty || name.contains("/") ? name : "./\(name)"
        let theme: Theme
        do {
          theme = try ThemeCatalog().theme(named: path)
        } catch {
          throw CommandFault.wrong(error.message)
        }
        let contrasts = ThemeContrast.depths.map { ThemeContrast(theme, depth: $0) }
        print("\(name): \(Self.summary(contrasts))".printable)
        for contrast in contrasts {
          faults += contrast.faults.map { Self.sentence($0, contrast.depth, name) }
        }
      }
      if !faults.isEmpty {
        throw CommandFault(messages: faults, status: ExitStatus.workFailed)
      }
    }

    private static func summary(_ contrasts: [ThemeContrast]) -> String {
      let parts = contrasts.compactMap { contrast -> String? in
        guard let text = contrast.leastText, let bars = contrast.leastBars else { return nil }
        return
          "\(contrast.depth.title) \(NumberText.fixed(text, 1)) and \(NumberText.fixed(bars, 1))"
          + (contrast.leastTrack.map { ", tracks \(NumberText.fixed($0, 1))" } ?? "")
      }
      return parts.isEmpty
        ? "complete; the colours are the terminal's own"
        : "complete; least contrast of text and bars: \(parts.joined(separator: "; "))"
    }

    private static func sentence(
      _ fault: ThemeContrast.Fault, _ depth: ColorDepth, _ name: String
    ) -> String {
      "\(name): \(fault.place) has a contrast of \(NumberText.fixed(fault.contrast, 2)) in"
        + " \(depth.title) colours; it should be \(NumberText.brief(fault.wanted, 1))"
    }
  }
}

extension ColorDepth {
  /// As the check names it.
  fileprivate var title: String {
    switch self {
    case .none: "no"
    case .ansi8: "8"
    case .ansi16: "16"
    case .indexed256: "256"
    case .trueColor: "24-bit"
    }
  }
}
