/// A length of time, or a moment counted from the session's start, in whole nanoseconds.
///
/// Records and rules keep time in this form: eight bytes, exact, cheap to add. Scenarios, which
/// people write, hold `Duration`.
package struct Nanoseconds: Hashable, Comparable, AdditiveArithmetic, Sendable, BitwiseCopyable {
  /// The number of nanoseconds; negative before the session's start.
  package var count: Int64

  /// A length of time of this many nanoseconds.
  package init(_ count: Int64) { self.count = count }

  /// Half of what the type holds, 146 years: the sum of two such times still fits.
  package static let longest = Nanoseconds(.max / 2)

  /// Rounds towards zero; what is longer than `longest` either way is cut to it.
  package init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow, whole.magnitude <= UInt64(Self.longest.count) else {
      self.init(seconds < 0 ? -Self.longest.count : Self.longest.count)
      return
    }
    self.init(whole + attoseconds / 1_000_000_000)
  }

  /// Rounds to the nearest; what is longer than `longest` either way is cut to it, and NaN is zero.
  package init(seconds: Double) { self.init(nearest: seconds * 1e9) }

  /// Rounds a number of nanoseconds to the nearest whole one; what is longer than `longest` either
  /// way is cut to it, and NaN is zero.
  package init(nearest nanoseconds: Double) {
    let most = Self.longest.count
    self.init(Swift.min(Swift.max(Int64(nearest: nanoseconds), -most), most))
  }

  /// No time, or the session's start.
  package static let zero = Nanoseconds(0)
  /// Later than any moment of a session.
  package static let never = Nanoseconds(.max)

  /// A whole number of microseconds; traps where the product doesn't fit.
  package static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
  /// A whole number of milliseconds; traps where the product doesn't fit.
  package static func milliseconds(_ count: Int64) -> Nanoseconds {
    Nanoseconds(count * 1_000_000)
  }
  /// A whole number of seconds; traps where the product doesn't fit.
  package static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }

  /// The time in seconds, rounded to the nearest `Double`.
  package var seconds: Double { Double(count) * 1e-9 }
  /// The time in milliseconds, rounded to the nearest `Double`.
  package var milliseconds: Double { Double(count) * 1e-6 }
  /// The time in microseconds, rounded to the nearest `Double`.
  package var microseconds: Double { Double(count) * 1e-3 }
  /// The same time as a `Duration`; exact.
  package var duration: Duration { .nanoseconds(count) }

  /// Compares two times of one clock.
  package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
  /// The sum; wraps around where it doesn't fit, which two times within `longest` never do.
  package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count &+ right.count)
  }
  /// The difference; wraps around where it doesn't fit.
  package static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count &- right.count)
  }
  /// Rounds to the nearest, within `longest`; NaN makes zero.
  package static func * (left: Nanoseconds, right: Double) -> Nanoseconds {
    Nanoseconds(nearest: Double(left.count) * right)
  }
  /// Exact where the product fits; otherwise `longest` with its sign.
  package static func * (left: Nanoseconds, right: Int) -> Nanoseconds {
    let (product, overflow) = left.count.multipliedReportingOverflow(by: Int64(right))
    guard overflow else { return Nanoseconds(product) }
    return (left.count < 0) == (right < 0) ? longest : Nanoseconds(-longest.count)
  }
}

extension Duration {
  /// The duration in seconds, for arithmetic with rates.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// To the nearest nanosecond, within `Nanoseconds.longest`; NaN is zero.
  package static func seconds(rounding value: Double) -> Duration {
    Nanoseconds(seconds: value).duration
  }
}
