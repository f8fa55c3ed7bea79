import Glibc
import TerminalHarness
import Testing

/// Input from a terminal, and the questions to it.
@Suite struct TerminalInputTests {
  @Test func reportsAndUnknownKeysAreNoKeys() throws {
    let demo = try TerminalProgram("screen-demo", columns: 60, rows: 20)
    #expect(demo.waitFor("60×20"))
    #expect(demo.waitFor { $0.marksPastes })
    let noKeys = [
      "\u{1B}[1;2A", "\u{1B}[1;5D", "\u{1B}[15;2~", "\u{1B}[3;5~", "\u{1B}[I", "\u{1B}[O",
      "\u{1B}]11;rgb:1e1e/1e1e/2e2e\u{7}", "\u{1B}[12;7R", "\u{1B}[?62;1c", "\u{1B}[?1u",
      "\u{1B}[97;5:3u", "\u{1B}P1$r0 q\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}q", "\u{1B}Oq",
    ]
    for sequence in noKeys { demo.send(sequence) }
    demo.send("\u{1B}[<64;40;12M")
    #expect(demo.waitFor("mouse wheelUp Point(x: 39, y: 11)"), "\(demo.screen)")
    demo.send("\u{1B}[200~q7 q\n[[\u{1B}[201~")
    #expect(demo.waitFor("pasted 7"), "\(demo.screen)")
    // A sequence in pieces.
    for piece in ["\u{1B}[", "1;5", "D\u{1B}[B"] { demo.send(piece) }
    #expect(demo.waitFor("key down"), "\(demo.screen)")
    let keys = demo.screen.text.filter { $0.contains("key ") }
    // The report about a colour is one that nobody asked for, so it is only said.
    #expect(keys.count == 1, "\(demo.screen)")
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
  }

  /// The keys of a terminal's own entry, and those that every terminal may send.
  @Test func keysOfOldTerminals() throws {
    let cases = [
      ("linux", "\u{1B}[[A", "function(1)"), ("linux", "\u{1B}[4~", "end"),
      ("vt52", "\u{1B}A", "up"), ("rxvt", "\u{1B}[7~", "home"),
      ("cons25", "\u{1B}[M", "function(1)"),
    ]
    for (terminal, bytes, key) in cases {
      let demo = try TerminalProgram(
        "screen-demo", environment: ["TERM": terminal, "TERMINFO": nil], columns: 60, rows: 20)
      // Not every entry is installed everywhere, and not all are drawn by the emulator.
      guard demo.waitFor(.seconds(5), { _ in !demo.modes.echoes }) else { continue }
      demo.send(bytes)
      let isThere = demo.waitFor(.seconds(5)) { _ in
        String(decoding: demo.output, as: UTF8.self).contains(key)
      }
      #expect(isThere, "\(terminal): \(demo.screen)")
      demo.send("q")
      demo.waitForEnd()
      #expect(demo.modes == demo.modesBefore)
    }
  }

  @Test(arguments: [("ffff/ffff/ffff", "light"), ("1e1e/1e1e/2e2e", "dark")])
  func theBackgroundIsAsked(color: String, expected: String) throws {
    let demo = try TerminalProgram("screen-demo", ["--background"], columns: 40, rows: 10)
    let isAsked = demo.waitFor { _ in
      String(decoding: demo.output, as: UTF8.self).contains("\u{1B}]11;?\u{1B}\\\u{1B}[c")
    }
    #expect(isAsked)
    demo.send("\u{1B}]11;rgb:\(color)\u{1B}\\\u{1B}[?62;4c")
    #expect(demo.waitFor("background \(expected)"), "\(demo.screen)")
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
  }

  /// Nothing is asked that a terminal could show.
  @Test(arguments: ["linux", "vt100", "vt220", "ansi"])
  func consolesAreNotAsked(terminal: String) throws {
    let demo = try TerminalProgram(
      "screen-demo", ["--background"],
      environment: ["TERM": terminal, "TERMINFO": nil, "COLORFGBG": "0;15"], columns: 40, rows: 10)
    #expect(demo.waitFor("40×10"))
    demo.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    #expect(!String(decoding: demo.output, as: UTF8.self).contains("]11;?"))
    #expect(demo.waitFor("at first light"))
  }

  @Test func anotherTerminalsKeys() throws {
    let keyboard = try TerminalProgram("/bin/sh", ["-c", "tty; exec sleep 1000"])
    #expect(keyboard.waitFor("/dev/pts/"))
    let path = keyboard.screen.text[0]
    let demo = try TerminalProgram(
      "/bin/sh", ["-c", "exec \(ExecutableFolder.path(of: "screen-demo")) <\(path)"], columns: 40,
      rows: 10)
    #expect(demo.waitFor("40×10"))
    #expect(demo.waitFor { _ in !keyboard.modes.echoes && !demo.modes.echoes })
    keyboard.send("w")
    #expect(demo.waitFor("key character(\"w\")"))
    keyboard.send("q")
    #expect(demo.waitForEnd() == .exited(0))
    expectRestored(demo)
    #expect(keyboard.modes == keyboard.modesBefore)
  }
}
