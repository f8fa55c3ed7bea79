package import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Step times drawn from those of a recording, as they are or stretched to another mean.
package struct SampledSteps: Hashable, Sendable {
  /// The recorded times to draw from.
  package let recording: StepRecording
  /// The mean of the times drawn.
  package let mean: Duration

  /// The times of a recording as they are.
  package init(_ recording: StepRecording) {
    self.recording = recording
    mean = recording.mean
  }

  private init(_ recording: StepRecording, mean: Duration) {
    self.recording = recording
    self.mean = mean
  }

  /// Whether the recorded times are scaled to another mean.
  package var isStretched: Bool { mean != recording.mean }

  /// The same times, all multiplied so that their mean is this one.
  package func withMean(_ mean: Duration) -> SampledSteps { SampledSteps(recording, mean: mean) }

  /// The time that a uniform number in [0, 1) draws.
  func sample(_ unit: Double) -> Nanoseconds {
    let times = recording.times
    let time = times[min(times.count - 1, Int(unit * Double(times.count)))]
    return isStretched ? .step(seconds: time.seconds * stretch) : time
  }

  private var stretch: Double { mean.seconds / recording.mean.seconds }

  /// The mean of the longest of several draws.
  ///
  /// - Complexity: O(parts of the recording).
  func mean(slowestOf count: Int) -> Duration {
    var (sum, below) = (0.0, 0.0)
    for (place, part) in recording.parts.enumerated() {
      let share = pow(Double(place + 1) / Double(recording.parts.count), Double(count))
      sum += (share - below) * part
      below = share
    }
    return .seconds(rounding: sum * stretch)
  }
}

/// Step times measured elsewhere; read once, then shared by all scenarios that draw from them.
///
/// A class, so that a scenario stays small to copy; immutable, and hashed when it is made, so that
/// it stays quick to compare.
package final class StepRecording: Hashable, Sendable {
  /// More would only cost memory: the mean of a million times is known to a thousandth of their
  /// spread.
  package static let most = 1_000_000

  /// The file they were read from.
  package let path: String
  /// The recorded step times.
  package let times: [Nanoseconds]
  /// The mean of `times`.
  package let mean: Duration
  /// The times in order, in equal parts: the mean of each in seconds, the shortest first.
  let parts: [Double]
  private let digest: Int

  /// - Parameters:
  ///   - times: 1 to `most` times.
  package init(path: String, times: [Nanoseconds]) {
    precondition((1...Self.most).contains(times.count), "a recording has 1 to 1 000 000 steps")
    self.path = path
    self.times = times
    let sum = times.reduce(0.0) { $0 + Double($1.count) }
    mean = .nanoseconds(Int64(nearest: sum / Double(times.count)))
    parts = Self.parts(times.sorted())
    var hasher = Hasher()
    hasher.combine(path)
    hasher.combine(times)
    digest = hasher.finalize()
  }

  /// More parts tell no more: the longest of four is in the last of them once in 250 steps.
  private static let mostParts = 1_024

  private static func parts(_ sorted: [Nanoseconds]) -> [Double] {
    let count = min(mostParts, sorted.count)
    return (0..<count).map { part in
      let times = sorted[part * sorted.count / count..<(part + 1) * sorted.count / count]
      return times.reduce(0.0) { $0 + $1.seconds } / Double(times.count)
    }
  }

  /// Whether file and times are equal.
  package static func == (left: StepRecording, right: StepRecording) -> Bool {
    left === right
      || (left.digest == right.digest && left.path == right.path && left.times == right.times)
  }

  /// Feeds the hash that was computed when the recording was made.
  package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
