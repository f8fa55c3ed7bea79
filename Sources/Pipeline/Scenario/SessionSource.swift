package import Quantities

/// A session as the screen uses it, whether live, virtual or replayed.
package protocol SessionSource: AnyObject, Sendable {
  /// The newest snapshot; never waits for the session.
  var reading: Reading { get }
  /// Requests a change; a later reading shows the outcome.
  func apply(_ request: SessionRequest)
  /// Tells a session that measures its own cost what predictions have taken of it.
  ///
  /// - Parameter cpu: Returns the CPU time so far, on any thread.
  func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds)
}

extension SessionSource {
  /// Does nothing: only a session on real threads measures its own cost.
  package func countPredictions(_ cpu: @escaping @Sendable () -> Nanoseconds) {}
}

/// A request to a session.
package enum SessionRequest: Sendable, Equatable {
  /// Changes one setting.
  case change(ScenarioChange)
  /// Pauses the session.
  case pause
  /// Resumes a paused session.
  case resume
  /// Starts a new epoch.
  case restartEpoch
  /// Sets a marker with this text.
  case mark(String)
  /// Starts recording to a file.
  case record(path: String)
  /// Stops recording and closes the file.
  case stopRecording
  /// For replayed sessions; others ignore it.
  case replay(ReplayRequest)
}
