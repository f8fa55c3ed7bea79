import Pipeline
import TestSupport
import Testing

@Suite struct EpochBoundTests {
  /// However epochs and passes over the data lie to each other.
  @Test(arguments: [(64, 32), (50, 32), (7, 10), (1, 1), (100, 7)])
  func batchesOfAnEpochAreCounted(count: Int, size: Int) {
    var scenario = Scenario(name: "count")
    scenario.batchSize = size
    let pass = scenario.batchesPerEpoch(samples: count)
    func pictures(_ batch: Int) -> Int {
      batch % pass == pass - 1 ? count - (pass - 1) * size : size
    }
    for first in 0...(2 * pass) {
      for samples in 0...(3 * count) {
        var (batches, seen) = (0, 0)
        while seen < samples {
          seen += pictures(first + batches)
          batches += 1
        }
        #expect(scenario.batches(from: first, holding: samples, of: count) == batches)
      }
    }
  }

  @Test func nothingIsMadeBeyondTheEpochOrBetweenTwo() {
    var bound = EpochBound()
    #expect(bound.ahead(of: 1_000, 4, isWanted: false) == 4)
    bound.begin(at: 10, batches: 20)
    #expect(bound.ahead(of: 10, 4, isWanted: false) == 4)
    #expect(bound.ahead(of: 28, 4, isWanted: false) == 2)
    #expect(bound.ahead(of: 30, 4, isWanted: false) == 0)
    // Nobody waits for a batch that nobody makes.
    #expect(bound.ahead(of: 30, 4, isWanted: true) == 1)
    bound.finish()
    #expect(bound.ahead(of: 30, 4, isWanted: true) == 0)
    bound.begin(at: 30, batches: 20)
    #expect(bound.ahead(of: 30, 4, isWanted: false) == 4)
  }
}
