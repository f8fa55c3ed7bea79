import ArgumentParser
import Foundation

/// The manual page, made of what the commands say of themselves.
///
/// - Source: man(7) for the markup; ArgumentParser's description of commands (`--experimental-dump-help`).
struct ManualPage {
  private struct Tool: Decodable {
    var command: Command
  }

  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var subcommands: [Command]?
    var arguments: [Argument]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }
    var kind: String
    var shouldDisplay: Bool
    var isRepeating: Bool?
    var names: [Name]?
    var valueName: String?
    var abstract: String?
  }

  private let root: Command

  /// - Throws: A `DecodingError` where ArgumentParser describes commands in another way.
  init() throws {
    root = try JSONDecoder().decode(Tool.self, from: Data(Augtop._dumpHelp().utf8)).command
  }

  /// The page in man(7)'s markup.
  var text: String {
    var page = ".TH AUGTOP 1 \"\" \"augtop \(augtopVersion)\" \"User Commands\"\n"
    page += ".SH NAME\naugtop \\- \(Self.escaped(root.abstract ?? ""))\n"
    page += ".SH SYNOPSIS\n.B augtop\n[\\fIcommand\\fR] [\\fIoptions\\fR]\n"
    page += ".SH DESCRIPTION\n" + Self.paragraphs(root.discussion)
    page += ".SH COMMANDS\n"
    for command in root.subcommands ?? [] where command.commandName != "help" {
      page += Self.section(command, path: "augtop")
    }
    page += """
      .SH FILES
      .TP
      .I ~/.config/augtop/config.toml
      Theme, layout and refresh of the screen; $XDG_CONFIG_HOME counts.
      .TP
      .I ~/.config/augtop/themes
      The user's own themes.
      .SH EXIT STATUS
      0: done; 1: the work failed; 2: the command line or a file it names is wrong; 130: interrupted.

      """
    return page
  }

  private static func section(_ command: Command, path: String) -> String {
    let name = "\(path) \(command.commandName)"
    var text = ".SS \(escaped(name))\n\(escaped(command.abstract ?? ""))\n"
    if let discussion = command.discussion { text += ".PP\n" + paragraphs(discussion) }
    for argument in command.arguments ?? [] where argument.shouldDisplay {
      text += ".TP\n\(names(argument))\n\(escaped(argument.abstract ?? ""))\n"
    }
    for below in command.subcommands ?? [] where below.commandName != "help" {
      text += section(below, path: name)
    }
    return text
  }

  private static func names(_ argument: Argument) -> String {
    let value = argument.valueName.map { "\\fI\(escaped($0))\\fR" } ?? ""
    let rest = argument.isRepeating == true ? " ..." : ""
    guard argument.kind != "positional" else { return value + rest }
    let names = (argument.names ?? []).map { name in
      "\\fB" + escaped((name.kind == "long" ? "--" : "-") + name.name) + "\\fR"
    }
    return names.joined(separator: ", ") + (argument.kind == "option" ? " " + value : "") + rest
  }

  /// Text with its lines; examples, which are indented, stay as they are.
  private static func paragraphs(_ text: String?) -> String {
    var page = ""
    var isExample = false
    for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      let indented = line.hasPrefix(" ")
      if indented != isExample { page += indented ? ".nf\n" : ".fi\n" }
      isExample = indented
      page += line.isEmpty ? ".PP\n" : escaped(String(line)) + "\n"
    }
    return page + (isExample ? ".fi\n" : "")
  }

  /// A backslash and a dot at a line's start are markup, and a hyphen is one that can be copied.
  private static func escaped(_ text: String) -> String {
    let safe = text.reduce(into: "") { safe, character in
      switch character {
      case "\\": safe += "\\e"
      case "-": safe += "\\-"
      default: safe.append(character)
      }
    }
    return safe.hasPrefix(".") || safe.hasPrefix("'") ? "\\&" + safe : safe
  }
}

/// `augtop manual`: the manual page.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Print the manual page, for man.",
    discussion: """
      Examples:
        augtop manual > ~/.local/share/man/man1/augtop.1
        augtop manual | man -l -
      """)

  func run() throws { printDocument(try ManualPage().text, terminator: "") }
}
