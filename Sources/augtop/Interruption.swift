import Glibc
import Synchronization

/// Whether somebody asked a command without a screen to stop.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// From now on SIGINT, SIGTERM and SIGHUP only ask; a second one ends the process.
  static func listen() {
    // A global is made at its first use, which a handler can't do safely.
    _ = isAsked
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Whether the user has asked the program to end.
  static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
