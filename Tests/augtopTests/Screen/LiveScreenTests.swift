import Glibc
import TerminalHarness
import Testing

/// The whole program in a real terminal: keys in, screen out.
@Suite(.serialized) struct LiveScreenTests {
  @Test(arguments: [(120, 36), (80, 24), (60, 16)])
  func aSwitchIsSeenAtEverySize(columns: Int, rows: Int) throws {
    let live = try LiveProgram(columns: columns, rows: rows)
    live.waitUntilRunning()
    #expect(live.terminal.screen.isAlternate)
    #expect(live.terminal.screen.text.first?.hasPrefix(" augtop  fast-gpu") == true)
    #expect(live.terminal.screen.text.first?.hasSuffix("q quit  ? help") == true)
    #expect(live.terminal.screen.hasColor)
    live.waitForRow("warp", "[x]")
    #expect(live.terminal.waitFor("starved "))

    // A small screen leaves out since when.
    let since = columns < 80 ? "" : " since batch "
    live.press("7", "Last key  warp off" + since)
    live.waitForRow("warp", "[ ]")
    live.waitForRow("warp", " off ")
    live.press("7", "Last key  warp on" + since)
    live.waitForRow("warp", "[x]")
    live.quit()
  }

  @Test func everyKeyIsHeard() throws {
    let live = try LiveProgram(columns: 170, rows: 40)
    live.waitUntilRunning()
    // From the warp two up and one down.
    live.press(" ", "warp off since batch ")
    live.terminal.send("kk")
    live.press(" ", "zoom off since batch ")
    live.terminal.send("j")
    live.press(" ", "compose off since batch ")
    live.press(HarnessKey.home.rawValue + " ", "load is always on")
    // The line of effects shows many changes as a count; the switches show each.
    live.terminal.send("a")
    #expect(live.terminal.waitFor { !$0.contains("[x]") }, "\(live.terminal.screen)")
    live.terminal.send("a")
    live.waitForRow("warp", "[x]")
    live.waitForRow("zoom", "[·]")
    live.terminal.send("n")
    live.waitForRow("compose", "[ ]")
    live.waitForRow("warp", "[x]")
    live.terminal.send("N")
    live.waitForRow("compose", "[x]")
    live.press("l", "blocking, limit 10")
    live.press("w", "blocking ×2")
    live.press("W", "blocking ×1")
    live.press("W", "workers: 1 to 64")
    live.press("[", "blocking, limit 9")
    live.press("]", "blocking, limit 10")
    live.press("-", "gpu compute 3.3 ms")
    live.press("+", "gpu compute 3.4 ms")
    live.press("c", "costs native")
    live.press("i", "native costs hold no interpreter lock")
    live.press("c", "costs keras-1.1 + lock")
    live.terminal.send("i")
    #expect(live.terminal.waitFor { !$0.contains("· lock") }, "\(live.terminal.screen)")
    live.press("m", "marker 1 set")
    live.press("m", "marker 2 set")
    live.press("r", "epoch started anew")
    live.press("t", "theme light")
    live.quit()
  }

  /// Values are typed, another session begins, and its scenario is saved.
  @Test func valuesAreTyped() throws {
    let live = try LiveProgram(columns: 170, rows: 45)
    live.waitUntilRunning()
    func enter(_ downs: Int, _ text: String, _ expected: String) {
      live.press(":", "save scenario as")
      for _ in 0..<downs { live.terminal.send(.down) }
      live.terminal.send(text + "\r")
      // Saving and another session close the menu by themselves.
      if downs < 13 { live.terminal.send(.escape) }
      #expect(live.terminal.waitFor(expected), "\(live.terminal.screen)")
    }
    enter(3, "20", "rotation-range 20 since batch ")
    live.waitForRow("rotation", "[x]")
    enter(0, "5ms", "gpu compute 5 ms since batch ")
    enter(13, "64", "batch 64")
    live.waitUntilRunning()
    enter(16, "mine.toml", "saved mine.toml")
    live.press("O", "begins, ")
    live.terminal.send("\u{1B}OB\r")
    #expect(live.terminal.waitFor { $0.text.first?.contains("keras-cifar10") == true })
    live.quit()
    let check = try Command(
      ["run", "--scenario", live.folder.path("mine.toml"), "--print-scenario"], in: live.folder)
    for line in ["batch-size = 64", "rotation-range = 20.0", "compute = \"5ms\""] {
      #expect(check.output.contains(line), "\(check.output)\(check.complaints)")
    }
  }

  @Test func pauseFreezeAndHelp() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.press("P", "PAUSED")
    #expect(live.terminal.waitFor("The session is paused."))
    live.terminal.send("P")
    #expect(live.terminal.waitFor { !$0.contains("PAUSED") && $0.contains("bound") })
    live.press("z", "FROZEN")
    live.terminal.send("z")
    #expect(live.terminal.waitFor { !$0.contains("FROZEN") })
    live.press("?", "any key closes")
    live.terminal.send(.escape)
    #expect(live.terminal.waitFor { !$0.contains("any key closes") })
    live.press(HarnessKey.f1.rawValue, "any key closes")
    live.press("7", "warp off since batch ")
    #expect(!live.terminal.screen.contains("any key closes"))
    live.quit()
  }

  @Test func recordingsAreExportedFromTheMenu() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    live.press("E", "nothing recorded: press e")
    live.press("e", "recording to augtop-")
    let isRecording = live.terminal.waitFor { $0.text.first?.contains("●") == true }
    #expect(isRecording)
    // The one that runs, then the same once it is closed; nothing is replaced.
    live.press("E", "esc closes")
    live.terminal.send(.escape)
    #expect(live.terminal.waitFor { !$0.contains("esc closes") })
    live.exportFromMenu("h", "-1.html (")
    live.press("e", "recorded augtop-")
    live.exportFromMenu("h", "-1-2.html (")
    live.exportFromMenu("v", "-1.csv (")
    live.exportFromMenu(HarnessKey.home.rawValue + "\r", "-1.trace.json (")
    let stem = String(live.recordings.first?.dropLast(8) ?? "")
    #expect(
      live.folder.names
        == ["-2.html", ".csv", ".html", ".pftrace", ".trace.json"].map { stem + $0 })
    // A deleted recording can't be exported, and the session goes on.
    unlink(live.folder.path(stem + ".pftrace"))
    live.exportFromMenu("m", "not exported: ")
    live.press("7", "warp off since batch ")
    live.quit()
  }

  @Test func followsTheWindow() throws {
    let live = try LiveProgram()
    live.waitUntilRunning()
    for (columns, rows) in [(40, 10), (120, 36), (12, 3), (1, 1), (80, 24), (59, 16), (200, 60)] {
      live.terminal.resize(columns: columns, rows: rows)
      if columns < 60 {
        guard columns >= 30 else { continue }
        #expect(live.terminal.waitFor("augtop needs 60×16"), "\(live.terminal.screen)")
      } else {
        let isBack = live.terminal.waitFor { screen in
          screen.text.first?.hasSuffix("q quit  ? help") == true && screen.contains("warp  ")
        }
        #expect(isBack, "\(columns)×\(rows)\n\(live.terminal.screen)")
      }
    }
    live.terminal.resize(columns: 30, rows: 5)
    #expect(live.terminal.waitFor("augtop needs"))
    live.quit()
  }

  @Test func localesWithoutUnicodeGetASCII() throws {
    for (arguments, language) in [([], "C"), (["--ascii"], "C.UTF-8")] {
      let live = try LiveProgram(arguments, environment: ["LANG": language])
      live.waitUntilRunning()
      live.press("7", "warp off since batch ")
      #expect(live.terminal.waitFor("2Stages ---"), "\(live.terminal.screen)")
      live.press("?", "any key closes")
      live.quit()
      #expect(live.terminal.output.allSatisfy { $0 < 128 })
    }
  }

  @Test func coloursCanBeForbidden() throws {
    let live = try LiveProgram(environment: ["NO_COLOR": "1"])
    live.waitUntilRunning()
    live.press("7", "warp off since batch ")
    #expect(!live.terminal.screen.hasColor)
    live.quit()
  }

  @Test func picturesFromAFile() throws {
    let folder = try ScratchFolder()
    var records: [UInt8] = []
    for record in 0..<40 {
      records.append(UInt8(record % 10))
      records += (0..<3072).map { UInt8(truncatingIfNeeded: $0 * 7 + record) }
    }
    let path = try folder.write("data_batch_1.bin", records)
    let live = try LiveProgram(["--dataset", "cifar10:\(path)", "--batch-size", "8"])
    live.waitUntilRunning()
    #expect(live.terminal.waitFor("cifar10:data_batch_1.bin 40×32×32×3"), "\(live.terminal.screen)")
    live.press("7", "warp off since batch ")
    // Another program truncates the file: the screen reports it and goes on, and so does the exit status.
    #expect(truncate(path, 5_000) == 0)
    #expect(live.terminal.waitFor("Failed."), "\(live.terminal.screen)")
    #expect(live.terminal.waitFor("FAILED"), "\(live.terminal.screen)")
    live.terminal.send("q")
    #expect(live.terminal.waitForEnd() == .exited(1))
    #expect(live.terminal.waitFor("cut off"), "\(live.terminal.screen)")
  }

  /// The key ends the recording that the command line began.
  @Test func aTraceIsEndedByTheKey() throws {
    let folder = try ScratchFolder()
    let path = folder.path("a.pftrace")
    let live = try LiveProgram(["--trace", path])
    live.waitUntilRunning()
    live.press("e", "recorded \(path)")
    live.quit()
    #expect(folder.names == ["a.pftrace"])
  }
}
