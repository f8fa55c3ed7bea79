internal import CNcurses
internal import Glibc

extension Terminal {
  /// Waits until something happens, and returns it; empty when the time is over, and where the
  /// terminal has taken the rest of a frame.
  ///
  /// - Parameters:
  ///   - timeout: nil: for ever.
  ///   - wake: An eventfd that other threads write to, or −1; it is read empty.
  package func nextEvents(timeout: Duration?, wake: Int32 = -1) -> [TerminalEvent] {
    guard isOpen else { return [] }
    var events = early
    early = []
    let ready = reader.wait(events.isEmpty ? timeout : .zero, wake: wake)
    if ready.contains(.input) { takeInput(into: &events) }
    if ready.contains(.signal) { readSignals(into: &events) }
    if ready.contains(.wake) { events.append(.woken) }
    if ready.contains(.gone) { events.append(.interrupted(signal: SIGHUP)) }
    if ready.contains(.room) { nc_flush() }
    return events
  }

  /// Gives the terminal back, stops the process as Ctrl-Z does, and takes it again when continued.
  package func suspend() {
    guard isOpen else { return }
    nc_suspend()
    isStale = true
    size = Terminal.currentSize
  }

  /// Takes what the terminal sent, up to a frame's worth of it.
  func takeInput(into events: inout [TerminalEvent]) {
    for input in reader.read() {
      switch input {
      case .key(.control("z")):
        // A terminal with kitty's keyboard protocol sends a sequence instead of the character.
        suspend()
        events.append(.resumed(size))
      case .color(.background, let color):
        backgroundAsked = nil
        isBackgroundLight = color.isLight
        events.append(.background(color))
      case .report(.attributes): backgroundAsked = nil
      default: if let event = TerminalEvent(input) { events.append(event) }
      }
    }
  }

  private func readSignals(into events: inout [TerminalEvent]) {
    var isResized = false
    while case let signal = nc_next_signal(), signal != 0 {
      switch signal {
      case SIGWINCH: isResized = true
      case SIGTSTP:
        suspend()
        events.append(.resumed(size))
      case SIGCONT:
        nc_resume()
        isStale = true
        size = Terminal.currentSize
        events.append(.resumed(size))
      default: events.append(.interrupted(signal: signal))
      }
    }
    if isResized {
      nc_follow_size()
      isStale = true
      size = Terminal.currentSize
      events.append(.resized(size))
    }
  }
}

extension TerminalEvent {
  /// The event that an input is; nil for those that nobody waits for.
  init?(_ input: TerminalInput) {
    switch input {
    case .key(let key): self = .key(key)
    case .mouse(let report): self = .mouse(report)
    case .paste(let bytes): self = .pasted(bytes: bytes)
    case .modifiedKey(.character(let digit), .alt) where digit.isASCII && digit.isNumber:
      self = .key(.alt(digit))
    case .modifiedKey, .unnamedKey, .focus, .color, .report, .unknown: return nil
    }
  }
}
