/// Times as people write them in options and files: `200us`, `3.4ms`, `1.5s`, `2min`, `1h`.
package enum DurationText {
  private static let units: [(names: [String], length: Duration)] = [
    (["ns"], .nanoseconds(1)), (["us", "µs", "μs"], .microseconds(1)),
    (["ms"], .milliseconds(1)), (["min"], .seconds(60)), (["s"], .seconds(1)),
    (["h"], .seconds(3600)),
  ]

  /// Nil without a number, without a unit (a bare 0 needs none), or beyond a year.
  package static func parse(_ text: String) -> Duration? {
    let trimmed = trim(text[...])
    if number(trimmed) == 0 { return .zero }
    for unit in units {
      for name in unit.names where trimmed.hasSuffix(name) {
        guard let number = number(trim(trimmed.dropLast(name.count))), number.isFinite,
          abs(number) * unit.length.seconds <= 366 * 86_400
        else { return nil }
        return .seconds(rounding: number * unit.length.seconds)
      }
    }
    return nil
  }

  /// In the largest unit that needs no more than three decimals; `parse` reads it back.
  package static func write(_ duration: Duration) -> String {
    let (number, unit) = parts(duration)
    return number + unit
  }

  /// The same for the screen: `650 µs`, `3.4 ms`.
  package static func spaced(_ duration: Duration) -> String {
    let (number, unit) = parts(duration)
    return "\(number) \(unit == "us" ? "µs" : unit)"
  }

  private static func parts(_ duration: Duration) -> (number: String, unit: String) {
    let nanoseconds = Nanoseconds(duration).count
    guard nanoseconds != 0 else { return ("0", "ms") }
    for (name, length) in [("s", Int64(1_000_000_000)), ("ms", 1_000_000), ("us", 1_000)]
    where nanoseconds.magnitude >= UInt64(length) && nanoseconds % (length / 1000) == 0 {
      return (decimal(nanoseconds, length), name)
    }
    return ("\(nanoseconds)", "ns")
  }

  /// A decimal number; `Double` alone takes hexadecimal ones as well.
  private static func number(_ text: Substring) -> Double? {
    text.allSatisfy("+-.0123456789eE".contains) ? Double(text) : nil
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }

  private static func decimal(_ count: Int64, _ length: Int64) -> String {
    var text = NumberText.decimal(count / (length / 1000), 3)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
