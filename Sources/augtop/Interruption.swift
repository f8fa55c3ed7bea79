import Glibc
import Synchronization

/// Whether somebody asked a command without a screen to stop.
enum Interruption {
  private static let asked = Atomic<Bool>(false)

  /// From now on SIGINT, SIGTERM and SIGHUP only ask; a second one ends the process.
  static func listen() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        Interruption.asked.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  static var isAsked: Bool { asked.load(ordering: .relaxed) }
}
