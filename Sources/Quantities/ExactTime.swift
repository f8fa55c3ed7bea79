/// A length of time in nanoseconds, with as many decimals as it needs to be read back the same.
package enum ExactTime {
  /// `3400000`, `0.5`, `-12.000000001`; the largest `Int64` for what is longer than 292 years.
  package static func write(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
    let (whole, rest) = attoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let (high, overflow) = seconds.magnitude.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = high.addingReportingOverflow(whole)
    guard !overflow, !carry, sum <= Int64.max else { return "\(sign)\(Int64.max)" }
    guard rest > 0 else { return "\(sign)\(sum)" }
    var digits = "\(rest)"
    digits = String(repeating: "0", count: 9 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(sign)\(sum).\(digits)"
  }

  /// Nil where the text isn't one minus sign at most, digits, and a point with one to nine digits.
  package static func read(_ text: String) -> Duration? {
    let isNegative = text.hasPrefix("-")
    let parts = text.dropFirst(isNegative ? 1 : 0)
      .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = number(first) else { return nil }
    var rest: Int64 = 0
    if parts.count == 2 {
      guard parts[1].count <= 9, let digits = number(parts[1]) else { return nil }
      rest = digits
      for _ in parts[1].count..<9 { rest *= 10 }
    }
    let (seconds, nanoseconds) = whole.quotientAndRemainder(dividingBy: 1_000_000_000)
    let time = Duration(
      secondsComponent: seconds, attosecondsComponent: nanoseconds * 1_000_000_000 + rest)
    return isNegative ? .zero - time : time
  }

  /// Digits alone; `Int64` would take a sign as well.
  private static func number(_ digits: Substring) -> Int64? {
    digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
  }
}
