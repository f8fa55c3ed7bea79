internal import CNcurses
internal import Glibc

/// The keys of a terminal on which nothing is drawn: one by one, unseen, and nothing is ever sent to it.
///
/// A class since there is one terminal, owned by the one thread that reads it; not `Sendable`. From
/// `init` to `close` every way out of the process leaves the terminal as it was found.
package final class TerminalKeys {
  /// This many characters in one read were pasted: this terminal marks no pastes, since nothing may be
  /// sent to it.
  private static let leastPaste = 12

  private var reader = InputReader(InputParser())
  private var isOpen = true

  /// Takes the keys of standard input; nil where that is no terminal, or another job has it.
  package init?() {
    guard nc_open_keys() == 0 else {
      isOpen = false
      return nil
    }
  }

  deinit { close() }

  /// Gives the terminal back; later calls do nothing.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    nc_close()
  }

  /// Waits until something happens, and returns it: `key`, `pasted`, `interrupted`, `woken` or nothing.
  ///
  /// - Parameters:
  ///   - timeout: The longest wait.
  ///   - wake: An eventfd that other threads write to, or −1; it is read empty.
  package func nextEvents(timeout: Duration, wake: Int32 = -1) -> [TerminalEvent] {
    guard isOpen else { return [] }
    let ready = reader.wait(timeout, wake: wake)
    var events: [TerminalEvent] = []
    if ready.contains(.input) { events += keys() }
    if ready.contains(.signal) { readSignals(into: &events) }
    if ready.contains(.wake) { events.append(.woken) }
    if ready.contains(.gone) { events.append(.interrupted(signal: SIGHUP)) }
    return events
  }

  private func keys() -> [TerminalEvent] {
    let inputs = reader.read()
    let characters = inputs.count { if case .key(.character) = $0 { true } else { false } }
    guard characters < Self.leastPaste else { return [.pasted(bytes: inputs.count)] }
    return inputs.compactMap { TerminalEvent($0) }
  }

  private func readSignals(into events: inout [TerminalEvent]) {
    while case let signal = nc_next_signal(), signal != 0 {
      switch signal {
      case SIGWINCH: break
      case SIGTSTP: nc_suspend()
      case SIGCONT: nc_resume()
      default: events.append(.interrupted(signal: signal))
      }
    }
  }
}
