import Augmentation
import Experiments
import Glibc
import Host
import Pipeline
import Quantities
import Testing
import VirtualEngine

/// The predictor's thread, and its end while a session goes on.
@Suite struct BackgroundPredictorTests {
  /// A session whose readings can be held back, as if a thread were in the middle of one.
  private final class HeldSession: SessionSource {
    private struct State {
      var isHeld = false
      var isRead = false
      var hasStopped = false
    }

    private let session: VirtualSession
    private let state = Monitor(State())

    init() throws {
      var scenario = Scenario(name: "held")
      scenario.apply(
        .costs(
          .profile(CostProfile(name: "slow", stages: ["load": StageCost(fixed: .microseconds(30))]))
        )
      )
      let facts = DatasetFacts(count: 3_200, shape: .cifar)
      session = try #require(
        VirtualSession(
          scenario: scenario, dataset: facts, costs: CostModel(shape: facts.shape), machineCores: 2)
      )
      session.advance(by: .seconds(4))
    }

    var reading: Reading {
      state.withLock { $0.isRead = true }
      state.wakeAll()
      state.waitUntilTrue { !$0.isHeld }
      return session.reading
    }

    func apply(_ request: SessionRequest) {}

    var hasStopped: Bool { state.withLock { $0.hasStopped } }

    func hold() { state.withLock { $0.isHeld = true } }

    func waitUntilRead() { state.waitUntilTrue { $0.isRead } }

    func noteStop() { state.withLock { $0.hasStopped = true } }

    func release() {
      state.withLock { $0.isHeld = false }
      state.wakeAll()
    }
  }

  /// Otherwise the thread would read a session that its owner has already ended.
  @Test func stopWaitsForTheReadingThatIsTaken() throws {
    let session = try HeldSession()
    let predictor = BackgroundPredictor { _ in nil }
    session.hold()
    try predictor.start(watching: session)
    session.waitUntilRead()
    let stopper = try JoinableThread(name: "stopper") {
      predictor.stop()
      session.noteStop()
    }
    // Time for a stop that doesn't wait to return.
    for _ in 0..<50 where !session.hasStopped { usleep(2_000) }
    #expect(!session.hasStopped)
    session.release()
    stopper.join()
    #expect(session.hasStopped)
  }

  @Test func predictsEveryKeyOfARunningSession() throws {
    let session = try HeldSession()
    let predictor = BackgroundPredictor { _ in nil }
    try predictor.start(watching: session)
    for _ in 0..<10_000 where predictor.latest == nil { usleep(2_000) }
    predictor.stop()
    let latest = try #require(predictor.latest)
    let changes = session.reading.scenario.singleChanges(session.reading.stageList)
    #expect(latest.scenario == session.reading.scenario && latest.now > 0)
    #expect(Set(latest.epochs.keys).isSubset(of: changes) && latest.epochs.count > 10)
  }

  @Test func canBeStoppedBeforeItsStart() {
    let predictor = BackgroundPredictor { _ in nil }
    predictor.stop()
    #expect(predictor.latest == nil)
  }
}
