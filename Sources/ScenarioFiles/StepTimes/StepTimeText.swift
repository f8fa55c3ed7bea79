package import Pipeline
import Quantities
package import Toml

/// A step's time as people write it in options and files.
package enum StepTimeText {
  /// How they are written, for faults.
  package static let forms =
    "a time as 14ms, 14ms±2ms, 14ms~lognormal:2ms, file:PATH or"
    + " 14ms~file:PATH"

  private static let fileMark = "file:"

  /// Any of the `forms`, nil where it is none of them; opens the file that it names.
  package static func read(_ text: String) throws(ConfigurationFault) -> StepTime? {
    if text.hasPrefix(fileMark) {
      return .sampled(SampledSteps(try StepTimesFile.read(path: path(text[...]))))
    }
    guard let (mean, rest) = halves(text, at: "~"), rest.hasPrefix(fileMark) else {
      return parse(text)
    }
    // A mean beyond bounds is the scenario's check to refuse; dividing by none would be ours.
    guard let mean = DurationText.parse(String(mean)), mean > .zero else { return nil }
    return .sampled(SampledSteps(try StepTimesFile.read(path: path(rest))).withMean(mean))
  }

  /// A form without a file, nil where it is none: `14ms`; `14ms±2ms` (also `14ms+-2ms`), normal;
  /// `14ms~lognormal:2ms`. The second time is the deviation.
  package static func parse(_ text: String) -> StepTime? {
    if let (mean, rest) = halves(text, at: "~") {
      let name = "lognormal:"
      guard rest.hasPrefix(name) else { return nil }
      return pair(mean, rest.dropFirst(name.count)).map { .logNormal(mean: $0, deviation: $1) }
    }
    for sign in ["±", "+-"] {
      guard let (mean, deviation) = halves(text, at: sign) else { continue }
      return pair(mean, deviation).map { .normal(mean: $0, deviation: $1) }
    }
    return DurationText.parse(text).map { .constant($0) }
  }

  /// The form that `read` reads back.
  package static func write(_ time: StepTime) -> String {
    switch time {
    case .constant(let value): DurationText.write(value)
    case .normal(let mean, let deviation):
      "\(DurationText.write(mean))±\(DurationText.write(deviation))"
    case .logNormal(let mean, let deviation):
      "\(DurationText.write(mean))~lognormal:\(DurationText.write(deviation))"
    case .sampled(let steps):
      (steps.isStretched ? "\(DurationText.write(steps.mean))~" : "")
        + fileMark + steps.recording.path
    }
  }

  private static func path(_ text: Substring) -> String { String(text.dropFirst(fileMark.count)) }

  private static func pair(_ first: Substring, _ second: Substring) -> (Duration, Duration)? {
    guard let first = DurationText.parse(String(first)),
      let second = DurationText.parse(String(second))
    else { return nil }
    return (first, second)
  }

  /// The texts before and after the first `mark`, without the spaces around it.
  private static func halves(_ text: String, at mark: String) -> (Substring, Substring)? {
    guard let range = text.firstRange(of: mark) else { return nil }
    return (text[..<range.lowerBound], text[range.upperBound...].drop { $0 == " " })
  }
}
