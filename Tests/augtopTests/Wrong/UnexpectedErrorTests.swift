import ArgumentParser
import Testing

@testable import augtop

/// How the program ends where a command throws: 2 only for what the person who typed it can mend.
@Suite struct UnexpectedErrorTests {
  private struct Odd: Error {}

  @Test func workThatFailedIsNoWrongCommand() {
    #expect(endStatus(after: Odd()) == ExitStatus.workFailed)
    #expect(endStatus(after: CommandFault.failed("the work failed")) == ExitStatus.workFailed)
    #expect(endStatus(after: CommandFault.wrong("the command is wrong")) == ExitStatus.wrongCommand)
    #expect(endStatus(after: CommandFault.interrupted) == ExitStatus.interrupted)
    #expect(endStatus(after: ValidationError("the options are wrong")) == ExitStatus.wrongCommand)
    #expect(endStatus(after: CleanExit.message("that is all")) == ExitStatus.done)
  }
}
