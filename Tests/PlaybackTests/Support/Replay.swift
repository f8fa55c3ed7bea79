import Pipeline
import Quantities
import Recordings
import ScenarioFiles

@testable import Playback

extension ReplayedSession {
  /// With states so close together that a short recording has many.
  static func dense(_ path: String, spacing: Int = 1 << 16) throws -> ReplayedSession {
    try ReplayedSession(
      RecordedSession(path: path), from: nil, speed: 1, scratch: "/tmp", spacing: spacing)
  }

  func ask(_ request: ReplayRequest) { apply(.replay(request)) }

  /// Goes to a moment, however long that takes.
  func go(to moment: Nanoseconds) {
    ask(.seek(by: moment - position))
    arrive()
  }

  func arrive() {
    while isSeeking { advance(by: .zero) }
  }

  var position: Nanoseconds { reading.replay?.position ?? .zero }
  var motion: ReplayReading.Motion? { reading.replay?.motion }
  var word: ReplayNotice? { reading.replay?.notice?.kind }

  /// All that the screen shows but for where the replay stands.
  var shown: String {
    let reading = reading
    // A profile's stages have no order of their own; a file gives them one.
    let parts = Mirror(reflecting: reading).children.filter {
      $0.label != "replay" && $0.label != "scenario"
    }
    return ScenarioFile.write(reading.scenario) + parts.map { "\($0)" }.joined(separator: "\n")
  }
}
