import Pipeline
import Quantities
import Testing

/// The rank that the others wait for, and its reason.
@Suite struct SlowestRankTests {
  private func rank(
    _ number: Int, wait: Int64, step: Int64, forward: Int64? = nil
  ) -> RankReading {
    var parts = StepParts()
    parts.forward = .milliseconds(forward ?? 0)
    return RankReading(
      number: number, process: Int32(number + 100), batchesPerSecond: 20,
      wait: .milliseconds(wait), step: .milliseconds(step), parts: forward.map { _ in parts })
  }

  /// All ranks have the same rate, since they meet in each step: the one with the shortest step waits for no one.
  @Test func theOneThatWaitsForItsBatchesHoldsUpTheOthers() throws {
    let ranks = [
      rank(0, wait: 2, step: 48, forward: 5), rank(1, wait: 40, step: 10, forward: 5),
    ]
    let slowest = try #require(SlowestRank(of: ranks))
    #expect(slowest.number == 1 && slowest.cause == .batches)
    #expect(slowest.behind == .milliseconds(38))
  }

  @Test func aLongWayToTheBackwardPassHoldsUpTheOthers() throws {
    let ranks = [
      rank(0, wait: 1, step: 49, forward: 30), rank(1, wait: 2, step: 48, forward: 5),
    ]
    let slowest = try #require(SlowestRank(of: ranks))
    #expect(slowest.number == 0 && slowest.cause == .forward)
  }

  /// Where one rank's parts weren't measured, waits alone are compared.
  @Test func withoutPartsTheWaitsCount() throws {
    let ranks = [rank(0, wait: 1, step: 49, forward: 30), rank(1, wait: 20, step: 30)]
    let slowest = try #require(SlowestRank(of: ranks))
    #expect(slowest.number == 1 && slowest.cause == .batches)
  }

  @Test func alikeRanksHaveNoSlowest() {
    #expect(SlowestRank(of: [rank(0, wait: 2, step: 48), rank(1, wait: 3, step: 47)]) == nil)
    #expect(SlowestRank(of: [rank(0, wait: 40, step: 10)]) == nil)
    #expect(SlowestRank(of: []) == nil)
  }
}
