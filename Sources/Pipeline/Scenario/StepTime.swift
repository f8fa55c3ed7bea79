package import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// The distribution of the device's compute time.
package enum StepTime: Hashable, Sendable {
  /// The same time for every step.
  case constant(Duration)
  /// Normal, cut off at zero.
  case normal(mean: Duration, deviation: Duration)
  /// Log-normal: the logarithm of the time is normal, so that there are no times below zero and a
  /// few long ones. Mean and deviation are those of the time itself.
  case logNormal(mean: Duration, deviation: Duration)
  /// Times measured elsewhere, drawn with replacement.
  case sampled(SampledSteps)

  /// The mean of all steps.
  package var mean: Duration {
    switch self {
    case .constant(let value): value
    case .normal(let mean, _), .logNormal(let mean, _): mean
    case .sampled(let steps): steps.mean
    }
  }

  /// One step's time from two uniform numbers in (0, 1] and [0, 1); at most a year.
  ///
  /// - Source: Box, Muller 1958.
  package func sample(_ first: Double, _ second: Double) -> Nanoseconds {
    switch self {
    case .constant(let value): return Nanoseconds(value)
    case .normal, .logNormal: return time(atDeviate: normalDeviate(first, second))
    case .sampled(let steps): return steps.sample(second)
    }
  }

  /// The time so many standard deviations above the middle; the mean where times have no normal deviate.
  func time(atDeviate deviate: Double) -> Nanoseconds {
    switch self {
    case .constant, .sampled: return Nanoseconds(mean)
    case .normal(let mean, let deviation):
      return .step(seconds: mean.seconds + deviation.seconds * deviate)
    case .logNormal(let mean, let deviation):
      let relative = deviation.seconds / mean.seconds
      let variance = log(1 + relative * relative)
      return .step(seconds: mean.seconds * exp(variance.squareRoot() * deviate - variance / 2))
    }
  }

  /// The same spread, relative to another mean.
  package func withMean(_ mean: Duration) -> StepTime {
    switch self {
    case .constant: .constant(mean)
    case .normal(let old, let deviation):
      .normal(mean: mean, deviation: Self.scaled(deviation, from: old, to: mean))
    case .logNormal(let old, let deviation):
      .logNormal(mean: mean, deviation: Self.scaled(deviation, from: old, to: mean))
    case .sampled(let steps): .sampled(steps.withMean(mean))
    }
  }

  private static func scaled(
    _ deviation: Duration, from old: Duration, to mean: Duration
  ) -> Duration {
    .seconds(rounding: deviation.seconds * mean.seconds / old.seconds)
  }
}

extension StepTime {
  /// The prefix of the path of a file of step times.
  package static let fileMark = "file:"

  /// As it is typed and as files have it: `14ms`, `14ms±2ms`, `14ms~lognormal:2ms`, `file:PATH`,
  /// `14ms~file:PATH`.
  package var text: String {
    switch self {
    case .constant(let value): DurationText.write(value)
    case .normal(let mean, let deviation):
      "\(DurationText.write(mean))±\(DurationText.write(deviation))"
    case .logNormal(let mean, let deviation):
      "\(DurationText.write(mean))~lognormal:\(DurationText.write(deviation))"
    case .sampled(let steps):
      (steps.isStretched ? "\(DurationText.write(steps.mean))~" : "")
        + Self.fileMark + steps.recording.path
    }
  }

  /// A description of the valid values where this one is invalid; nil where it is valid.
  package var wanted: String? {
    guard Scenario.computeTimes.contains(mean) else { return "a time from 1us to 1h" }
    switch self {
    case .constant, .sampled: return nil
    case .normal(let mean, let deviation):
      return deviation < .zero || deviation > mean ? "a deviation from 0 to the mean" : nil
    case .logNormal(let mean, let deviation):
      return deviation < .zero || deviation > mean * Self.widest
        ? "a deviation from 0 to \(Self.widest) times the mean" : nil
    }
  }

  /// The widest log-normal time, in means: beyond it no session is long enough to see its mean.
  package static let widest = 10
}

extension Nanoseconds {
  /// A step's time within what a session can hold: nothing below zero, a year at most.
  static func step(seconds: Double) -> Nanoseconds {
    Nanoseconds(seconds: min(max(0, seconds), 366 * 86_400))
  }
}
