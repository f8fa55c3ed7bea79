import Dashboard
import Foundation
import Quantities
import TerminalHarness
import Testing
import Toml

@testable import augtop

/// The screen's memory from run to run.
@Suite(.serialized) struct ConfigurationTests {
  @Test func theStandardFileSaysWhatHoldsAnyway() throws {
    #expect(
      try Configuration(text: Configuration.standard, file: "config.toml") == Configuration())
    let printed = try Command("config", "default")
    #expect(printed.status == 0 && printed.output == Configuration.standard)
  }

  @Test(arguments: [
    ("them = \"dark\"", "config.toml:1: key 'them': there is no such key; did you mean 'theme'?"),
    (
      "\nlayout = \"tme\"",
      "config.toml:2: key 'layout': \"tme\" isn't one of its values; did you mean"
    ),
    ("refresh = \"5ms\"", "config.toml:1: key 'refresh': \"5ms\" isn't a time from 100ms to 10s"),
    ("refresh = 100", "config.toml:1: key 'refresh': takes a string, not an integer"),
  ])
  func aFaultNamesFileLineAndKey(text: String, expected: String) {
    let fault = #expect(throws: ConfigurationFault.self) {
      try Configuration(text: text, file: "config.toml")
    }
    #expect(fault?.message.hasPrefix(expected) == true, "\(fault?.message ?? "")")
  }

  /// Values change where they stand; comments and what isn't known here stay.
  @Test func commentsStay() throws {
    var configuration = Configuration()
    configuration.theme = "nord"
    configuration.layout = .time
    let text = "# mine\nlayout = 'stages' # wide\n\n# the end"
    let written = configuration.written(into: text)
    #expect(
      written
        == "# mine\nlayout = \"time\" # wide\n\n# the end\ntheme = \"nord\"\nrefresh = \"100ms\"\n")
    #expect(try Configuration(text: written, file: "") == configuration)
    let standard = configuration.written(into: Configuration.standard)
    #expect(try Configuration(text: standard, file: "") == configuration)
    #expect(
      standard.split(separator: "\n").count == Configuration.standard.split(separator: "\n").count)
  }

  /// Layout and theme of one run are those of the next, in the user's own folder.
  @Test func theNextRunIsAsTheLastWasLeft() throws {
    let home = try ScratchFolder()
    let environment: [String: String?] = ["XDG_CONFIG_HOME": home.path]
    let first = try LiveProgram(["--virtual"], environment: environment)
    first.waitUntilRunning()
    first.press("v", "layout time")
    first.press("v", "layout stages")
    first.press("t", "theme light")
    first.quit()
    let file = home.path("augtop/config.toml")
    let kept = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
    let configuration = try Configuration(text: kept, file: file)
    #expect(configuration.layout == .stages && configuration.theme == "light")
    // Nothing lies in the home, and an unchanged run writes nothing.
    #expect(first.folder.names == [])
    let second = try LiveProgram(["--virtual"], environment: environment)
    let isLeft = second.terminal.waitFor {
      $0.contains("What if") && $0.contains("warp  ") && !$0.contains("left ")
    }
    #expect(isLeft, "\(second.terminal.screen)")
    second.quit()
    #expect(try Data(contentsOf: URL(filePath: file)) == Data(kept.utf8))
    // A theme that is only asked for by an option isn't kept.
    let third = try LiveProgram(["--virtual", "--theme", "nord"], environment: environment)
    #expect(third.terminal.waitFor("What if"))
    third.quit()
    #expect(try Data(contentsOf: URL(filePath: file)) == Data(kept.utf8))
  }

  @Test func aWrongFileIsNamedBeforeTheScreenOpens() throws {
    let home = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: home.path("augtop"), withIntermediateDirectories: true)
    try home.write("augtop/config.toml", text: "\ntheem = \"dark\"\n")
    let path = home.path("augtop/config.toml")
    let command = try Command(
      ["config", "path"], environment: ["XDG_CONFIG_HOME": home.path])
    #expect(command.status == 2)
    #expect(command.complaints.contains("\(path):2: key 'theem'"), "\(command.complaints)")
    let live = try LiveProgram(environment: ["XDG_CONFIG_HOME": home.path])
    #expect(live.terminal.waitForEnd() == .exited(2))
    #expect(live.terminal.waitFor("key 'theem'"))
  }
}
