import Pipeline
import Quantities

/// Sampled step times as an attribute of a session file, and back: a recording can be run again where
/// the file of step times isn't.
///
/// Nanoseconds, separated by commas, ascending. Of a longer list the mean of each hundredth, so that
/// the mean of all stays and the spread nearly.
enum StepTimesText {
  private static let most = 100

  /// - Complexity: O(n log n) in the number of times.
  static func write(_ recording: StepRecording) -> String {
    let times = recording.times.sorted()
    let parts = min(Self.most, times.count)
    let means = (0..<parts).map { part in
      let part = times[(part * times.count / parts)..<((part + 1) * times.count / parts)]
      return Int64((part.reduce(0.0) { $0 + Double($1.count) } / Double(part.count)).rounded())
    }
    return means.map(String.init).joined(separator: ",")
  }

  /// Nil for anything but 1 to 100 times that a step can take.
  static func read(_ text: String) -> [Nanoseconds]? {
    let parts = text.split(separator: ",", maxSplits: most, omittingEmptySubsequences: false)
    let times = parts.compactMap { part in
      Int64(part).map(Duration.nanoseconds).flatMap {
        Scenario.computeTimes.contains($0) ? Nanoseconds($0) : nil
      }
    }
    return times.count == parts.count && parts.count <= most ? times : nil
  }
}
