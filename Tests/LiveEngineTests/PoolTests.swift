import Augmentation
import Host
import Pipeline
import Quantities
import Testing

@testable import LiveEngine

extension RealThreads {
  /// Keras 3's pool of processes on real threads: nothing is asserted of how long anything took at most.
  @Suite struct PoolTests {
    /// Workers write one at a time, for as long as a batch's sending takes.
    @Test func batchesTakeTheirTimeInThePipe() {
      let scenario = Scenario.small(.keras3Processes) { scenario in
        var costs = LoaderCosts()
        costs[.poolSend] = .milliseconds(2)
        costs[.poolTakenSend] = .milliseconds(2)
        costs[.poolCrowdedSend] = .milliseconds(2)
        var profile = CostProfile(
          name: "pool", stages: ["load": StageCost(fixed: .microseconds(20))])
        profile.loader = costs
        scenario.apply(.costs(.profile(profile)))
        scenario.workers = 3
      }
      let session = TriedSession(scenario, checksBatches: true)
      session.train(5)
      let (start, trained) = (ContinuousClock.now, session.live.reading.batchesTrained)
      session.train(15)
      let elapsed = start.duration(to: .now)
      // All that may be under way in the pipe or behind it.
      let batches = session.live.reading.batchesTrained - trained - scenario.queueLimit - 2
      #expect(elapsed >= .milliseconds(2) * batches)
      #expect(session.stop().state == .finished)
    }
  }
}
