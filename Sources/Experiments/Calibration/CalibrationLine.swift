package import Augmentation
import Quantities

/// One line of the calibration script's output; a comment at the top of the script lists them.
package enum CalibrationLine: Equatable, Sendable {
  /// A package that this Python lacks, under its name on PyPI.
  case missing(package: String)
  /// The script begins to measure.
  case ready(CalibratedPython)
  /// The part that is done, 0...1.
  case progress(Double)
  /// Microseconds of one round for a picture of `values` values.
  case time(Stage, isZero: Bool, values: Int, microseconds: Double)
  /// The whole function's, for a picture of the calibrated size.
  case whole(microseconds: Double)
  /// One side of a batch's way to another process, for 10⁶ bytes.
  case pipe(microseconds: Double)
  /// The part of a stage's time in which another thread had the lock; may overshoot 1 a little.
  case share(Stage, Double)
  /// Pictures a second of so many threads, 1 or 2.
  case threads(Int, rate: Double)
  /// The last line.
  case done

  /// Reads a line; nil where any word of it isn't part of the protocol.
  package init?(_ line: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch (words[0], words.count) {
    case ("missing", 3) where !words[2].isEmpty: self = .missing(package: words[2])
    case ("ready", 2...):
      guard let python = CalibratedPython(words.dropFirst()) else { return nil }
      self = .ready(python)
    case ("progress", 2):
      guard let fraction = number(words[1]), fraction <= 1 else { return nil }
      self = .progress(fraction)
    case ("time", 5):
      guard let stage = Stage(rawValue: words[1]), ["full", "zero"].contains(words[2]),
        let values = Int(words[3]), values > 0, let time = number(words[4])
      else { return nil }
      self = .time(stage, isZero: words[2] == "zero", values: values, microseconds: time)
    case ("whole", 2):
      guard let time = number(words[1]) else { return nil }
      self = .whole(microseconds: time)
    case ("pipe", 3):
      guard ["send", "receive"].contains(words[1]), let time = number(words[2]) else { return nil }
      self = .pipe(microseconds: time)
    case ("share", 3):
      guard let stage = Stage(rawValue: words[1]), let share = number(words[2]) else { return nil }
      self = .share(stage, share)
    case ("threads", 3):
      guard let count = Int(words[1]), (1...2).contains(count), let rate = number(words[2]),
        rate > 0
      else { return nil }
      self = .threads(count, rate: rate)
    case ("done", 1): self = .done
    default: return nil
    }
  }
}

/// The versions of the measured Python and its packages.
package struct CalibratedPython: Equatable, Sendable {
  /// Python's version.
  package let python: String
  /// NumPy's version.
  package let numpy: String
  /// SciPy's version.
  package let scipy: String
  /// A free-threaded Python has no interpreter lock.
  package let hasLock: Bool
  /// How long a thread waits for the interpreter lock before it asks for it.
  package let switchInterval: Duration

  fileprivate init?(_ words: some Sequence<String>) {
    var found: [String: String] = [:]
    for word in words {
      let halves = word.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard halves.count == 2, !halves[1].isEmpty else { return nil }
      found[halves[0]] = halves[1]
    }
    guard let python = found["python"], let numpy = found["numpy"], let scipy = found["scipy"],
      let lock = found["lock"], ["0", "1"].contains(lock),
      let interval = found["switch_us"].flatMap(number)
    else { return nil }
    self.python = python
    self.numpy = numpy
    self.scipy = scipy
    hasLock = lock == "1"
    switchInterval = .nanoseconds(Int64(nearest: interval * 1e3))
  }
}

/// A finite number from 0 to a minute of microseconds, the most that a cost profile may hold.
private func number(_ text: String) -> Double? {
  Double(text).flatMap { $0 >= 0 && $0 <= 60e6 ? $0 : nil }
}
