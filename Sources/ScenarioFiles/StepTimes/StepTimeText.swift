package import Pipeline
import Quantities
package import Toml

/// A step's time as people write it in options and files.
package enum StepTimeText {
  /// The forms of the text, for messages.
  package static let forms =
    "a time as 14ms, 14ms±2ms, 14ms~lognormal:2ms, file:PATH or"
    + " 14ms~file:PATH"

  /// Any of the `forms`, nil where it is none of them; opens the file that it names.
  ///
  /// - Throws: A `ConfigurationFault` for a file of times that can't be read.
  package static func read(_ text: String) throws(ConfigurationFault) -> StepTime? {
    guard let (mean, path) = file(in: text) else { return parse(text) }
    let steps = SampledSteps(try StepTimesFile.read(path: path))
    return .sampled(mean.map(steps.withMean) ?? steps)
  }

  /// The same without opening a file: `recorded` has its times; nil also where it has none.
  static func read(_ text: String, from recorded: RecordedContent) -> StepTime? {
    guard let (mean, path) = file(in: text) else { return parse(text) }
    guard let times = recorded.stepTimes else { return nil }
    let steps = SampledSteps(StepRecording(path: path, times: times))
    return .sampled(mean.map(steps.withMean) ?? steps)
  }

  /// The path of `file:PATH` and `14ms~file:PATH`, with the mean of the second; nil for other forms.
  private static func file(in text: String) -> (mean: Duration?, path: String)? {
    if text.hasPrefix(StepTime.fileMark) {
      return (nil, String(text.dropFirst(StepTime.fileMark.count)))
    }
    // A mean beyond bounds is the scenario's check to refuse; dividing by none would be ours.
    guard let (mean, rest) = halves(text, at: "~"), rest.hasPrefix(StepTime.fileMark),
      let mean = DurationText.parse(String(mean)), mean > .zero
    else { return nil }
    return (mean, String(rest.dropFirst(StepTime.fileMark.count)))
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
