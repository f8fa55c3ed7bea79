import Quantities
import TestSupport
import Testing

@Suite struct EstimateTests {
  private func estimate(_ value: Double, _ error: Double, _ freedom: Int) -> Estimate {
    Estimate(value, Estimate.Spread(error: error, freedom: freedom))
  }

  /// By hand: Welch's two samples, errors 3 and 4 with 9 and 4 degrees of freedom.
  @Test func differencesAreWelchs() throws {
    let difference = estimate(10, 3, 9).minus(estimate(4, 4, 4))
    let spread = try #require(difference.spread)
    #expect(difference.value == 6)
    #expect(abs(spread.error - 5) < 1e-12)
    // 25² / (9²/9 + 16²/4) = 625 / 73 = 8.56
    #expect(spread.freedom == 8)
    #expect(abs(try #require(difference.half) - 1.8595 * 5) < 0.05)
  }

  @Test func swappingNegates() throws {
    var random = SeededNumbers(seed: 3)
    for _ in 0..<500 {
      func any() -> Estimate {
        estimate(
          .random(in: -9...9, using: &random), .random(in: 0...3, using: &random),
          .random(in: 7...31, using: &random))
      }
      let (one, other) = (any(), any())
      let (there, back) = (one.minus(other), other.minus(one))
      #expect(there.value == -back.value && there.half == back.half, "seed 3")
      let spread = try #require(there.spread)
      let least = min(one.spread?.freedom ?? 0, other.spread?.freedom ?? 0)
      #expect(spread.freedom >= least && spread.freedom <= 62, "seed 3")
    }
  }

  /// By hand: of ten, the two at either end are left out, and stand for their neighbours.
  @Test func aTrimmedMeanLeavesOutTheEnds() throws {
    let trimmed = Estimate(trimmedMeanOf: [900, 4, 3, 5, 6, 4, 5, 6, 4, -70])
    // 4 4 4 5 5 6 are kept.
    #expect(abs(trimmed.value - 28.0 / 6) < 1e-12)
    // Winsorized: 4 4 4 4 4 5 5 6 6 6, mean 4.8, squares 7.6.
    let spread = try #require(trimmed.spread)
    #expect(spread.freedom == 5)
    #expect(abs(spread.error - (7.6 / 9).squareRoot() * 10.squareRoot() / 6) < 1e-12)
    // Of four all count, as in the ordinary mean.
    let four = Estimate(trimmedMeanOf: [1, 2, 3, 6])
    #expect(four.value == 3 && four.spread?.freedom == 3)
    #expect(abs((four.spread?.error ?? 0) - (14.0 / 3).squareRoot() / 2) < 1e-12)
    #expect(Estimate(trimmedMeanOf: [7]) == Estimate(7))
  }

  @Test func equalNumbersAreNotDistinguishable() {
    #expect(estimate(2, 0, 9).minus(estimate(2, 0, 9)).isDistinguishable == false)
    #expect(estimate(2, 0, 9).minus(estimate(2.1, 0, 9)).isDistinguishable == true)
    #expect(Estimate(2).minus(estimate(1, 0, 9)).isDistinguishable == nil)
  }

  @Test func changesAreSharesOfTheBase() throws {
    let change = try #require(estimate(12, 0.3, 20).change(from: estimate(10, 0.4, 20)))
    #expect(abs(change.value - 0.2) < 1e-12)
    // Errors of 2.5 % and 4 % of a ratio of 1.2.
    let expected = 1.2 * (0.025 * 0.025 + 0.04 * 0.04).squareRoot()
    #expect(abs(try #require(change.spread).error - expected) < 1e-12)
    #expect(estimate(1, 1, 9).change(from: estimate(0, 1, 9)) == nil)
  }
}
