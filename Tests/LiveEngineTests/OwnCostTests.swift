import Host
import Pipeline
import Quantities
import Testing

@testable import LiveEngine

/// augtop's own cost, and what predictions have of it.
@Suite struct OwnCostTests {
  /// Predictions come in bursts: over other seconds than the sum's they would take more than all.
  @Test func predictionsAreAPartOfTheSameSeconds() {
    var meter = OwnCostMeter(clock: SessionClock())
    for second in Int64(0)...20 {
      // A core does emulated work, augtop's own takes 1 % of another, and a burst half a second.
      let burst = Nanoseconds.milliseconds(second < 4 ? 0 : 500)
      let cost = meter.measure(
        at: .seconds(second),
        process: .milliseconds(1_010 * second) + burst, emulated: .seconds(second),
        predicting: burst, events: 0)
      guard second > 0 else { continue }
      #expect(abs(cost.cpuFraction - cost.predicting - 0.01) < 1e-9, "at \(second) s")
    }
  }

  @Test func aThreadsTimeStaysWhenItIsOver() throws {
    let thread = try JoinableThread(name: "burner") {
      let start = SessionClock()
      while start.now < .milliseconds(5) {}
    }
    thread.join()
    #expect(thread.cpu > .zero && thread.cpu == thread.cpu)
  }
}
