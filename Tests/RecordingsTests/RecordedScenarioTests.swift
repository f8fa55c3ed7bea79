import Augmentation
import Glibc
import Pipeline
import Quantities
import Recordings
import ScenarioFiles
import TestSupport
import Testing
import Tracing

/// The scenario of a recording: read from the recording alone, in part where it must be.
@Suite struct RecordedScenarioTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func recorded(
    _ scenario: Scenario, _ pairs: [(String, String)]? = nil
  ) throws -> RecordedSession {
    let path = folder.file("session.pftrace")
    let pairs = pairs ?? ScenarioFile.attributes(scenario).pairs.map { ($0.key, $0.value) }
    let header = SessionHeader(
      scenario: scenario,
      attributes: pairs.map { SessionHeader.Attribute("scenario.\($0)", $1) }, version: "later")
    try SessionFile(creating: path, header: header, replacing: true).close()
    return try RecordedSession(path: path)
  }

  /// A scenario with names that this version doesn't define, and with step times that aren't recorded.
  @Test func scenariosThatCannotBeReadAreReadInPart() throws {
    var made = Scenario(name: "made")
    made.batchSize = 17
    #expect(try recorded(made).scenario == made)
    // The switches are in the list of stages, which any version reads.
    let session = try recorded(
      made.applying(.stage(.zoom, on: false)),
      [
        ("name", "\"later\""), ("warp-drive", "9"), ("batch-size", "17"), ("workers", "\"many\""),
        ("gpu.compute", "\"file:/nowhere/steps.txt\""), ("stages.off", "[\"zoom\"]"),
      ])
    #expect(session.scenarioFault != nil)
    #expect(session.scenario.name == "later" && session.scenario.batchSize == 17)
    #expect(!session.scenario.stages.contains(.zoom))
    #expect(session.scenario.consumer.compute.mean == made.consumer.compute.mean)
  }

  /// Neither what a file of that name holds today counts, nor does a pipe stop the reader.
  @Test func filesThatItNamesAreNotOpened() throws {
    let steps = folder.file("steps.csv")
    let costs = folder.file("costs.json")
    for path in [steps, costs] { #expect(mkfifo(path, 0o600) == 0) }
    var scenario = Scenario(name: "sampled")
    let times = (1...250).map { Nanoseconds.microseconds(Int64($0) * 10) }
    let recording = StepRecording(path: steps, times: times)
    scenario.consumer.compute = .sampled(SampledSteps(recording))
    var profile = CostProfile(name: "own", stages: ["load": StageCost(fixed: .microseconds(7))])
    profile.path = costs
    scenario.apply(.costs(.profile(profile)))
    let session = try recorded(scenario)
    #expect(session.scenarioFault == nil)
    #expect(session.scenario.costs == scenario.costs)
    guard case .sampled(let read) = session.scenario.consumer.compute else {
      Issue.record("\(session.scenario.consumer.compute)")
      return
    }
    // The means of hundredths: the mean stays, and nearly the ends.
    #expect(read.recording.path == steps && read.recording.times.count == 100)
    #expect(abs(read.mean.seconds / recording.mean.seconds - 1) < 0.01)
    #expect(try #require(read.recording.times.first) < .microseconds(30))
    #expect(try #require(read.recording.times.last) > .microseconds(2_480))
    // Costs that the header doesn't hold are a fault; the file is left alone all the same.
    var lost = Scenario(name: "lost")
    lost.costs = .native
    let other = try recorded(lost, [("name", "\"lost\""), ("costs", "\"\(costs)\"")])
    #expect(other.scenario.costs == .native)
  }

  /// A pair is a key and its value, and never more.
  @Test(arguments: [
    ("batch-size", "17\nworkers = 9"), ("batch-size = 17\nworkers", "9"), ("workers", "9 9"),
    ("[gpu]\ncompute", "\"1ms\""), ("", "9"), ("workers", "\"\u{1}\""),
  ])
  func aPairCannotSmuggleInAnother(key: String, value: String) throws {
    let session = try recorded(
      Scenario(name: "whole"), [("name", "\"whole\""), (key, value), ("queue", "7")])
    #expect(session.scenarioFault != nil)
    #expect(session.scenario.workers == Scenario(name: "").workers)
    #expect(session.scenario.name == "whole" && session.scenario.queueLimit == 7)
  }

  /// Reading it takes one look at each of the keys that a scenario can have, and no more.
  @Test func aMillionKeysAreNotRead() throws {
    let pairs = [("name", "\"many\"")] + (0..<100_000).map { ("key-\($0)", "1") }
    let session = try recorded(Scenario(name: "many"), pairs)
    #expect(session.scenarioFault != nil && session.scenario.name == "many")
  }
}
