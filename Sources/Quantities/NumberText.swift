/// Numbers as the screen writes them: few digits, a real minus sign, a blank before the unit.
package enum NumberText {
  /// A number with a fixed count of decimals; a dash where it isn't finite, or too large for
  /// `Double` to be exact.
  ///
  /// - Parameter decimals: 0 to 9.
  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    precondition((0...9).contains(decimals), "numbers have 0 to 9 decimals")
    let scaled = abs(value) * Double(powerOfTen(decimals))
    // Whole numbers are exact up to there; NaN fails the comparison.
    guard scaled < 9e15 else { return "–" }
    let count = Int64(nearest: scaled)
    return (value < 0 && count > 0 ? "−" : "") + decimal(count, decimals)
  }

  /// A number with a fixed count of decimals, or with none where they would be zeros: 3, 3.4.
  package static func brief(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    let whole = fixed(value, 0)
    return text == whole + "." + String(repeating: "0", count: decimals) ? whole : text
  }

  /// A whole number of small units as a decimal number of a unit that is a power of ten larger.
  ///
  /// Every digit is kept, with a hyphen for a minus sign: for files and other programs.
  /// - Parameter decimals: 0 to 9; 3 writes nanoseconds as microseconds.
  package static func decimal(_ count: Int64, _ decimals: Int) -> String {
    let (whole, rest) = count.magnitude.quotientAndRemainder(dividingBy: powerOfTen(decimals))
    let sign = count < 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  private static func powerOfTen(_ exponent: Int) -> UInt64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
  }

  /// Three figures or so: 0.042, 2.35, 94.9, 121.
  package static func short(_ value: Double) -> String {
    // Bounds at which rounding would add a digit.
    switch abs(value) {
    case ..<0.0995: fixed(value, 3)
    case ..<9.995: fixed(value, 2)
    case ..<99.95: fixed(value, 1)
    default: fixed(value, 0)
    }
  }

  /// A share as a percentage: 0.42 is "42 %".
  package static func percent(_ share: Double, _ decimals: Int = 0) -> String {
    "\(fixed(share * 100, decimals)) %"
  }

  /// Shares of a whole as whole percentages that add up as printed: the remainders go to the shares that
  /// lose most by rounding.
  ///
  /// - Parameter kept: The place of a share that is rounded as `percent` does, as it stands elsewhere alone.
  /// - Complexity: O(shares²).
  package static func percents(_ shares: [Double], keeping kept: Int? = nil) -> [String] {
    let sum = shares.reduce(0, +)
    guard sum.isFinite, abs(sum - 1) < 1e-3, shares.allSatisfy({ $0 >= 0 }) else {
      return shares.map { percent($0) }
    }
    var whole = shares.map { Int(($0 * 100).rounded(.down)) }
    if let kept { whole[kept] = Int((shares[kept] * 100).rounded()) }
    while whole.reduce(0, +) < 100,
      let next = whole.indices.filter({ $0 != kept }).max(by: {
        shares[$0] * 100 - Double(whole[$0]) < shares[$1] * 100 - Double(whole[$1])
      })
    {
      whole[next] += 1
    }
    return whole.map { "\($0) %" }
  }

  /// A share that is usually far below one hundredth.
  package static func smallPercent(_ share: Double) -> String {
    "\(fixed(share * 100, share < 0.1 ? 1 : 0)) %"
  }

  /// A share of a core that may be small: `7.3 %`; what isn't nothing is never shown as nothing.
  package static func shareOfCore(_ share: Double) -> String {
    share > 0 && share < 0.0005 ? "< 0.1 %" : smallPercent(share)
  }

  /// Seconds of an epoch: 6.3, 0.42, 128; longer ones in minutes and hours.
  package static func epoch(_ seconds: Double) -> String {
    switch abs(seconds) {
    case ..<0.995: "\(fixed(seconds, 2)) s"
    case ..<99.95: "\(fixed(seconds, 1)) s"
    case ..<3600: "\(fixed(seconds / 60, 1)) min"
    default: "\(fixed(seconds / 3600, 1)) h"
    }
  }

  /// Seconds of an epoch, with two decimals where both are below 9.95 s and less than a second
  /// apart, so that the difference shows.
  package static func epoch(_ seconds: Double, like other: Double) -> String {
    max(seconds, other) < 9.95 && abs(seconds - other) < 0.995
      ? "\(fixed(seconds, 2)) s" : epoch(seconds)
  }

  /// Half an interval's width, in the unit that `epoch` gives the whole; with the unit's name where
  /// it isn't seconds. A width is never shown as none.
  package static func half(_ half: Double, of seconds: Double) -> String {
    guard abs(seconds) < 99.95 else { return epoch(half > 0 ? max(half, 0.01) : half) }
    return half > 0 && half < 0.01 ? "0.01" : fixed(half, half < 0.095 ? 2 : 1)
  }

  /// The same, always with its unit.
  package static func halfWithUnit(_ half: Double, of seconds: Double) -> String {
    Self.half(half, of: seconds) + (abs(seconds) < 99.95 ? " s" : "")
  }

  /// A difference of epochs, in seconds, with a plus sign where it is positive as printed: "+6.3 s".
  package static func signedEpoch(_ seconds: Double) -> String {
    seconds >= 0.005 ? "+\(epoch(seconds))" : epoch(seconds)
  }

  /// A time for each image, in microseconds below a millisecond, else in milliseconds: "94.9 µs".
  package static func perImage(_ time: Nanoseconds) -> String {
    let micros = time.microseconds
    return micros < 999.5 ? "\(short(micros)) µs" : "\(short(micros / 1000)) ms"
  }

  /// A length of time in microseconds, milliseconds or seconds: "94.9 µs", "2.35 ms", "1.25 s".
  package static func span(_ time: Nanoseconds) -> String {
    switch time.count {
    case ..<999_500: "\(short(time.microseconds)) µs"
    case ..<999_500_000: "\(fixed(time.milliseconds, time.milliseconds < 99.995 ? 2 : 0)) ms"
    default: "\(fixed(time.seconds, 2)) s"
    }
  }

  /// Seconds, with two decimals below 100.
  package static func seconds(_ value: Double) -> String {
    "\(fixed(value, value < 99.995 ? 2 : 0)) s"
  }

  /// A length of time with three digits, in the largest unit, from nanoseconds to seconds, that it
  /// reaches: 87 ns, 1.25 ms.
  package static func digits(_ time: Nanoseconds) -> String {
    switch time.count.magnitude {
    case ..<1_000: "\(fixed(Double(time.count), 0)) ns"
    case ..<999_500: "\(short(time.microseconds)) µs"
    case ..<999_500_000: "\(short(time.milliseconds)) ms"
    default: "\(short(time.seconds)) s"
    }
  }

  /// A round length of time: 200 µs, 50 ms, 2 s.
  package static func window(_ time: Nanoseconds) -> String {
    switch time.count {
    case ..<1_000_000: "\(fixed(time.microseconds, 0)) µs"
    case ..<1_000_000_000: "\(fixed(time.milliseconds, 0)) ms"
    default: "\(fixed(time.seconds, 0)) s"
    }
  }

  /// A rate, shortened from 10 000 on: 940, 8217, 31.2k, 1.25M.
  package static func rate(_ value: Double) -> String {
    switch value {
    case ..<9_999.5: fixed(value, 0)
    case ..<999_950: "\(fixed(value / 1000, 1))k"
    default: "\(fixed(value / 1_000_000, 2))M"
    }
  }

  /// A number of bytes in decimal units, kilobytes at least: "12 kB", "3.4 MB", "1.25 GB".
  package static func bytes(_ count: Int) -> String {
    switch count {
    case ..<999_500: "\(fixed(Double(count) / 1e3, 0)) kB"
    case ..<9_950_000: "\(fixed(Double(count) / 1e6, 1)) MB"
    case ..<999_500_000: "\(fixed(Double(count) / 1e6, 0)) MB"
    default: "\(fixed(Double(count) / 1e9, 2)) GB"
    }
  }

  /// A moment of a session as a clock, in whole seconds: "07:31", "1:07:31"; "00:00" before the
  /// start.
  package static func clock(_ time: Nanoseconds) -> String {
    let seconds = max(0, time.count / 1_000_000_000)
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let minutes = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds < 3600 ? minutes : "\(seconds / 3600):\(minutes)"
  }
}
