import Glibc
import TerminalHarness
import Testing

/// `augtop run --watch`: lines for logs and screen readers, and the screen's keys.
@Suite(.serialized) struct WatchTests {
  private func watching(
    _ arguments: [String] = [], environment: [String: String?] = [:]
  ) throws -> LiveProgram {
    let watch = try LiveProgram(
      ["run", "--watch", "--duration", "10min"] + arguments, environment: environment, columns: 160,
      rows: 100)
    #expect(watch.terminal.waitFor("watching; ? lists the keys, q ends"))
    return watch
  }

  private func expectPlain(_ watch: LiveProgram, sourceLocation: SourceLocation = #_sourceLocation)
  {
    #expect(!watch.terminal.output.contains(27), sourceLocation: sourceLocation)
    #expect(watch.terminal.modes == watch.terminal.modesBefore, sourceLocation: sourceLocation)
  }

  @Test func keysSwitchAndLinesSayTheEffect() throws {
    let watch = try watching()
    #expect(watch.terminal.waitFor { _ in !watch.terminal.modes.echoes })
    #expect(watch.terminal.waitFor("verdict: "), "\(watch.terminal.screen)")
    watch.press("7", "warp off since batch ")
    let isMeasured = watch.terminal.waitFor(.seconds(60)) { screen in
      screen.text.contains { $0.contains("warp off since batch ") && $0.contains(": epoch ") }
    }
    #expect(isMeasured, "\(watch.terminal.screen)")
    watch.press("j", "selected: ")
    watch.press("W", "workers: 1 to 64")
    watch.press("?", "one worker more, one fewer")
    watch.press(":", "needs the screen")
    watch.press("m", "marker 1 set")
    watch.terminal.send("\u{1B}[1;2A")
    watch.terminal.send("\u{1B}[<64;40;12M")
    watch.press("the quick brown fox 7 q", "pasted text isn't taken for keys")
    watch.terminal.send("q")
    #expect(watch.terminal.waitForEnd() == .exited(0))
    #expect(watch.terminal.screen.contains("augtop itself:"), "\(watch.terminal.screen)")
    expectPlain(watch)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func signalsEndIt(signal: Int32) throws {
    let watch = try watching(["--trace", "kept.pftrace"])
    #expect(watch.terminal.waitFor("verdict: "))
    watch.terminal.send(signal: signal)
    #expect(watch.terminal.waitForEnd() == .exited(130))
    #expect(watch.terminal.screen.contains("augtop itself:"))
    expectPlain(watch)
    let kept = try Recorded(watch.folder.path("kept.pftrace"))
    #expect(kept.leftOver == 0 && kept.names["batch", default: 0] > 0)
  }

  @Test func signalsThatKillGiveTheTerminalBack() throws {
    let watch = try watching()
    watch.terminal.send(signal: SIGPROF)
    #expect(watch.terminal.waitForEnd() == .signaled(SIGPROF))
    expectPlain(watch)
  }

  @Test func ignoredSignalsStayIgnored() throws {
    let program = ExecutableFolder.path(of: "augtop")
    let watch = try TerminalProgram(
      "/bin/sh",
      ["-c", "trap '' HUP INT TERM; exec \(program) run --watch --duration 10min"], columns: 160,
      rows: 60)
    #expect(watch.waitFor("watching; ? lists"))
    for signal in [SIGHUP, SIGINT, SIGTERM] { watch.send(signal: signal) }
    watch.send("m")
    #expect(watch.waitFor("marker 1 set"))
    watch.send("q")
    #expect(watch.waitForEnd() == .exited(0))
  }

  @Test func stopsAndGoesOn() throws {
    let program = ExecutableFolder.path(of: "augtop")
    let script = "\(program) run --watch --duration 10min; echo stopped; read -r _; fg"
    let shell = try TerminalProgram("/bin/bash", ["-mc", script], columns: 160, rows: 60)
    #expect(shell.waitFor("watching; ? lists"))
    #expect(shell.waitFor { _ in !shell.modes.echoes })
    shell.send("\u{1A}")
    #expect(shell.waitFor { $0.contains("stopped") && shell.modes.echoes })
    shell.send("\r")
    #expect(shell.waitFor { _ in !shell.modes.echoes })
    shell.send("m")
    #expect(shell.waitFor("marker 1 set"), "\(shell.screen)")
    shell.send("q")
    #expect(shell.waitForEnd() == .exited(0))
    #expect(shell.modes == shell.modesBefore)
    #expect(!shell.output.contains(27))
  }

  @Test func localesWithoutUnicodeGetASCII() throws {
    let watch = try watching(environment: ["LANG": "C"])
    #expect(watch.terminal.waitFor("verdict: "))
    watch.press("7", "warp off since batch ")
    watch.press("?", "select a stage")
    let seen = watch.terminal.output
    #expect(seen.allSatisfy { $0 < 128 })
    watch.terminal.send("q")
    #expect(watch.terminal.waitForEnd() == .exited(0))
  }

  /// Without a terminal there are no keys, and a file gets the lines as they come.
  @Test func aLogGetsLines() throws {
    // A step so long that the GPU is the limit however busy the machine is.
    let run = try Command("run", "--watch", "--gpu", "20ms", "--duration", "6s")
    #expect(run.status == 0)
    #expect(run.output.hasPrefix("watching\n"))
    #expect(run.output.contains(" s  verdict: ") && run.output.contains("augtop itself:"))
    let both = try Command("run", "--watch", "--json")
    #expect(both.status == 2 && both.complaints.contains("give one of them"))
  }
}
