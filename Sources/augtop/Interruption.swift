import CLinux
import Glibc
import Synchronization

/// Whether somebody asked a command without a screen to stop.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// From now on SIGINT, SIGTERM and SIGHUP only ask; a second one ends the process.
  ///
  /// A signal that was ignored when the program began, as `nohup` has it, stays ignored.
  static func listen() {
    // A global is made at its first use, which a handler can't do safely.
    _ = isAsked
    for number in [SIGINT, SIGTERM, SIGHUP] where cl_ignores_signal(number) == 0 {
      signal(number) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Asks, as a signal does.
  static func ask() { asked.store(true, ordering: .relaxed) }

  /// Whether the user has asked the program to end.
  static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
