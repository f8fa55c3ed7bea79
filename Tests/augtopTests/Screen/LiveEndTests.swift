import Foundation
import Glibc
import TerminalHarness
import Testing

/// However the live screen ends, the terminal and the recording are whole.
@Suite(.serialized) struct LiveEndTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func signalsEndIt(signal: Int32) throws {
    let live = try LiveProgram(["--trace", "kept.pftrace"])
    live.waitUntilRunning()
    live.terminal.send(signal: signal)
    #expect(live.terminal.waitForEnd() == .exited(128 + signal))
    live.expectRestored()
    let kept = try Recorded(live.folder.path("kept.pftrace"))
    #expect(kept.leftOver == 0)
    #expect(kept.names["batch", default: 0] > 0)
  }

  /// Nobody reads the terminal, as when a connection stalls: the first request ends the session all the
  /// same, the recording is whole, and whoever reads again finds the terminal given back.
  @Test(arguments: [SIGTERM, SIGHUP])
  func anUnreadTerminalIsNoReasonToStay(signal: Int32) throws {
    let live = try LiveProgram(["--trace", "kept.pftrace"], columns: 300, rows: 80)
    live.waitUntilRunning()
    live.terminal.isUnread = true
    // Each theme draws the whole screen.
    #expect(live.terminal.waitUntilBlocked(sending: "t"))
    live.terminal.send(signal: signal)
    #expect(live.terminal.waitForEnd() == .exited(128 + signal))
    #expect(live.terminal.modes == live.terminal.modesBefore)
    live.terminal.isUnread = false
    #expect(live.terminal.waitFor { !$0.isAlternate })
    live.expectRestored()
    let kept = try Recorded(live.folder.path("kept.pftrace"))
    #expect(kept.leftOver == 0 && kept.names["batch", default: 0] > 0)
  }

  /// The key that begins another session and the signal come at the same moment.
  @Test func aSignalCountsMoreThanABeginning() throws {
    let live = try LiveProgram(["--virtual"])
    live.waitUntilRunning()
    live.press("O", "begins, ")
    live.terminal.send(signal: SIGSTOP)
    live.terminal.send(HarnessKey.home.rawValue + "\r")
    live.terminal.send(signal: SIGTERM)
    live.terminal.send(signal: SIGCONT)
    #expect(live.terminal.waitForEnd() == .exited(128 + SIGTERM))
    live.expectRestored()
  }

  @Test func keysWorkWhileTheTerminalIsStopped() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.terminal.send("\u{13}")
    #expect(live.terminal.waitUntilBlocked())
    live.quit()
  }

  /// 50 kB of keys at once: frames come in between, and the last key counts.
  @Test func aFloodOfKeys() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.terminal.send(String(repeating: "7", count: 50_000))
    live.press("z", "FROZEN")
    live.terminal.send("z")
    live.quit()
  }

  /// 100 kB of random bytes, reports of the mouse among them: the screen goes on, in flat memory.
  @Test func randomBytes() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    var state: UInt64 = 16
    func random(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    func resident() -> Int {
      let text =
        (try? String(contentsOfFile: "/proc/\(live.terminal.processID)/statm", encoding: .utf8))
        ?? ""
      return text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
    var before = 0
    for chunk in 0..<100 {
      // All but the keys that end it or write files, those of menus, which would take all others, and
      // those that would lead to ever more threads or an ever longer step.
      var text = ""
      while text.utf8.count < 1_000 {
        switch random(12) {
        case 0:
          text += "\u{1B}[<\(random(70));\(random(130));\(random(36))\(random(2) == 0 ? "M" : "m")"
        case 1: text += "\u{1B}[\(random(199))~"
        default:
          let scalar = Unicode.Scalar(UInt8(random(95) + 32))
          if !"qeES:OTw=".unicodeScalars.contains(scalar) { text.unicodeScalars.append(scalar) }
        }
      }
      live.terminal.send(text)
      if chunk == 30 { before = resident() }
    }
    live.press("v", "layout ")
    #expect(before > 0 && resident() - before < 4_000, "pages: \(before), then \(resident())")
    live.quit()
  }

  @Test func pastesAreNoKeys() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    let text = String(repeating: "the quick brown fox 7q\n", count: 2_000)
    live.press("\u{1B}[200~\(text)\u{1B}[201~", "pasted text isn't taken for keys")
    live.waitForRow("warp", "[x]")
    live.quit()
  }

  @Test func aLightTerminalGetsTheLightTheme() throws {
    let live = try LiveProgram(environment: ["COLORTERM": "truecolor", "COLORFGBG": "0;15"])
    live.waitUntilRunning()
    let ground = live.terminal.screen.cells[1][1].background
    live.quit()
    let named = try LiveProgram(
      ["--theme", "dark"], environment: ["COLORTERM": "truecolor", "COLORFGBG": "0;15"])
    named.waitUntilRunning()
    #expect(named.terminal.screen.cells[1][1].background != ground)
    // The answer to a question that wasn't asked changes nothing where a theme was named.
    named.terminal.send("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\")
    named.press("7", "warp off since batch ")
    #expect(named.terminal.screen.cells[1][1].background != ground)
    named.quit()
    guard case .rgb(let red, let green, let blue) = ground else {
      Issue.record("\(ground)")
      return
    }
    #expect(red + green + blue > 3 * 128)
  }

  @Test func controlCInterrupts() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.terminal.send(.interrupt)
    #expect(live.terminal.waitForEnd() == .exited(130))
    live.expectRestored()
  }

  @Test func controlZDoesNoHarmWhereNobodyCouldContinueIt() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.terminal.send(.suspend)
    live.press("7", "warp off since batch ")
    live.quit()
  }

  @Test func theKeyRecords() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.press("e", "recording to augtop-")
    #expect(live.terminal.waitFor("● "))
    live.press("7", "warp off since batch ")
    live.press("m", "marker 1 set")
    live.press("e", "recorded augtop-")
    #expect(live.recordings.count == 1)
    let path = live.folder.path(live.recordings.first ?? "")
    let recorded = try Recorded(path)
    #expect(recorded.leftOver == 0 && recorded.damaged == 0)
    #expect(recorded.names["batch", default: 0] > 0)
    #expect(recorded.names["asked: warp off"] == 1)
    #expect(recorded.names["marker: marker 1"] == 1)
    live.press("e", "recording to augtop-")
    #expect(live.terminal.waitFor("● "))
    live.quit()
    // The paths are said where the shell goes on.
    #expect(live.terminal.waitFor("recorded /"), "\(live.terminal.screen)")
    #expect(live.recordings.count == 2)
    for name in live.recordings {
      #expect(try Recorded(live.folder.path(name)).leftOver == 0, "\(name)")
    }
  }

  /// The file of a killed session holds all events older than a second.
  @Test func killedRecordingsAreReadable() throws {
    let live = try LiveProgram(["--trace", "kept.pftrace"])
    live.waitUntilRunning()
    // The header shows the bytes written; the batches before are then in the file.
    let isWritten = live.terminal.waitFor { screen in
      let size = screen.text.first?.split(separator: "●").last?.split(separator: " ").first
      return size.flatMap { Int($0) }.map { $0 > 20 } ?? false
    }
    #expect(isWritten, "\(live.terminal.screen)")
    live.terminal.send(signal: SIGKILL)
    #expect(live.terminal.waitForEnd() == .signaled(SIGKILL))
    let kept = try Recorded(live.folder.path("kept.pftrace"))
    #expect(kept.damaged == 0)
    #expect(kept.names["batch", default: 0] > 20)
    #expect(kept.attributes["scenario.costs"] == "\"keras-1.1\"", "\(kept.attributes)")
  }

  @Test func aFullDiskEndsTheRecordingAndNotTheSession() throws {
    // 64 blocks of 512 bytes, and SIGXFSZ where a write goes beyond.
    let live = try LiveProgram(["--trace", "cut.pftrace"], limit: 64)
    live.waitUntilRunning()
    #expect(live.terminal.waitFor("recording failed"), "\(live.terminal.screen)")
    #expect(live.terminal.waitFor("recording cut.pftrace stopped: File too large"))
    live.press("7", "warp off since batch ")
    #expect(live.terminal.waitFor("recording failed"), "\(live.terminal.screen)")
    live.terminal.send("q")
    // A recording was asked for, and there is none that is whole.
    #expect(live.terminal.waitForEnd() == .exited(1))
    live.expectRestored()
    let kept = try Recorded(live.folder.path("cut.pftrace"))
    #expect(kept.leftOver == 0 && kept.damaged == 0)
    #expect(kept.names["batch", default: 0] > 0)
  }

  @Test func aFolderWithoutRightsIsToldOf() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    // Root may write anywhere, but not where there is no folder.
    try #require(rmdir(live.folder.path) == 0)
    live.press("e", "stopped: can't be written")
    live.press("7", "warp off since batch ")
    live.terminal.send("q")
    // A recording was asked for, and there is none that is whole.
    #expect(live.terminal.waitForEnd() == .exited(1))
    live.expectRestored()
  }

  /// Every fault is printed before the terminal is changed.
  @Test(arguments: [
    ["--dataset", "cifar10:nowhere.bin"], ["--trace", "/nowhere/x.pftrace"], ["--theme", "drak"],
    ["--off", "wrap"], ["--workers", "0"], ["--nonsense"], ["lvie"],
  ])
  func faultsLeaveTheTerminalAlone(arguments: [String]) throws {
    let live = try LiveProgram(arguments)
    #expect(live.terminal.waitForEnd() == .exited(2))
    #expect(!live.terminal.output.contains(27), "\(live.terminal.screen)")
    #expect(!live.terminal.screen.joined.isEmpty)
    #expect(live.recordings.isEmpty)
  }

  @Test func aDumbTerminalLeavesNoFile() throws {
    let live = try LiveProgram(
      ["--trace", "x.pftrace"], environment: ["TERM": "dumb", "TERMINFO": nil])
    #expect(live.terminal.waitForEnd() == .exited(2))
    #expect(live.terminal.waitFor("augtop run"), "\(live.terminal.screen)")
    #expect(live.recordings.isEmpty)
  }
}
