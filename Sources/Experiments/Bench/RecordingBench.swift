import Augmentation
import Datasets
import Glibc
package import LiveEngine
package import Pipeline
import Quantities

/// Measures the cost of recording: native sessions with and without a session file, in turn.
package struct RecordingBench {
  /// The rates of all pairs.
  package struct Result: Sendable {
    /// Pictures a second, one entry a session.
    package var plain: [Double] = []
    /// Pictures a second with a session file, one entry a session.
    package var recorded: [Double] = []
    /// The cost of recording in each pair, as a fraction of the plain rate.
    package var costs: [Double] {
      zip(plain, recorded).map { plain, recorded in 1 - recorded / plain }
    }
  }

  /// A session that ought to have been recorded wasn't.
  package struct NotRecorded: Error {
    /// The recording's state when the session had ended.
    package var state: RecordingState
  }

  private static let sessionLength = Duration.seconds(2)

  /// Runs pairs in the order ABBA, so that a drift of the machine hits both alike.
  ///
  /// - Throws: `NotRecorded` where a recorded session's file wasn't closed properly; `ThreadFault` where
  ///   the system gives too few threads.
  package static func run(
    pairs: Int, file: String, openFile: @escaping SessionFileOpener, keepsGoing: () -> Bool
  ) throws -> Result {
    var scenario = Scenario(name: "recording-bench")
    scenario.settings = Workload.seed32.settings
    scenario.loader = .blocking
    scenario.consumer.compute = .constant(Scenario.computeTimes.lowerBound)
    let dataset = SyntheticDataset()
    var result = Result()
    for pair in 0..<pairs where keepsGoing() {
      for isRecorded in pair % 2 == 0 ? [false, true] : [true, false] {
        let session = LiveSession(scenario: scenario, dataset: dataset, openFile: openFile)
        try session.start()
        if isRecorded { session.apply(.record(path: file)) }
        usleep(UInt32(sessionLength.seconds * 1e6))
        let reading = session.stop()
        let rate = reading.consumer.imagesPerSecond
        guard isRecorded else {
          result.plain.append(rate)
          continue
        }
        unlink(file)
        // A recording that failed has no cost to measure.
        guard case .closed = reading.recording else {
          throw NotRecorded(state: reading.recording)
        }
        result.recorded.append(rate)
      }
    }
    return result
  }
}
