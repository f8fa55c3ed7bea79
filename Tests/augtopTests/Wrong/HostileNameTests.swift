import Foundation
import Quantities
import TerminalHarness
import Testing

/// Names from files, folders and other programs reach no terminal as they are, in any command.
@Suite(.serialized) struct HostileNameTests {
  private let folder: ScratchFolder
  /// A title, a colour, C1, a line of its own, and a turned direction.
  private static let name = "x\u{1B}]0;pwned\u{7}\u{1B}[31m\u{9B}31m\u{202E}y\nepoch   0.1 s"

  init() throws {
    folder = try ScratchFolder()
    let toml = Self.name.unicodeScalars.map {
      PrintableText.isHidden($0) ? "\\u00" + String(format: "%02X", $0.value) : String($0)
    }.joined().replacingOccurrences(of: "\\u00202E", with: "\\u202E")
    try folder.write("s.toml", text: "name = \"\(toml)\"\n")
  }

  private func expectHarmless(
    _ command: Command, _ label: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for text in [command.output, command.complaints] {
      let hidden = text.unicodeScalars.filter { $0 != "\n" && PrintableText.isHidden($0) }
      #expect(hidden.isEmpty, "\(label): \(text.printable)", sourceLocation: sourceLocation)
      #expect(
        !text.hasPrefix("epoch   0.1 s") && !text.contains("\nepoch   0.1 s"), "\(label)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func scenariosAndRecordings() throws {
    let run = try Command(
      ["run", "--scenario", "s.toml", "--duration", "1200ms", "--trace", "a.pftrace"], in: folder)
    #expect(run.status == 0, "\(run.complaints)")
    #expect(
      run.output.hasPrefix("x\\x1b]0;pwned\\x07\\x1b[31m\\x9b31m\\u{202e}y\\nepoch   0.1 s: "))
    expectHarmless(run, "run")
    for arguments in [
      ["simulate", "--scenario", "s.toml", "--duration", "2s"],
      ["run", "--scenario", "s.toml", "--print-scenario"],
      ["simulate", "--scenario", "s.toml", "--duration", "2s", "--json"],
      ["replay", "a.pftrace", "--report"], ["replay", "a.pftrace", "--json"],
      ["compare", "a.pftrace", "a.pftrace"], ["compare", "a.pftrace", "a.pftrace", "--markdown"],
      ["compare", "a.pftrace", "a.pftrace", "--json"], ["predict", "--scenario", "s.toml"],
      ["check", "a.pftrace", "--starved", "100"],
      ["live", "--virtual", "--once", "--scenario", "s.toml"],
    ] {
      let command = try Command(arguments, in: folder)
      #expect(command.status <= 2, "\(arguments)")
      expectHarmless(command, "\(arguments)")
      if arguments.last == "--json", command.status == 0 {
        let root = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
        #expect(root is [String: Any])
      }
    }
    for format in [
      "chrome", "speedscope", "collapsed", "openmetrics", "prometheus", "otlp", "html", "markdown",
    ] {
      let export = try Command(
        ["export", "a.pftrace", "--format", format, "--output", "-"], in: folder)
      #expect(export.status == 0)
      expectHarmless(export, format)
      guard ["chrome", "speedscope", "otlp"].contains(format) else { continue }
      _ = try JSONSerialization.jsonObject(with: Data(export.output.utf8))
    }
  }

  @Test func thePrintedScenarioIsReadBack() throws {
    let printed = try Command(["run", "--scenario", "s.toml", "--print-scenario"], in: folder)
    #expect(printed.status == 0, "\(printed.complaints)")
    try folder.write("again.toml", text: printed.output)
    let again = try Command(
      ["simulate", "--scenario", "again.toml", "--json", "--duration", "1s"], in: folder)
    let root = try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any]
    #expect((root?["scenario"] as? [String: Any])?["name"] as? String == Self.name)
  }

  @Test func filesAndTheirContents() throws {
    let evil = "z\u{1B}]0;pwned\u{7}\u{1B}[31mRED\nfake line"
    try folder.write("\(evil).npy", text: "no array")
    try folder.write("\(evil).toml", text: "[roles]\n\"\u{1B}[31m\" = 1\n")
    try folder.write("steps.csv", text: "\u{1B}]0;x\n")
    try folder.write(
      "costs.json", text: "{\"name\": \"k\\u001b[31m\", \"stages\": {\"bad\\u001b[31m\": {}}}")
    try folder.write("python.sh", script: "printf '\\033]0;pwned\\007evil\\n' >&2\nexit 3")
    try FileManager.default.createDirectory(
      atPath: folder.path("pictures/\(evil)"), withIntermediateDirectories: true)
    try folder.write("pictures/\(evil)/\(evil).jpg", text: "<html>")
    for arguments in [
      ["augment", "\(evil).npy", "o.npy"], ["replay", "\(evil).pftrace", "--report"],
      ["augment", "pictures", "o.npy"], ["run", "--dataset", "folder:pictures"],
      ["themes", "check", "\(evil).toml"], ["run", "--scenario", "\(evil).toml"],
      ["run", "--gpu", "file:steps.csv"], ["run", "--costs", "./costs.json"],
      ["calibrate", "--python", "./python.sh"], ["run", evil], ["run", "--workers", evil],
      ["run", "--preset", evil], ["export", "a", "--format", evil],
    ] {
      let command = try Command(arguments, in: folder)
      #expect([1, 2].contains(command.status), "\(arguments)")
      #expect(!command.complaints.isEmpty)
      expectHarmless(command, "\(arguments)")
    }
  }

  /// A name that isn't UTF-8 would be another file's.
  @Test func namesThatArentUTF8AreRefused() throws {
    let script = "exec \(ExecutableFolder.path(of: "augtop")) run --duration 1s --trace"
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "\(script) $'a\\xff.pftrace'"]
    process.currentDirectoryURL = URL(filePath: folder.path)
    let complaints = Pipe()
    process.standardError = complaints
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(String(decoding: text, as: UTF8.self).contains("isn't UTF-8"))
    #expect(folder.names == ["s.toml"])
  }
}
