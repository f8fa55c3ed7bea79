import TerminalHarness
import Testing

/// Checks that a program left its terminal as it found it.
func expectRestored(
  _ program: TerminalProgram, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(program.modes == program.modesBefore, sourceLocation: sourceLocation)
  #expect(!program.screen.isAlternate, sourceLocation: sourceLocation)
  #expect(!program.screen.hasApplicationKeys, sourceLocation: sourceLocation)
  #expect(!program.screen.marksPastes, sourceLocation: sourceLocation)
  #expect(program.screen.isCursorVisible, sourceLocation: sourceLocation)
}
