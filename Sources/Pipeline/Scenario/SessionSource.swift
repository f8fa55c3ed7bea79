/// What the screen sees of a session: live, virtual or replayed, it can't tell which.
package protocol SessionSource: AnyObject, Sendable {
  /// The newest snapshot; never waits for the session.
  var reading: Reading { get }
  /// Asks for something; what came of it is in a later reading.
  func apply(_ request: SessionRequest)
}

package enum SessionRequest: Sendable, Equatable {
  case change(ScenarioChange)
  case pause
  case resume
  case restartEpoch
  case mark(String)
  case record(path: String)
  case stopRecording
  /// Of a replayed session alone; others don't heed it.
  case replay(ReplayRequest)
}
