/// An event that ends the wait for input: a key, a new size, a signal, or the caller's descriptor.
package enum TerminalEvent: Hashable, Sendable {
  case key(Key)
  /// Text was pasted, of this many bytes; it isn't taken for keys.
  case pasted(bytes: Int)
  case mouse(MouseReport)
  /// The terminal answered what its background is.
  case background(Color)
  /// The window's size changed; the next `present` draws everything.
  case resized(Size)
  /// Someone asks the program to end: SIGINT, SIGTERM, SIGQUIT or SIGHUP; the last one also when
  /// the terminal is gone.
  case interrupted(signal: Int32)
  /// The process had been stopped and goes on; the next `present` draws everything.
  case resumed(Size)
  /// The caller's own descriptor was written to.
  case woken
}

/// Why there is no terminal to draw on.
package enum TerminalFault: Error, Hashable, Sendable {
  /// The standard streams that a terminal needs.
  package enum Stream: String, Sendable {
    case input = "standard input"
    case output = "standard output"
  }

  /// A stream is a file, a pipe or closed.
  case notATerminal(Stream)
  /// Neither the terminal's own name nor `xterm-256color` is known here.
  case unknownTerminal(name: String)
  /// The terminal can't place its cursor, as `dumb` can't.
  case tooSimple(name: String)
  /// The system refused a descriptor.
  case noResources
}
