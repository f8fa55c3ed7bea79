/// A length of time, or a moment counted from the session's start, in whole nanoseconds.
///
/// Records and rules keep time in this form: eight bytes, exact, cheap to add. Scenarios, which
/// people write, hold `Duration`.
package struct Nanoseconds: Hashable, Comparable, AdditiveArithmetic, Sendable, BitwiseCopyable {
  package var count: Int64

  package init(_ count: Int64) { self.count = count }

  /// Rounds towards zero; what doesn't fit is clamped to about 292 years.
  package init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else {
      self.init(seconds < 0 ? .min / 2 : .max / 2)
      return
    }
    self.init(whole + attoseconds / 1_000_000_000)
  }

  package init(seconds: Double) { self.init(Int64((seconds * 1e9).rounded())) }

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
  /// Rounds to the nearest.
  package static func * (left: Nanoseconds, right: Double) -> Nanoseconds {
    Nanoseconds(Int64((Double(left.count) * right).rounded()))
  }
  package static func * (left: Nanoseconds, right: Int) -> Nanoseconds {
    Nanoseconds(left.count * Int64(right))
  }
}

extension Duration {
  /// In seconds, for arithmetic with rates.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  package static func seconds(rounding value: Double) -> Duration {
    .nanoseconds(Int64((value * 1e9).rounded()))
  }
}
