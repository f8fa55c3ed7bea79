import TerminalHarness
import Testing

/// The default preset's advice, pressed through on simulated time.
@Suite(.serialized) struct AdvisedKeysTests {
  @Test func theAdvisedPairComesTrue() throws {
    let live = try LiveProgram(["--virtual", "--speed", "3"], columns: 160, rows: 45)
    live.waitUntilRunning()
    // The best change alone, and the best pair: their keys, and the epoch they lead to.
    let advice = /Best next .*; both (\S)(?:×(\d))? \+ (\S)(?:×(\d))? → (\S+) s/
    var advised = live.terminal.screen.joined.firstMatch(of: advice)
    // Until an epoch is behind it, what is predicted still moves.
    let isSteady = live.terminal.waitFor(.seconds(60)) {
      advised = $0.joined.firstMatch(of: advice)
      return advised != nil && $0.contains("Epoch 4")
    }
    #expect(isSteady, "\(live.terminal.screen)")
    let pair = try #require(advised?.output)
    let keys =
      String(repeating: String(pair.1), count: pair.2.flatMap { Int($0) } ?? 1)
      + String(repeating: String(pair.3), count: pair.4.flatMap { Int($0) } ?? 1)
    live.press(keys, "since batch ")
    let checked = /Last key .*: epoch \S+ s → (\S+) s .*predicted \S+ s, simulated \S+ s, error/
    var reached: Double?
    let isChecked = live.terminal.waitFor(.seconds(60)) {
      reached = $0.joined.firstMatch(of: checked).flatMap { Double($0.output.1) }
      return reached != nil && $0.contains("Best next noth")
    }
    #expect(isChecked, "\(live.terminal.screen)")
    let promised = try #require(Double(pair.5))
    #expect(abs(try #require(reached) / promised - 1) < 0.02, "\(live.terminal.screen)")
    live.quit()
  }
}
