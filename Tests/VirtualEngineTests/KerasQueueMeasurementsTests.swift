import Pipeline
import Testing
import VirtualEngine

/// The published Keras queue with its real polling, against the rules on simulated time.
@Suite struct KerasQueueMeasurementsTests {
  /// Within 10 %, but for knife edges: rows whose own result moves by 5 % or more when make, step
  /// and waits move by 0.1 ms.
  @Test func ratesAreTheMeasuredOnes() throws {
    var edges = 0
    for row in KerasQueueMeasurements.rows {
      let epoch = try #require(KerasQueueMeasurements.simulate(row))
      if epoch.isSensitive {
        edges += 1
        #expect(epoch.low <= row.rate && row.rate <= epoch.high, "\(row): \(epoch)")
      } else {
        #expect(abs(epoch.batchesPerSecond / row.rate - 1) < 0.1, "\(row): \(epoch)")
      }
    }
    #expect(edges <= 6)
  }

  /// The test of sensitivity separates an edge from a rate that changes only in proportion to its cause.
  @Test func edgesAreWhereATenthDecidesOverANap() throws {
    let slow = KerasQueueMeasurements.rows[11]
    let equal = KerasQueueMeasurements.rows[3]
    #expect(try #require(KerasQueueMeasurements.simulate(slow)).isSensitive == false)
    #expect(try #require(KerasQueueMeasurements.simulate(equal)).isSensitive)
  }
}
