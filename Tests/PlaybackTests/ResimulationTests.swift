import Augmentation
import Pipeline
import Quantities
import TestSupport
import Testing
import VirtualEngine

@testable import Playback

/// The recorded costs run on in virtual time, with other settings.
@Suite struct ResimulationTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("session.pftrace")
  }

  private func epoch(_ session: ReplayedSession) -> Double? {
    // Enough for an interval, and for the report's window.
    for _ in 0..<60 { session.advance(by: .milliseconds(100)) }
    return session.reading.epoch.estimate?.seconds
  }

  @Test func theRecordingRunsOnAsItWas() throws {
    var recording = try SimulatedRecording()
    recording.cues = [30: .change(.stage(.warp, on: false))]
    _ = try recording.write(to: path, frames: 90)
    let session = try ReplayedSession.dense(path)
    session.go(to: .seconds(8))
    let recorded = try #require(session.reading.epoch.estimate)
    #expect(abs(recorded.seconds - 8.6) < 0.4)
    session.ask(.resimulate)
    let beside = try #require(session.reading.replay?.resimulation)
    #expect(beside.recordedEpoch == recorded && beside.recordedVerdict == .waitPolicyBound)
    #expect(beside.from == session.reading.at)
    #expect(!session.reading.scenario.stages.contains(.warp))
    let same = try #require(epoch(session))
    #expect(abs(same - recorded.seconds) < recorded.seconds * 0.03)
    session.apply(.change(.loader(.blocking)))
    let blocking = try #require(epoch(session))
    #expect(abs(blocking - 5.6) < 0.2)
    // The replay is paused where it was left, and is shown again.
    #expect(session.reading.replay?.position == .seconds(8))
    session.ask(.seek(by: .seconds(1)))
    #expect(session.word == .recordingStands)
    session.ask(.resimulate)
    #expect(session.reading.epoch.estimate == recorded)
    #expect(session.reading.scenario.loader == .kerasThreads)
    session.end()
  }

  @Test func nativeCostsAreTheMeasuredOnes() throws {
    var recording = try SimulatedRecording()
    recording.scenario.costs = .native
    recording.scenario.interpreterLock = false
    recording.scenario.stages = recording.scenario.stages.setting(.zoom, on: false)
    recording.scenario.consumer.compute = .constant(.milliseconds(1))
    _ = try recording.write(to: path, frames: 60)
    let session = try ReplayedSession.dense(path)
    session.go(to: .seconds(5))
    let recorded = try #require(session.reading.epoch.estimate).seconds
    session.ask(.resimulate)
    #expect(session.word == nil)
    let same = try #require(epoch(session))
    #expect(abs(same - recorded) < recorded * 0.03, "\(same) \(recorded)")
    // Two workers make twice as much, as long as the GPU can take it.
    session.apply(.change(.workers(2)))
    let two = try #require(epoch(session))
    #expect(abs(two - recorded / 2) < recorded * 0.05, "\(two) \(recorded)")
    // The cost of a stage that was never on is unknown.
    session.apply(.change(.stage(.zoom, on: true)))
    #expect(session.word == .neverMeasured(.zoom))
    #expect(!session.reading.scenario.stages.contains(.zoom))
    session.end()
  }

  @Test func itWantsSomethingToGoBy() throws {
    _ = try SimulatedRecording().write(to: path, frames: 20)
    let session = try ReplayedSession.dense(path)
    session.ask(.resimulate)
    #expect(session.word == .notMeasured && session.reading.replay?.resimulation == nil)
    session.end()
  }
}
