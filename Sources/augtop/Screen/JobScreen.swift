import Pipeline
import Quantities
import Tracing
import Watching

/// A watched job as the screen shows it: its session, the end of its output, and whether it has ended.
///
/// `@unchecked Sendable` because only the screen's thread touches it; the session guards itself.
final class JobScreen: ScreenSession, @unchecked Sendable {
  private let session: JobSession
  private let log: JobLog?
  private let hasEnded: () -> Bool
  /// The session's last reading; nil until the screen has ended it.
  private(set) var last: Reading?

  /// A session that has begun.
  ///
  /// - Parameters:
  ///   - log: The file that the job writes to; nil for a job that was started elsewhere.
  ///   - hasEnded: Whether there is nothing more to watch.
  init(_ session: JobSession, log: JobLog?, hasEnded: @escaping () -> Bool) {
    self.session = session
    self.log = log
    self.hasEnded = hasEnded
  }

  /// Becomes readable when the session has published a reading.
  var wakeDescriptor: Int32 { session.wakeDescriptor }
  /// Nil: the session wakes the screen.
  let frame: Duration? = nil
  /// Nil: what is shown is real, and the header says that it is watched.
  let label: String? = nil
  /// The session's newest reading.
  var reading: Reading { session.reading }
  /// Passes a request on to the session.
  func apply(_ request: SessionRequest) { session.apply(request) }
  /// Passes on what predictions take.
  func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {
    session.countPredictions(cpu)
  }
  /// Does nothing: the session has begun before the screen.
  func start() {}
  /// Does nothing: the session publishes its readings itself.
  func refresh() {}
  /// Draws a frame and records it as augtop's own work.
  func whileDrawing(_ draw: () -> Void) {
    let start = session.now
    draw()
    if let start, let end = session.now {
      session.note(OwnWork(.drawing, from: start, to: end))
    }
  }
  /// Reads what is left and returns the last reading.
  func conclude() -> Reading {
    last = session.stop()
    return session.reading
  }
  /// Whether the job, or the time to watch it, has ended.
  var isOver: Bool { hasEnded() }
  /// The last line that the job has written.
  var output: String? { log?.lastLine() }
  /// Why a stage stays on, once.
  func takeWarning() -> String? { session.takeWarning() }
}
