import Pipeline
import Quantities

/// How the recordings of a session ended, in their order.
struct RecordingEnds {
  private var failed: [(path: String, reason: String)] = []
  private var complete: [(path: String, bytes: Int)] = []

  /// Takes in the state of the recording, again and again.
  mutating func take(_ recording: RecordingState) {
    switch recording {
    case .failed(let path, let reason):
      if failed.last?.path != path { failed.append((path, reason)) }
    case .closed(let path, let bytes):
      if complete.last?.path != path { complete.append((path, bytes)) }
    case .off, .on: break
    }
  }

  /// Whether one stopped before its time.
  var hasFailed: Bool { !failed.isEmpty }

  /// A line for the user about each.
  var lines: [String] {
    failed.map { "recording \($0.path) stopped: \($0.reason)" }
      + complete.map {
        "recorded \(SessionFiles.absolute($0.path)) (\(NumberText.bytes($0.bytes)))"
      }
  }
}
