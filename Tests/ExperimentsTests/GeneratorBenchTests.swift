import Experiments
import Testing

@Suite struct GeneratorBenchTests {
  @Test func oneRateARunBesideTheUncountedFirst() throws {
    let workload = try #require(Workload.all.first)
    var bench = GeneratorBench(workload)
    let clock = ContinuousClock()
    let start = clock.now
    let result = try bench.run(runs: 2)
    let elapsed = start.duration(to: clock.now) / .seconds(1)
    #expect(result.name == workload.name)
    #expect(result.generator.count == 2 && result.memcpy.count == 2)
    // Each run makes and copies all pictures within the time that all runs took.
    let slowest = Double(workload.pictures) / elapsed
    #expect((result.generator + result.memcpy).allSatisfy { $0 >= slowest && $0.isFinite })
    // And once more: the bench is as good as new.
    let again = try bench.run(runs: 1)
    #expect(again.generator.count == 1)
  }

  @Test func endsWhenItIsToldTo() throws {
    let workload = try #require(Workload.all.first)
    var bench = GeneratorBench(workload)
    var asked = 0
    let result = try bench.run(runs: 100) {
      asked += 1
      return asked <= 2
    }
    #expect(result.generator.count == 1)
  }
}
