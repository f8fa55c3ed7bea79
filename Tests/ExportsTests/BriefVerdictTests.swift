import Augmentation
import Exports
import FoundationEssentials
import Pipeline
import Quantities
import Recordings
import TestSupport
import Testing
import Tracing

@Suite struct BriefVerdictTests {
  /// A session near the border of two verdicts goes back and forth between them.
  @Test func briefVerdictsAreCountedAndNotListed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("verdicts.pftrace")
    let scenario = Scenario(name: "verdicts")
    let file = try SessionFile(
      creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    func tell(_ share: Double, at time: Nanoseconds) {
      var reading = Reading(
        scenario: scenario,
        dataset: DatasetFacts(count: 1_000, shape: .init(height: 1, width: 1, channels: 1)),
        stages: scenario.generatorStages, epoch: EpochReading(samples: 1_000),
        queue: QueueReading(limit: 10))
      reading.at = time
      reading.batchesTrained = 1_000
      reading.consumer.starved = share
      reading.consumer.busy = 1 - share
      reading.consumer.steps = 1_000
      reading.consumer.batchesPerSecond = share > 0.5 ? 125 : 200
      reading.consumer.step = .milliseconds(5)
      reading.workers.make = .milliseconds(share > 0.5 ? 8 : 4)
      file.append(counters: reading)
    }
    // A recording is judged five times a second.
    for frame in 0..<120 {
      let brief = frame >= 30 && frame < 80
      tell(frame >= 80 || brief && frame / 2 % 2 == 0 ? 0.9 : 0, at: .milliseconds(100) * frame)
    }
    try file.close()
    let recorded = try RecordedSession(path: path)
    var records = recorded.records
    var verdicts = 0
    while let record = records.next() { if case .verdict = record { verdicts += 1 } }
    try #require(verdicts > 10, "the session has brief verdicts")
    let page = ReadBack.text(try Export(.markdown, exporter: "test").bytes(recorded))
    let listed = page.components(separatedBy: "| verdict: ").count - 1
    #expect(listed == 2, "\(page)")
    #expect(
      page.contains("\(verdicts - listed) verdicts that held less than a second aren't listed"))
  }
}
