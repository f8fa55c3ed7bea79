/// A session as the screen uses it, whether live, virtual or replayed.
package protocol SessionSource: AnyObject, Sendable {
  /// The newest snapshot; never waits for the session.
  var reading: Reading { get }
  /// Requests a change; a later reading shows the outcome.
  func apply(_ request: SessionRequest)
}

/// A request to a session.
package enum SessionRequest: Sendable, Equatable {
  case change(ScenarioChange)
  case pause
  case resume
  case restartEpoch
  case mark(String)
  case record(path: String)
  case stopRecording
  /// For replayed sessions; others ignore it.
  case replay(ReplayRequest)
}
