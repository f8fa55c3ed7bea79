/// A length of time, or a moment counted from the session's start, in whole nanoseconds.
///
/// Records and rules keep time in this form: eight bytes, exact, cheap to add. Scenarios, which
/// people write, hold `Duration`.
package struct Nanoseconds: Hashable, Comparable, AdditiveArithmetic, Sendable, BitwiseCopyable {
  package var count: Int64

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

  /// The same from nanoseconds.
  package init(nearest nanoseconds: Double) {
    let most = Self.longest.count
    self.init(Swift.min(Swift.max(Int64(nearest: nanoseconds), -most), most))
  }

  package static let zero = Nanoseconds(0)
  /// Later than any moment of a session.
  package static let never = Nanoseconds(.max)

  package static func microseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000) }
  package static func milliseconds(_ count: Int64) -> Nanoseconds {
    Nanoseconds(count * 1_000_000)
  }
  package static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }

  package var seconds: Double { Double(count) * 1e-9 }
  package var milliseconds: Double { Double(count) * 1e-6 }
  package var microseconds: Double { Double(count) * 1e-3 }
  package var duration: Duration { .nanoseconds(count) }

  package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
  package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count &+ right.count)
  }
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
  /// In seconds, for arithmetic with rates.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// To the nearest nanosecond, within `Nanoseconds.longest`; NaN is zero.
  package static func seconds(rounding value: Double) -> Duration {
    Nanoseconds(seconds: value).duration
  }
}
