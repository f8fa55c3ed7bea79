import Glibc
import Screen
import TerminalHarness
import Testing
import screen_demo

/// The real thing: a program with a terminal of its own.
@Suite struct TerminalTests {
  @Test func drawsAndAnswersKeys() throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 20)
    #expect(demo.waitFor { $0.text.last?.hasSuffix("╯") == true })
    #expect(demo.screen.isAlternate)
    #expect(!demo.screen.isCursorVisible)
    #expect(demo.screen.text.first?.hasPrefix("╭ demo ──") == true)
    #expect(demo.screen.contains("40×20"))
    #expect(demo.screen.text[2] == "│███████████████████···················│")
    #expect(demo.screen.contains("µ 画"))
    #expect(demo.screen.cells[1][1].isReversed)
    demo.send("w")
    demo.send("é")
    demo.send(.up)
    demo.send(.pageDown)
    demo.send(.backtab)
    demo.send(.f1)
    demo.send("\u{1B}[1~")
    for key in ["character(\"w\")", "character(\"é\")", "up", "pageDown", "backtab", "function(1)"]
    {
      #expect(demo.waitFor("key " + key), "\(key)\n\(demo.screen)")
    }
    #expect(demo.waitFor("key home"))
    demo.send(.escape)
    #expect(demo.waitFor("key escape"))
    demo.send("\u{17}")
    #expect(demo.waitFor("key control(\"w\")"))
    #expect(demo.screen.unknownSequences == [])
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
  }

  @Test func followsTheWindow() throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    for (columns, rows) in [(60, 14), (20, 5), (3, 2), (1, 1), (90, 30)] {
      demo.resize(columns: columns, rows: rows)
      if columns >= 20 {
        #expect(demo.waitFor("\(columns)×\(rows)"))
        let isWhole = demo.waitFor { screen in
          screen.text.last == "╰" + String(repeating: "─", count: columns - 2) + "╯"
        }
        #expect(isWhole, "\(columns)×\(rows)\n\(demo.screen.joined)")
      }
    }
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }

  /// Only differences are sent; the screen must come out as if all had been.
  @Test func differencesAddUpToTheWhole() throws {
    let size = Size(width: 31, height: 9)
    let demo = try TerminalProgram("screen-demo", columns: size.width, rows: size.height)
    for frame in UInt64(1)...60 {
      demo.send("r")
      var grid = CellGrid(size: size)
      scramble(frame / 2, on: &grid)
      if frame % 2 == 1 { scramble(frame, on: &grid) }
      grid.put("frame \(frame) ", at: Point(x: 0, y: size.height - 1))
      let isSame = demo.waitFor(.seconds(5)) { $0.text == grid.text }
      #expect(
        isSame, "frame \(frame)\n\(demo.screen)\nnot\n\(grid.text.joined(separator: "\n"))")
      for y in 0..<size.height {
        for x in 0..<size.width {
          guard let cell = grid.cell(x, y) else { continue }
          // Attributes that are invisible on a blank aren't sent.
          guard cell.text != " " else { continue }
          let shown = demo.screen.cells[y][x]
          #expect(shown.isBold == cell.style.attributes.contains(.bold), "\(frame): \(x), \(y)")
        }
      }
      if !isSame { break }
    }
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }

  @Test func localeWithoutUnicodeGetsASCII() throws {
    let demo = try TerminalProgram(
      "screen-demo", environment: ["LANG": "C"], columns: 40, rows: 6)
    #expect(demo.waitFor("40x6"))
    #expect(demo.screen.text.first?.hasPrefix("+ demo --") == true)
    demo.send("q")
    demo.waitForEnd()
    #expect(demo.output.allSatisfy { $0 < 128 })
  }

  #if DEBUG
    private static let outOfRange = "Fatal error: Index out of range"
  #else
    // In optimised code, the standard library's own checks end a program without a message.
    private static let outOfRange = ""
  #endif

  @Test(
    arguments: [
      ("1", ProgramEnd.signaled(SIGILL), "Fatal error: the demo's fatal error"),
      ("2", .signaled(SIGILL), outOfRange),
      ("3", .signaled(SIGABRT), ""), ("4", .exited(3), ""), ("5", .signaled(SIGSEGV), ""),
      ("6", .signaled(SIGSEGV), ""),
    ])
  func everyCrashRestoresTheTerminal(key: String, end: ProgramEnd, message: String) throws {
    let demo = try TerminalProgram("screen-demo", columns: 70, rows: 90)
    #expect(demo.waitFor("70×90"))
    demo.send("e")
    demo.send(key)
    #expect(demo.waitForEnd() == end)
    expectRestored(demo)
    #expect(demo.screen.contains("a complaint"))
    #expect(demo.screen.contains(message))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
  func requestsToEndAreHeard(signal: Int32) throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.send(signal: signal)
    #expect(demo.waitForEnd() == .exited(128 + signal))
    expectRestored(demo)
  }

  @Test func controlCInterrupts() throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.send(.interrupt)
    #expect(demo.waitForEnd() == .exited(130))
    expectRestored(demo)
  }

  @Test func aHangingProgramGivesWayAtTheThirdRequest() throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.send("h")
    #expect(demo.waitFor("hung"))
    // Signals of one kind that are pending merge into one; so keep asking.
    for _ in 0..<200 where demo.end == nil {
      demo.send(signal: SIGTERM)
      demo.waitFor(.milliseconds(20)) { !$0.isAlternate }
    }
    #expect(demo.waitForEnd() == .signaled(SIGTERM))
    expectRestored(demo)
    #expect(demo.screen.contains("hanging"))
  }

  @Test func aLostTerminalEndsTheProgram() throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.hangUp()
    #expect(demo.waitForEnd() == .exited(128 + SIGHUP))
  }

  @Test(arguments: ["z", "\u{1A}"])
  func stopsAndGoesOn(key: String) throws {
    // A shell with job control, so that there is somebody to continue the program.
    let script = "\(ExecutableFolder.path(of: "screen-demo")); echo stopped; read -r _; fg"
    let shell = try TerminalProgram("/bin/bash", ["-mc", script], columns: 40, rows: 10)
    #expect(shell.waitFor("40×10"))
    shell.send(key)
    #expect(shell.waitFor { !$0.isAlternate && $0.contains("stopped") && $0.isCursorVisible })
    shell.send("\r")
    #expect(shell.waitFor { $0.isAlternate && $0.contains("40×10") })
    #expect(shell.waitFor { $0.hasApplicationKeys })
    shell.send(.up)
    #expect(shell.waitFor("key up"))
    #expect(!shell.screen.isCursorVisible)
    shell.send("q")
    #expect(shell.waitForEnd() == .exited(0))
    expectRestored(shell)
  }

  @Test func goesOnWhereNobodyCouldContinueIt() throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.send("\u{1A}")
    demo.send(.up)
    #expect(demo.waitFor { $0.isAlternate && $0.contains("key up") })
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }

  @Test func aForeignStopIsSurvived() throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.send(signal: SIGSTOP)
    #expect(demo.waitForStop())
    demo.resize(columns: 50, rows: 12)
    demo.send(signal: SIGCONT)
    #expect(demo.waitFor("resumed"))
    #expect(demo.waitFor("50×12"))
    #expect(demo.waitFor { $0.hasApplicationKeys })
    demo.send(.down)
    #expect(demo.waitFor("key down"))
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }

  @Test func colorsFollowTheEnvironment() throws {
    let environments: [([String: String?], String)] = [
      ([:], "depth indexed256"), (["NO_COLOR": "1"], "depth none"),
      (["NO_COLOR": ""], "depth indexed256"), (["COLORTERM": "truecolor"], "depth trueColor"),
      (["TERM": "vt100", "TERMINFO": nil], "depth none"),
      (["TERM": "linux", "TERMINFO": nil], "depth ansi8"),
      (["TERM": "no-such-terminal", "TERMINFO": nil], "depth indexed256"),
    ]
    for (environment, expected) in environments {
      let demo = try TerminalProgram("screen-demo", environment: environment, columns: 60, rows: 6)
      #expect(demo.waitFor(expected), "\(environment)\n\(demo.screen.joined)")
      if environment["NO_COLOR"] == "1" { #expect(!demo.screen.hasColor) }
      demo.send("q")
      #expect(demo.waitForEnd() == .exited(0))
      #expect(!demo.screen.isAlternate)
    }
  }

  @Test func withoutATerminalItSaysSo() throws {
    let dumb = try TerminalProgram(
      "screen-demo", environment: ["TERM": "dumb", "TERMINFO": nil])
    #expect(dumb.waitForEnd() == .exited(2))
    #expect(dumb.screen.contains("tooSimple(name: \"dumb\")"))
    let shell = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "\(ExecutableFolder.path(of: "screen-demo")) | cat; \(ExecutableFolder.path(of: "screen-demo")) </dev/null",
      ])
    #expect(shell.waitForEnd() == .exited(2))
    #expect(shell.screen.contains("notATerminal(Screen.TerminalFault.Stream.output)"))
    #expect(shell.screen.contains("notATerminal(Screen.TerminalFault.Stream.input)"))
  }
}
