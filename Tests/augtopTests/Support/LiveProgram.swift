import Pipeline
import TerminalHarness
import Testing
import Tracing

/// The program in a terminal of its own, in a folder of its own.
struct LiveProgram {
  let folder: ScratchFolder
  let terminal: TerminalProgram

  /// - Parameters:
  ///   - limit: Blocks of 512 bytes that a file may grow to, as `ulimit -f` has it.
  ///   - wrapper: A command that runs the program, as `setpriv` with its options.
  init(
    _ arguments: [String] = [], environment: [String: String?] = [:], columns: Int = 120,
    rows: Int = 36, limit: Int? = nil, wrapper: String = ""
  ) throws {
    folder = try ScratchFolder()
    let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
    let limited = limit.map { "ulimit -f \($0); " } ?? ""
    let home: [String: String?] = ["HOME": folder.path, "XDG_CONFIG_HOME": nil]
    terminal = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "cd '\(folder.path)' && \(limited)"
          + "exec \(wrapper) \(ExecutableFolder.path(of: "augtop")) \(quoted)",
      ],
      environment: home.merging(environment) { _, new in new }, columns: columns, rows: rows)
  }

  /// Waits until batches have been trained on, so that the screen has numbers.
  func waitUntilRunning(sourceLocation: SourceLocation = #_sourceLocation) {
    let isRunning = terminal.waitFor { screen in
      screen.contains("warp  ") && screen.contains("left ") && screen.contains("starved ")
        && !screen.contains("Measuring.")
    }
    #expect(isRunning, "\(terminal.screen)", sourceLocation: sourceLocation)
  }

  /// Sends a key and waits for what it brings to the screen.
  func press(
    _ key: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    terminal.send(key)
    #expect(
      terminal.waitFor(expected), "after '\(key)', no '\(expected)' in\n\(terminal.screen)",
      sourceLocation: sourceLocation)
  }

  /// Opens the export menu, chooses by keys, and waits for the footer's message.
  func exportFromMenu(
    _ keys: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    press("E", "esc closes", sourceLocation: sourceLocation)
    press(keys, expected, sourceLocation: sourceLocation)
  }

  /// The row of a stage, as the screen shows it.
  func row(_ stage: String) -> String {
    terminal.screen.text.first { $0.contains("] \(stage) ") } ?? ""
  }

  func waitForRow(
    _ stage: String, _ piece: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isThere = terminal.waitFor { screen in
      screen.text.contains { $0.contains("] \(stage) ") && $0.contains(piece) }
    }
    #expect(isThere, "\(stage): \(row(stage))", sourceLocation: sourceLocation)
  }

  func quit(sourceLocation: SourceLocation = #_sourceLocation) {
    terminal.send("q")
    #expect(terminal.waitForEnd() == .exited(0), sourceLocation: sourceLocation)
    expectRestored(sourceLocation: sourceLocation)
  }

  func expectRestored(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(terminal.modes == terminal.modesBefore, sourceLocation: sourceLocation)
    #expect(!terminal.screen.isAlternate, sourceLocation: sourceLocation)
    #expect(terminal.screen.isCursorVisible, sourceLocation: sourceLocation)
    #expect(terminal.screen.unknownSequences == [], sourceLocation: sourceLocation)
  }

  /// The session files in the program's folder.
  var recordings: [String] { folder.names.filter { $0.hasSuffix(".pftrace") } }
}

/// The contents of a session file that the tests check.
struct Recorded {
  var damaged = 0
  var leftOver = 0
  var attributes: [String: String] = [:]
  /// How many batches, steps, changes asked for and markers there are, by name.
  var names: [String: Int] = [:]

  init(_ path: String) throws {
    let reader = try SessionFileReader(path: path)
    for attribute in reader.attributes { attributes[attribute.key] = attribute.value }
    let stages = reader.header.stages?.list ?? Scenario(name: "any").generatorStages
    var records = SessionRecords(reader, scenario: Scenario(name: "any"), stages: stages)
    while let record = records.next() {
      switch record {
      case .event(.made): names["batch", default: 0] += 1
      case .event(.stepped): names["step", default: 0] += 1
      case .note(.asked(let change, _, _), _):
        names["asked: \(change.label(stages))", default: 0] += 1
      case .note(.marker(let text), _): names["marker: \(text)", default: 0] += 1
      default: break
      }
    }
    damaged = records.trouble.damagedPlaces
    leftOver = records.trouble.tornBytes
  }
}
