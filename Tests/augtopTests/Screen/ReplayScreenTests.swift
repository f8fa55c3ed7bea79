import Foundation
import TerminalHarness
import Testing

/// A recording in a real terminal: keys in, screen out.
@Suite(.serialized) struct ReplayScreenTests {
  private static let record: Result<[UInt8], any Error> = Result {
    let folder = try ScratchFolder()
    let live = try LiveProgram(["--trace", folder.path("a.pftrace")])
    live.waitUntilRunning()
    // A second and some blocks, so that the epoch is known before the key.
    #expect(live.terminal.waitFor { $0.contains("±") })
    live.press("7", "warp off since batch ")
    live.press("m", "marker 1 set")
    #expect(live.terminal.waitFor { hasEffect($0) }, "\(live.terminal.screen)")
    live.quit()
    return [UInt8](try Data(contentsOf: URL(filePath: folder.path("a.pftrace"))))
  }

  /// Whether the epoch after the key has been measured: "warp off since batch 420: epoch 6.3 s → 8.6 s".
  private static func hasEffect(_ screen: Emulator) -> Bool {
    screen.text.contains { $0.contains("warp off since batch ") && $0.contains(": epoch ") }
  }

  private let folder: ScratchFolder
  private let path: String

  init() throws {
    folder = try ScratchFolder()
    path = try folder.write("a.pftrace", Self.record.get())
  }

  private func open(
    _ arguments: String..., columns: Int = 120, rows: Int = 36, bytes: [UInt8]? = nil
  ) throws -> LiveProgram {
    if let bytes { try folder.write("a.pftrace", bytes) }
    let replay = try LiveProgram(["replay", path] + arguments, columns: columns, rows: rows)
    #expect(replay.terminal.waitFor("REPLAY"), "\(replay.terminal.screen)")
    return replay
  }

  @Test(arguments: [(120, 36), (80, 24), (60, 16)])
  func itPlaysToItsEndAtEverySize(columns: Int, rows: Int) throws {
    let replay = try open("--speed", "10", columns: columns, rows: rows)
    #expect(replay.terminal.waitFor("the recording ends here"), "\(replay.terminal.screen)")
    // A small screen leaves out since when.
    let effect = columns < 80 ? "Last key  warp off" : "warp off since batch "
    #expect(replay.terminal.waitFor(effect), "\(replay.terminal.screen)")
    replay.waitForRow("warp", "[ ]")
    #expect(replay.terminal.screen.text.first?.contains("REPLAY") == true)
    #expect(replay.terminal.screen.text.first?.hasSuffix("q quit  ? help") == true)
    #expect(replay.terminal.waitFor(" end "), "\(replay.terminal.screen)")
    replay.press("P", "×10")
    replay.quit()
    #expect(folder.names == ["a.pftrace", "a.pftrace.index"])
  }

  @Test func everyKeyIsHeard() throws {
    let replay = try open("--from", "1s", columns: 170, rows: 40)
    #expect(replay.terminal.waitFor { !$0.contains("indexing") }, "\(replay.terminal.screen)")
    replay.press("P", " held ")
    replay.press("P", " ×1 ")
    replay.press(" ", " held ")
    replay.press(">", "held")
    replay.press(HarnessKey.home.rawValue, "00:00/")
    replay.press(HarnessKey.right.rawValue, "00:01/")
    replay.press(HarnessKey.left.rawValue, "00:00/")
    replay.press("}", "at warp off")
    replay.press("}", "at marker 1")
    replay.press("}", "no marker or switch after this")
    replay.press("{", "at warp off")
    replay.press(".", "held")
    replay.press("7", "recorded, can't switch: press R to re-simulate from here")
    replay.press("l", "recorded, can't switch")
    replay.press("e", "a replay isn't recorded")
    replay.press(HarnessKey.pageDown.rawValue, "the recording ends here")
    replay.press(HarnessKey.pageUp.rawValue, "00:00/")
    replay.press("?", "any key closes")
    #expect(
      replay.terminal.waitFor("the marker or switch before or after"), "\(replay.terminal.screen)")
    replay.terminal.send(.escape)
    // Escape and a letter at once would be the letter with alt.
    #expect(replay.terminal.waitFor { !$0.contains("any key closes") })
    replay.press("t", "theme light")
    replay.press(">", "held")
    replay.press("P", " ×5 ")
    replay.quit()
  }

  @Test func recordedCostsRunOnUnderOtherSettings() throws {
    let replay = try open()
    replay.press(HarnessKey.end.rawValue, "the recording ends here")
    replay.press("R", "RE-SIMULATED from 00:0")
    replay.terminal.send(">>>")
    let isThere = replay.terminal.waitFor {
      $0.contains("recorded ") && $0.contains(" · re-simulated ") && !$0.contains("measuring…")
    }
    #expect(isThere, "\(replay.terminal.screen)")
    replay.press("l", "blocking, limit 10")
    #expect(replay.terminal.waitFor("loader blocking since batch "))
    #expect(replay.terminal.waitFor { $0.contains("re-simulated 5.") && $0.contains("(−") })
    replay.press(HarnessKey.right.rawValue, "press R to go back to it")
    replay.press("R", "REPLAY")
    #expect(replay.terminal.waitFor("keras-threads, limit 10"))
    replay.quit()
  }

  @Test func withoutUnicodeItIsASCII() throws {
    let replay = try open("--ascii", "--theme", "mono")
    replay.press("7", "recorded, can't switch")
    replay.press(HarnessKey.end.rawValue, "the recording ends here")
    replay.quit()
    #expect(replay.terminal.output.allSatisfy { $0 < 128 })
  }

  @Test func whatIsTornIsToldOnTheScreenAndAfterIt() throws {
    let bytes = try Self.record.get()
    let replay = try open(bytes: Array(bytes.dropLast(9)))
    #expect(replay.terminal.waitFor("bytes are torn"), "\(replay.terminal.screen)")
    replay.quit()
    let text = String(decoding: replay.terminal.output, as: UTF8.self)
    #expect(text.contains("augtop: \(path): the last"))
  }
}
