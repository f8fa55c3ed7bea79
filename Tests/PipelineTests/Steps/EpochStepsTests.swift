import Quantities
import TestSupport
import Testing

@testable import Pipeline

@Suite struct EpochStepsTests {
  /// Many steps at once count as the same steps one by one.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func manyStepsAreAsManySingleOnes(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    for round in 0..<300 {
      let samples = Int.random(in: 1...200, using: &random)
      var one = EpochClock(samples: samples)
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        one.step(pictures: Int.random(in: 0..<80, using: &random), endingAt: .milliseconds(1))
      }
      var all = one
      let count = Int.random(in: 1...60, using: &random)
      let pictures = Int.random(in: 0...70, using: &random)
      func end(_ step: Int) -> Nanoseconds { .milliseconds(2) + .microseconds(Int64(step) * 7) }
      for step in 5..<5 + count { one.step(pictures: pictures, endingAt: end(step)) }
      all.steps(5...4 + count, pictures: pictures, endingAt: end)
      #expect(
        all.number == one.number && all.samplesSeen == one.samplesSeen && all.last == one.last,
        "seed \(seed), round \(round)")
      // Both go on alike.
      one.step(pictures: samples, endingAt: .seconds(1))
      all.step(pictures: samples, endingAt: .seconds(1))
      #expect(all.last == one.last, "seed \(seed), round \(round)")
    }
  }
}
