import Experiments
import Host
import TestSupport
import Testing
import Tracing

@Suite struct RecordingBenchTests {
  @Test func aPairIsOnePlainAndOneRecordedSession() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("bench.pftrace")
    let asked = Monitor(0)
    let result = try RecordingBench.run(pairs: 5, file: path) {
      path, scenario throws(SessionFileFault) in
      try SessionFile(
        creating: path, header: SessionHeader(scenario: scenario, version: "test"))
    } keepsGoing: {
      asked.withLock {
        $0 += 1
        return $0 == 1
      }
    }
    #expect(result.plain.count == 1 && result.recorded.count == 1)
    #expect(result.costs.count == 1)
    #expect((result.plain + result.recorded).allSatisfy { $0 > 0 })
    #expect(folder.names.isEmpty, "the file goes with the bench")
  }
}
