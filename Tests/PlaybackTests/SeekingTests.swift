import Augmentation
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

@testable import Playback

/// The screen at a moment is the same by every way to it.
@Suite struct SeekingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("session.pftrace")
  }

  /// Ten seconds with three switches, a marker and a pause.
  private func record(_ frames: Int = 100) throws -> Reading {
    var recording = try SimulatedRecording()
    recording.cues = [
      30: .change(.stage(.warp, on: false)), 45: .marker("here"), 47: .badPicture("a/1.png"),
      50: .pause(frames: 7),
      62: .change(.loader(.blocking)), 80: .change(.stage(.warp, on: true)),
    ]
    return try recording.write(to: path, frames: frames)
  }

  @Test func aSeekShowsWhatPlayingThroughShows() throws {
    _ = try record()
    let played = try ReplayedSession.dense(path)
    played.start()
    var through: [(at: Nanoseconds, shown: String)] = []
    // Strides that fall on and between readings.
    var stride = 0
    while played.motion != .ended {
      played.advance(by: .milliseconds(37))
      stride += 1
      if stride % 7 == 0 { through.append((played.position, played.shown)) }
    }
    played.end()
    #expect(through.count > 35)
    let sought = try ReplayedSession.dense(path)
    sought.waitForMap()
    #expect(sought.isMapped)
    var random = SeededNumbers(seed: 7)
    for (at, shown) in through.shuffled(using: &random) {
      sought.go(to: at)
      #expect(sought.position == at)
      #expect(sought.shown == shown, "at \(at)")
    }
    sought.end()
  }

  /// Without any state to go from all is read anew from the start.
  @Test func itNeedsNoIndex() throws {
    _ = try record()
    let dense = try ReplayedSession.dense(path)
    dense.waitForMap()
    let bare = try ReplayedSession.dense(path, spacing: .max)
    bare.waitForMap()
    var random = SeededNumbers(seed: 9)
    for _ in 0..<8 {
      let moment = Nanoseconds(Int64.random(in: 0...10_000_000_000, using: &random))
      dense.go(to: moment)
      bare.go(to: moment)
      #expect(dense.shown == bare.shown, "at \(moment)")
    }
    dense.end()
    bare.end()
  }

  @Test func readingsAreTheRecordersOwn() throws {
    let report = try record()
    let session = try ReplayedSession.dense(path)
    session.go(to: .milliseconds(2_950))
    #expect(session.reading.at == .milliseconds(2_900))
    #expect(session.reading.scenario.stages.contains(.warp))
    session.ask(.toEnd)
    session.arrive()
    let last = session.reading
    #expect(report.at - last.at == .microseconds(1))
    #expect(last.batchesTrained == report.batchesTrained)
    // The report is a microsecond later, and so is the epoch's end.
    var epoch = report.epoch
    epoch.thisEpoch = last.epoch.thisEpoch
    #expect(abs((report.epoch.thisEpoch ?? 0) - (last.epoch.thisEpoch ?? 0)) < 1e-5)
    #expect(last.epoch == epoch && last.effect == report.effect)
    #expect(last.pastEffects == report.pastEffects && last.pastEffects.count == 2)
    session.end()
  }

  @Test func aStepIsOneBatch() throws {
    _ = try record(20)
    let session = try ReplayedSession.dense(path)
    session.go(to: .milliseconds(950))
    session.ask(.stepBatch)
    var before = session.reading
    #expect(session.motion == .held)
    for _ in 0..<30 {
      session.ask(.stepBatch)
      let now = session.reading
      #expect(now.batchesTrained == before.batchesTrained + 1)
      #expect(now.at > before.at && session.position == now.at)
      before = now
    }
    // Stepping and seeking to a moment give the same reading, except for the frame that has just begun.
    let at = session.position
    session.go(to: at + .seconds(1))
    session.go(to: at)
    #expect(session.reading.at <= at && at - session.reading.at < .milliseconds(101))
    session.ask(.toEnd)
    session.arrive()
    session.ask(.stepBatch)
    #expect(session.word == .noMoreBatches)
    session.end()
  }

  @Test func seekTargetsAreJumpedTo() throws {
    _ = try record()
    let session = try ReplayedSession.dense(path)
    session.waitForMap()
    session.ask(.playOrHold)
    #expect(session.motion == .held)
    var labels: [ReplayNotice?] = []
    for _ in 0..<5 {
      session.ask(.nextLandmark)
      session.arrive()
      labels.append(session.word)
    }
    #expect(
      labels == [
        .seekTarget("warp off"), .seekTarget("here"), .seekTarget("loader blocking"),
        .seekTarget("warp on"), .noSeekTarget(isAhead: true),
      ])
    #expect(session.reading.markers == 1)
    #expect(session.reading.badPictures.count == 2)
    #expect(session.reading.badPictures.named == [BadPicture(path: "a/1.png", reason: "cut off")])
    session.ask(.previousLandmark)
    #expect(session.word == .seekTarget("loader blocking"))
    session.ask(.toStart)
    session.ask(.previousLandmark)
    #expect(session.word == .noSeekTarget(isAhead: false))
    session.end()
  }

  @Test func speedsAreStepsWithinTheirBounds() throws {
    _ = try record(30)
    let session = try ReplayedSession.dense(path)
    var speeds: [Double] = []
    for _ in 0..<8 {
      speeds.append(session.reading.replay?.speed ?? 0)
      session.ask(.faster)
    }
    #expect(speeds == [1, 2, 5, 10, 20, 50, 100, 100])
    for _ in 0..<12 { session.ask(.slower) }
    #expect(session.reading.replay?.speed == 0.1)
    // Slow enough to see what lies between the readings.
    session.go(to: .seconds(1))
    let before = session.reading.at
    session.advance(by: .milliseconds(100))
    #expect(session.position == .milliseconds(1_010))
    #expect(session.reading.at > before && session.reading.at <= .milliseconds(1_010))
    session.end()
  }

  @Test func atItsEndItStandsAndSaysSo() throws {
    _ = try record(20)
    let session = try ReplayedSession.dense(path)
    for _ in 0..<40 { session.advance(by: .milliseconds(100)) }
    #expect(session.motion == .ended && session.word == .ended)
    #expect(session.position == session.reading.replay?.end)
    let shown = session.shown
    session.advance(by: .seconds(5))
    #expect(session.shown == shown)
    session.ask(.playOrHold)
    #expect(session.motion == .playing && session.position == .zero)
    session.end()
  }

  /// Recorded from the key on: its clock is the session's.
  @Test func recordingsThatBeginLateBeginThere() throws {
    let file = try SessionFile(
      creating: path, header: SessionHeader(scenario: Scenario(name: "late"), version: "test"))
    for batch in 0..<400 {
      let at = Nanoseconds.seconds(500) + .milliseconds(Int64(batch) * 10)
      file.append(
        .stepped(
          StepDone(
            batch: batch, pictures: 32, wanted: at, taken: at, hostEnd: at, transferEnd: at,
            end: at + .milliseconds(10), lockWait: .zero, cpu: .zero)))
    }
    try file.close()
    let session = try ReplayedSession.dense(path)
    #expect(session.position >= .seconds(500) && session.position < .seconds(501))
    session.ask(.seek(by: .seconds(-10)))
    #expect(session.position >= .seconds(500))
    session.go(to: .seconds(503))
    #expect(session.reading.batchesTrained >= 299)
    session.end()
  }
}
