import TerminalHarness
import Testing

/// The default preset's advice, pressed through on simulated time.
@Suite(.serialized) struct AdvisedKeysTests {
  @Test func theAdvisedPairComesTrue() throws {
    let live = try LiveProgram(["--virtual", "--speed", "3"], columns: 160, rows: 45)
    live.waitUntilRunning()
    // The best change alone, and the best pair.
    let hasAdvice = live.terminal.waitFor(.seconds(60)) {
      $0.contains("Best next 6 compose off  epoch 6.3") && $0.contains("both 7 + l → 5.6")
    }
    #expect(hasAdvice, "\(live.terminal.screen)")
    live.press("7l", "warp off + loader blocking since batch ")
    let isChecked = live.terminal.waitFor {
      $0.contains("s → 5.6") && $0.contains("predicted 5.6") && $0.contains("error 0")
    }
    #expect(isChecked, "\(live.terminal.screen)")
    #expect(live.terminal.waitFor("GPU-bound."), "\(live.terminal.screen)")
    live.quit()
  }
}
