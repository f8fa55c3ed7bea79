import Pipeline
import Quantities
import Testing

/// Which batches come after a rest of their worker.
struct RestTrackTests {
  /// A nap of 50 ms is a rest before the next batch; half a millisecond isn't, nor a wait that ends after the
  /// batch began.
  @Test func batchesAfterARestAreToldApart() throws {
    let script = ScriptedSteps()
    for batch in 0..<100 {
      if batch.isMultiple(of: 2) {
        script.nap(.milliseconds(50), .nap)
        script.make(.microseconds(2_100))
      } else {
        script.nap(.microseconds(500), .demand)
        script.make(.milliseconds(2))
      }
      script.train(.milliseconds(4))
    }
    let workers = script.reading().workers
    #expect(workers.rested == 0.5)
    #expect(workers.afterRest == .microseconds(100))
    #expect(workers.spread.count == 50 && workers.spread.allSatisfy { $0 == 1 })
  }
}
