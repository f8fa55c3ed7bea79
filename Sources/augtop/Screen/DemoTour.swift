import Pipeline
import Quantities
import Screen

/// A scripted tour of the screen on simulated time, as an asciicast for asciinema's players.
///
/// - Source: asciicast v2, docs.asciinema.org/manual/asciicast/v2.
struct DemoTour {
  /// A key, and how long its effect is looked at.
  private struct Step {
    var key: Key?
    var time: Nanoseconds
  }

  /// The question, its answer, and what else the screen can do.
  private static let steps: [Step] = [
    Step(key: nil, time: .seconds(8)), Step(key: .character("7"), time: .seconds(9)),
    Step(key: .character("l"), time: .seconds(9)), Step(key: .character("B"), time: .seconds(1)),
    Step(key: .character("w"), time: .seconds(5)), Step(key: .alt("5"), time: .seconds(1)),
    Step(key: .enter, time: .seconds(4)), Step(key: .escape, time: .seconds(1)),
    Step(key: .alt("9"), time: .seconds(1)), Step(key: .character("p"), time: .seconds(2)),
    Step(key: .character("d"), time: .seconds(1)), Step(key: .character("d"), time: .seconds(1)),
    Step(key: .escape, time: .seconds(1)), Step(key: .character("T"), time: .milliseconds(800)),
    Step(key: .down, time: .milliseconds(800)), Step(key: .down, time: .milliseconds(800)),
    Step(key: .down, time: .milliseconds(800)), Step(key: .escape, time: .seconds(1)),
    Step(key: .character("?"), time: .seconds(3)), Step(key: .escape, time: .seconds(1)),
  ]
  /// The time between two frames.
  private static let frame = Nanoseconds.milliseconds(250)
  private static let framesBeforePrediction = 9

  /// The tour as a file's text.
  static func cast(_ screen: inout SingleFrame, size: Size, scenario: Scenario) -> String {
    var text =
      "{\"version\": 2, \"width\": \(size.width), \"height\": \(size.height),"
      + " \"title\": \(quoted("augtop \(scenario.name)")),"
      + " \"env\": {\"TERM\": \"xterm-256color\"}}\n"
    screen.resize(size)
    var now = Nanoseconds.zero
    var rows: [String] = []
    func add(_ output: String) {
      text += "[\(NumberText.decimal(now.count / 1_000_000, 3)), \"o\", \(quoted(output))]\n"
    }
    add("\u{1B}[?25l\u{1B}[2J")
    for step in steps {
      if let key = step.key { screen.press(key) }
      let frames = max(1, Int(step.time.count / frame.count))
      for number in 0..<frames {
        screen.pass(frame)
        // The open screen has its first predictions after some seconds, too.
        if number == framesBeforePrediction { screen.predict() }
        now += frame
        let new = rowsOf(screen.frame(size), screen.theme)
        // Rows that haven't changed stay.
        let changed = new.indices.filter { !rows.indices.contains($0) || rows[$0] != new[$0] }
        if !changed.isEmpty { add(changed.map { "\u{1B}[\($0 + 1);1H" + new[$0] }.joined()) }
        rows = new
      }
    }
    add("\u{1B}[?25h")
    return text
  }

  private static func rowsOf(_ grid: CellGrid, _ theme: Theme) -> [String] {
    grid.ansi(theme: theme).split(separator: "\n").map(String.init)
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
