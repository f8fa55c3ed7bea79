import Glibc

/// The line discipline's modes, comparable.
package struct TerminalModes: Hashable, Sendable {
  package let input: UInt32
  package let output: UInt32
  package let control: UInt32
  package let local: UInt32

  /// Whether typed characters are shown by the kernel, as in a shell.
  package var echoes: Bool { local & UInt32(ECHO) != 0 }

  init(of descriptor: Int32) {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    input = modes.c_iflag
    output = modes.c_oflag
    control = modes.c_cflag
    local = modes.c_lflag
  }
}
