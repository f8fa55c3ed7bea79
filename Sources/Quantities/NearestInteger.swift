extension Int64 {
  /// The whole number nearest to `value`, halves away from zero: the nearest that fits where it is out
  /// of range, and 0 for NaN.
  ///
  /// Numbers that are measured or read come through here, since `Int64(value)` traps on both.
  package init(nearest value: Double) {
    let whole = value.rounded()
    if let exact = Int64(exactly: whole) {
      self = exact
    } else {
      self = whole > 0 ? .max : whole < 0 ? .min : 0
    }
  }
}

extension Int {
  /// The same as `Int64(nearest:)`, for counts and places.
  package init(nearest value: Double) { self = Int(Int64(nearest: value)) }
}
