import Quantities

/// One line of a real loader's script; a comment at the top of the script lists them.
package enum RealLine: Equatable, Sendable {
  /// A package that this Python lacks, under its name on PyPI.
  case missing(package: String)
  /// The script waits for rows; the packages used.
  case ready(versions: [PackageVersion])
  /// The time to make a batch without a loader.
  case alone(Duration)
  /// A batch's way through a pipe between processes: the CPU time of both sides.
  case pipe(Duration)
  /// How late the loop's thread runs after a sleep.
  case late(Duration)
  /// The training loop's CPU time a step; it contains the making where the loop makes batches itself.
  case loop(Duration)
  /// Steps trained in a window of the measurement.
  case window(steps: Int, length: Duration)
  /// The row's end.
  case end
  /// The framework's own error.
  case failed(String)

  /// The longest time that a line may have, in seconds.
  private static let longest = 3600.0

  /// Reads a line; nil where any word of it isn't part of the protocol.
  package init?(_ line: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch (words[0], words.count) {
    case ("missing", 3) where !words[2].isEmpty: self = .missing(package: words[2])
    case ("ready", 2...):
      let versions = words.dropFirst().compactMap(PackageVersion.init)
      guard versions.count == words.count - 1 else { return nil }
      self = .ready(versions: versions)
    case ("alone", 2):
      guard let time = Self.time(words[1]), time > .zero else { return nil }
      self = .alone(time)
    case ("loop", 2), ("pipe", 2), ("late", 2):
      guard let time = Self.time(words[1]) else { return nil }
      self = words[0] == "loop" ? .loop(time) : words[0] == "pipe" ? .pipe(time) : .late(time)
    case ("window", 3):
      guard let steps = Int(words[1]), steps > 0, let seconds = Double(words[2]), seconds > 0,
        seconds <= Self.longest
      else { return nil }
      self = .window(steps: steps, length: .seconds(rounding: seconds))
    case ("end", 1): self = .end
    case ("failed", 2...): self = .failed(words.dropFirst().joined(separator: " "))
    default: return nil
    }
  }

  /// Microseconds from 0 to an hour; nil for other text.
  private static func time(_ word: String) -> Duration? {
    guard let time = Double(word), time >= 0, time <= longest * 1e6 else { return nil }
    return .seconds(rounding: time * 1e-6)
  }
}

/// A Python package, or Python itself, and its version.
package struct PackageVersion: Equatable, Sendable {
  /// The package's name.
  package let name: String
  /// The package's version.
  package let version: String

  /// Reads `NAME=VERSION`; nil for other text.
  init?(_ word: String) {
    let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else { return nil }
    name = String(halves[0])
    version = String(halves[1])
  }
}
