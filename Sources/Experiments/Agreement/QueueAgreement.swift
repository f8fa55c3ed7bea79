import Pipeline
package import Quantities
package import VirtualEngine

/// The published Keras queue against the rules, on simulated time and on threads.
package struct QueueAgreement {
  /// The largest relative error of a row's rate, sensitive rows left out.
  package static let limit = 0.1

  /// How many rows there are.
  package static var rows: Int { KerasQueueMeasurements.rows.count }

  /// One published measurement and its repetition by both engines.
  package struct Row: Sendable {
    /// The measurement of Keras's own queue.
    package let published: KerasQueueMeasurements.Row
    /// The same row on simulated time.
    package let virtual: PerturbedEpoch
    /// Batches a second.
    package let live: Double

    /// The simulated rate's relative error, at least 0.
    package var virtualError: Double { abs(virtual.batchesPerSecond / published.rate - 1) }
    /// The live rate's relative error, at least 0.
    package var liveError: Double { abs(live / published.rate - 1) }
  }

  /// Measures row by row, as far as it isn't cancelled.
  ///
  /// - Throws: `LiveEpoch.Failed` where a session can't read its pictures.
  package static func run(
    _ live: LiveEpoch, for length: Nanoseconds, isCancelled: () -> Bool, progress: (Int) -> Void
  ) throws -> [Row] {
    var rows: [Row] = []
    for row in KerasQueueMeasurements.rows {
      guard let virtual = KerasQueueMeasurements.simulate(row),
        let reading = try live.measure(
          KerasQueueMeasurements.scenario(row), for: length, isCancelled: isCancelled)
      else { break }
      let epoch = reading.epoch
      let batches = Double(reading.scenario.batchesPerEpoch(samples: epoch.samples))
      rows.append(
        Row(published: row, virtual: virtual, live: epoch.projected.map { batches / $0 } ?? 0))
      progress(rows.count)
    }
    return rows
  }
}
