internal import CNcurses

extension Terminal {
  /// The first frame waits so long for the answer; a later one is an event.
  private static let timeout = Duration.milliseconds(20)
  /// After this no answer is expected any more.
  private static let longest = Duration.seconds(2)
  /// An answer that comes after the program would be typed into the shell: so long the end waits.
  private static let timeoutAtEnd = Duration.milliseconds(100)

  /// Asks the terminal for its background (OSC 11), and what it is (DA1): even those that don't
  /// understand the first question answer the second.
  func askBackground() {
    guard nc_is_xterm_like() != 0 else { return }
    let question = "\u{1B}]11;?\u{1B}\\\u{1B}[c"
    question.utf8.withContiguousStorageIfAvailable { bytes in
      bytes.withMemoryRebound(to: CChar.self) { nc_put_bytes($0.baseAddress, Int32($0.count)) }
    }
    nc_flush()
    backgroundAsked = .now
    awaitAnswer(Self.timeout)
  }

  /// Waits for an answer that is on its way when the terminal is given back, and forgets the rest.
  func awaitLateAnswer() {
    guard let asked = backgroundAsked, .now - asked < Self.longest else { return }
    awaitAnswer(Self.timeoutAtEnd)
    if backgroundAsked != nil { nc_forget_input() }
  }

  private func awaitAnswer(_ timeout: Duration) {
    let end = ContinuousClock.now + timeout
    while backgroundAsked != nil, .now < end {
      let ready = reader.wait(end - .now, wake: -1)
      if ready.contains(.input) { takeInput(into: &early) }
      if ready.contains(.room) { nc_flush() }
      if !ready.isDisjoint(with: [.signal, .gone]) { return }
    }
  }
}
