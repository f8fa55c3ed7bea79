import Experiments
import Testing

@Suite struct GeneratorBenchTests {
  @Test func oneRateARunBesideTheUncountedFirst() throws {
    let workload = try #require(Workload.all.first)
    var bench = GeneratorBench(workload)
    let result = try bench.run(runs: 2)
    #expect(result.name == workload.name)
    #expect(result.generator.count == 2 && result.memcpy.count == 2)
    #expect((result.generator + result.memcpy).allSatisfy { $0 > 0 && $0.isFinite })
    // And once more: the bench is as good as new.
    let again = try bench.run(runs: 1)
    #expect(again.generator.count == 1)
  }

  @Test func endsWhenItIsToldTo() throws {
    let workload = try #require(Workload.all.last)
    var bench = GeneratorBench(workload)
    var asked = 0
    let result = try bench.run(runs: 100) {
      asked += 1
      return asked <= 2
    }
    #expect(result.generator.count == 1)
  }
}
