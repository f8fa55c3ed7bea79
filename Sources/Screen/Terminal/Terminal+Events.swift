internal import CNcurses
internal import Glibc

extension Terminal {
  /// Waits until something happens, and returns it; empty when the time is over.
  ///
  /// - Parameters:
  ///   - timeout: nil: for ever.
  ///   - wake: An eventfd that other threads write to, or −1; it is read empty.
  package func nextEvents(timeout: Duration?, wake: Int32 = -1) -> [TerminalEvent] {
    guard isOpen else { return [] }
    let ready = nc_wait(wake, timeout.map(Terminal.nanoseconds) ?? -1)
    var events: [TerminalEvent] = []
    if ready & 1 != 0 { readKeys(into: &events) }
    if ready & 2 != 0 { readSignals(into: &events) }
    if ready & 4 != 0 { events.append(.woken) }
    if ready & 8 != 0 { events.append(.interrupted(signal: SIGHUP)) }
    return events
  }

  /// Gives the terminal back, stops the process as Ctrl-Z does, and takes it again when continued.
  package func suspend() {
    guard isOpen else { return }
    nc_suspend()
    isStale = true
    size = Terminal.currentSize
  }

  private func readKeys(into events: inout [TerminalEvent]) {
    var value: UInt32 = 0
    while true {
      switch nc_read_key(&value) {
      case NC_CHARACTER:
        if let key = Key(scalar: value) { events.append(.key(key)) }
      case NC_FUNCTION_KEY:
        if let key = Key(code: Int(value)) { events.append(.key(key)) }
      default: return
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

  private static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(0, min(seconds, 1_000_000) * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}

extension Key {
  /// The key of one of CNcurses's codes.
  fileprivate init?(code: Int) {
    switch code {
    case NC_KEY_UP: self = .up
    case NC_KEY_DOWN: self = .down
    case NC_KEY_LEFT: self = .left
    case NC_KEY_RIGHT: self = .right
    case NC_KEY_HOME: self = .home
    case NC_KEY_END: self = .end
    case NC_KEY_PAGE_UP: self = .pageUp
    case NC_KEY_PAGE_DOWN: self = .pageDown
    case NC_KEY_ENTER: self = .enter
    case NC_KEY_BACKTAB: self = .backtab
    case NC_KEY_BACKSPACE: self = .backspace
    case NC_KEY_DELETE: self = .delete
    case NC_KEY_INSERT: self = .insert
    case (NC_KEY_F0 + 1)...(NC_KEY_F0 + 63): self = .function(code - NC_KEY_F0)
    default: return nil
    }
  }
}
