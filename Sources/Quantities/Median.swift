/// The middle one of some values; of an even number the mean of the two in the middle.
///
/// - Parameter values: In any order; nil is returned for none.
/// - Complexity: O(n log n).
package func median(_ values: [Double]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
