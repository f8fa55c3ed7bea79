/// The ranges of a random resized crop as text: `0.08,1`, and for shapes also `3/4,4/3`.
package enum CropRangeText {
  /// nil where it isn't two numbers above 0, the lower first, or shares above 1.
  package static func scale(_ text: String) -> ClosedRange<Double>? {
    guard let range = range(text), range.upperBound <= 1 else { return nil }
    return range
  }

  /// nil where it isn't two numbers from 0.001 to 1000, the lower first.
  package static func ratio(_ text: String) -> ClosedRange<Double>? {
    guard let range = range(text), range.lowerBound >= 0.001, range.upperBound <= 1000 else {
      return nil
    }
    return range
  }

  /// Read back to the same numbers.
  package static func write(_ range: ClosedRange<Double>) -> String {
    "\(range.lowerBound),\(range.upperBound)"
  }

  private static func range(_ text: String) -> ClosedRange<Double>? {
    let ends = text.split(separator: ",", omittingEmptySubsequences: false).map(number)
    guard ends.count == 2, let low = ends[0], let high = ends[1], low > 0, low <= high else {
      return nil
    }
    return low...high
  }

  private static func number(_ text: Substring) -> Double? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      .map { Double($0.trimmingSpaces) }
    guard let first = parts[0], first.isFinite else { return nil }
    guard parts.count > 1 else { return first }
    guard parts.count == 2, let second = parts[1], second.isFinite, second > 0 else { return nil }
    return first / second
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    let rest = drop { $0 == " " }
    guard let last = rest.lastIndex(where: { $0 != " " }) else { return rest }
    return rest[...last]
  }
}
