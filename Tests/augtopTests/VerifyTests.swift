import TerminalHarness
import Testing

/// `augtop verify` at the command line; what it measures is for quiet machines.
@Suite(.serialized) struct VerifyTests {
  @Test(arguments: [
    ["--only", "queues"], ["--window", "1s"], ["--window", "soon"], ["--each", "2s"],
  ])
  func whatMakesNoSenseIsRefused(arguments: [String]) throws {
    let command = try Command(["verify"] + arguments)
    #expect(command.status == 2 && command.output.isEmpty, "\(arguments): \(command.complaints)")
  }

  /// After Ctrl-C the first row has been printed, and no message concerns the missing rows.
  @Test func interruptedItPrintsWhatIsKnown() throws {
    let verify = try LiveProgram(["verify", "--only", "queue"], columns: 100, rows: 30)
    #expect(verify.terminal.waitFor("1/12"), "\(verify.terminal.screen)")
    verify.terminal.send("\u{3}")
    #expect(verify.terminal.waitFor("the published Keras queue"), "\(verify.terminal.screen)")
    let isThere = verify.terminal.waitFor { screen in
      screen.text.contains { $0.hasPrefix("  0.050     0.20        201") }
    }
    #expect(isThere, "\(verify.terminal.screen)")
    #expect(verify.terminal.waitForEnd() == .exited(130))
  }
}
