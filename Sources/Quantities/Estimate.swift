/// A number measured over blocks of time, and how sure it is.
package struct Estimate: Sendable, Equatable {
  /// The number itself, in its own unit.
  package var value: Double
  /// The uncertainty; nil where there are too few blocks to compute it.
  package var spread: Spread?

  /// How far the number may be off.
  package struct Spread: Sendable, Equatable {
    /// The value's standard error; zero where all blocks were alike.
    package var error: Double
    /// Degrees of freedom of the error.
    package var freedom: Int

    /// A spread that has been computed elsewhere.
    package init(error: Double, freedom: Int) {
      self.error = error
      self.freedom = freedom
    }
  }

  /// A number with its spread, if one is known.
  package init(_ value: Double, _ spread: Spread? = nil) {
    self.value = value
    self.spread = spread
  }

  /// The mean without the fifth of the values at either end (rounded down: of four, all count), so
  /// that a few blocks in which the machine was busy with something else don't matter.
  ///
  /// - Parameter values: One at least.
  /// - Source: Tukey and McLaughlin 1963: the error comes from the winsorized values.
  package init(trimmedMeanOf values: [Double]) {
    precondition(!values.isEmpty, "nothing has no mean")
    let count = values.count
    let cut = count / 5
    let sorted = values.sorted()
    let kept = sorted[cut..<(count - cut)]
    let value = kept.reduce(0, +) / Double(kept.count)
    guard kept.count > 1 else {
      self.init(value)
      return
    }
    let winsorized = values.map { min(max($0, sorted[cut]), sorted[count - 1 - cut]) }
    let mean = winsorized.reduce(0, +) / Double(count)
    let squares = winsorized.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(count - 1)).squareRoot()
    let error = deviation * Double(count).squareRoot() / Double(kept.count)
    self.init(value, Spread(error: error, freedom: kept.count - 1))
  }

  /// Half the width of its 90 % interval, Student's t.
  package var half: Double? { spread.map { studentT90(freedom: $0.freedom) * $0.error } }
  /// The lower end of the 90 % interval; nil without a spread.
  package var low: Double? { half.map { value - $0 } }
  /// The upper end of the 90 % interval; nil without a spread.
  package var high: Double? { half.map { value + $0 } }

  /// Whether the interval leaves zero out; nil without one.
  package var isDistinguishable: Bool? { half.map { abs(value) > $0 } }

  /// The number in another unit; the spread scales with it.
  package func scaled(by factor: Double) -> Estimate {
    Estimate(
      value * factor,
      spread.map { Spread(error: $0.error * abs(factor), freedom: $0.freedom) })
  }

  /// The number with something known added to it.
  package func shifted(by value: Double) -> Estimate { Estimate(self.value + value, spread) }

  /// The difference of two numbers measured independently.
  ///
  /// - Source: Welch 1947; the degrees of freedom are Welch's and Satterthwaite's, rounded down.
  package func minus(_ other: Estimate) -> Estimate {
    Estimate(value - other.value, Self.joined(spread, other.spread))
  }

  /// How much more this is than `base`, as a share of it; nil where that is nothing.
  ///
  /// - Source: the first-order (delta) variance of a ratio.
  package func change(from base: Estimate) -> Estimate? {
    guard base.value != 0 else { return nil }
    let ratio = value / base.value
    let own = spread.map { Spread(error: $0.error / abs(base.value), freedom: $0.freedom) }
    let others = base.spread.map {
      Spread(error: $0.error * abs(ratio / base.value), freedom: $0.freedom)
    }
    return Estimate(ratio - 1, Self.joined(own, others))
  }

  private static func joined(_ one: Spread?, _ other: Spread?) -> Spread? {
    guard let one, let other else { return nil }
    let (first, second) = (one.error * one.error, other.error * other.error)
    let sum = first + second
    guard sum > 0 else { return Spread(error: 0, freedom: one.freedom + other.freedom) }
    let freedom =
      sum * sum / (first * first / Double(one.freedom) + second * second / Double(other.freedom))
    // Rounding must not make it less than the smaller one.
    let least = min(one.freedom, other.freedom)
    return Spread(error: sum.squareRoot(), freedom: max(least, Int(freedom)))
  }
}
