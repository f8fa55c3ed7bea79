import Augmentation
import Foundation
import Pipeline
import Quantities
import Recordings
import Testing
import Tracing

/// A recording made before session files had a list of stages: its stages are the generator's, and its
/// report is the one that the program of that time gave.
@Suite struct EarlierRecordingTests {
  private func session() throws -> RecordedSession {
    let folder = try #require(Bundle.module.resourceURL)
    return try RecordedSession(
      path: folder.appendingPathComponent("Recordings/keras-stages.session").path)
  }

  /// CPU and wall time of a picture, in nanoseconds.
  private static let stages: [(name: String, cpu: Int64, wall: Int64)] = [
    ("load", 697, 738),
    ("rotation", 4496, 4488),
    ("height-shift", 2427, 2425),
    ("width-shift", 2388, 3020),
    ("shear", 3169, 3148),
    ("zoom", 395, 1689),
    ("compose", 9190, 9188),
    ("warp", 0, 0),
    ("channel-shift", 3, 4),
    ("horizontal-flip", 1009, 1099),
    ("vertical-flip", 4, 2),
    ("lens", 0, 0),
    ("standardize", 0, 0),
    ("collate", 1218, 1162),
  ]

  @Test func readsToTheSameReport() throws {
    let session = try session()
    #expect(session.header.stages == nil)
    #expect(session.stages.isGenerators && session.scenarioFault == nil)
    var feed = LedgerFeed(session)
    for record in session.records { feed.take(record) }
    let reading = feed.report()
    #expect(reading.stages.map(\.stage.name) == Self.stages.map(\.name))
    #expect(reading.stages.map { $0.cpuPerImage?.count } == Self.stages.map { Optional($0.cpu) })
    #expect(reading.stages.map { $0.wallPerImage?.count } == Self.stages.map { Optional($0.wall) })
    #expect(reading.stages.filter { !$0.isOn }.map(\.stage.name) == ["warp"])
    let epoch = try #require(reading.epoch.settled ?? reading.epoch.estimate)
    #expect(abs(epoch.seconds - 1.31039049024) < 1e-9)
    #expect(
      abs(epoch.low - 1.1804356751220009) < 1e-9 && abs(epoch.high - 1.4403453053579993) < 1e-9)
    #expect(reading.batchesTrained == 30 && reading.imagesTrained == 116384)
    let verdict = Verdict(reading)
    #expect(verdict.kind == .inputBound && verdict.stage == .compose)
    #expect(session.records.trouble.isNone)
  }
}
