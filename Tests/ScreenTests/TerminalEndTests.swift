import Glibc
import TerminalHarness
import Testing

/// However a program ends, and whatever its terminal is like then, the terminal is given back.
@Suite struct TerminalEndTests {
  // SIGRTMIN and SIGRTMAX as the C library has them.
  @Test(arguments: [
    SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, 34, 39, 64,
  ])
  func signalsThatKillGiveItBack(signal: Int32) throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.send(signal: signal)
    #expect(demo.waitForEnd() == .signaled(signal))
    expectRestored(demo)
  }

  @Test func ignoredSignalsStayIgnored() throws {
    let demo = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "trap '' HUP INT TERM QUIT USR1 PROF; exec \(ExecutableFolder.path(of: "screen-demo"))",
      ], columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    for signal in [SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGUSR1, SIGPROF] { demo.send(signal: signal) }
    demo.send("w")
    #expect(demo.waitFor("key character(\"w\")"))
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
  }

  /// A screen without a free descriptor to keep standard error in doesn't begin, and leaves the signals
  /// as they were.
  @Test func aScreenThatDoesNotBeginLeavesSignalsIgnored() throws {
    let demo = try TerminalProgram(
      "/bin/sh",
      [
        "-c",
        "trap '' HUP; ulimit -n 6; exec \(ExecutableFolder.path(of: "screen-demo")) --hang-up",
      ], columns: 40, rows: 10)
    #expect(demo.waitForEnd() == .exited(2))
    #expect(demo.screen.contains("screen-demo: "), "\(demo.screen)")
    expectRestored(demo)
  }

  /// Nobody reads the terminal: each request to end is taken at once, and whoever reads again finds it
  /// given back.
  @Test(arguments: [(SIGTERM, nil), (SIGHUP, nil), (SIGSEGV, nil), (0, "q"), (0, "\u{3}")])
  func anUnreadTerminal(signal: Int32, key: String?) throws {
    let demo = try TerminalProgram("screen-demo", columns: 200, rows: 60)
    #expect(demo.waitFor("200×60"))
    demo.isUnread = true
    #expect(demo.waitUntilBlocked(sending: "r"))
    if let key { demo.send(key) } else { demo.send(signal: signal) }
    let end = demo.waitForEnd()
    #expect(
      end
        == (key == "q"
          ? .exited(0)
          : key != nil
            ? .exited(130)
            : signal == SIGSEGV ? .signaled(SIGSEGV) : .exited(128 + signal)))
    #expect(demo.modes == demo.modesBefore)
    demo.isUnread = false
    #expect(demo.waitFor { !$0.isAlternate }, "\(demo.screen)")
    expectRestored(demo)
  }

  /// Ctrl-S stops the output, not the program.
  @Test(arguments: [(SIGTERM, "", ProgramEnd.exited(143)), (0, "q", .exited(0))])
  func aStoppedTerminal(signal: Int32, key: String, expected: ProgramEnd) throws {
    let demo = try TerminalProgram("screen-demo")
    #expect(demo.waitFor("80×24"))
    demo.send("\u{13}")
    #expect(demo.waitUntilBlocked())
    demo.send("rrr" + key)
    if signal != 0 { demo.send(signal: signal) }
    #expect(demo.waitForEnd() == expected)
    expectRestored(demo)
  }

  /// After Ctrl-Q the newest frame is there.
  @Test func aTerminalThatGoesOn() throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.send("\u{13}")
    #expect(demo.waitUntilBlocked())
    demo.send("rrr")
    demo.send("\u{11}")
    #expect(demo.waitFor("frame 3"), "\(demo.screen)")
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }

  /// Windows that no terminal has are drawn in part.
  @Test(arguments: [(65535, 65535), (65535, 1), (1, 65535), (40, 40000)])
  func windowsBeyondReason(columns: Int, rows: Int) throws {
    let demo = try TerminalProgram("screen-demo", columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.setWindow(columns: columns, rows: rows)
    #expect(demo.waitFor { _ in demo.output.count > 20_000 || columns == 1 || rows == 1 })
    demo.resize(columns: 50, rows: 12)
    #expect(demo.waitFor("50×12"), "\(demo.screen)")
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
  }

  @Test func theEnvironmentsSizeDoesNotCount() throws {
    let demo = try TerminalProgram(
      "screen-demo", environment: ["LINES": "1000000", "COLUMNS": "1000000"], columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
  }
}
