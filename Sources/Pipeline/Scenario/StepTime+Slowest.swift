import Quantities

#if canImport(Glibc)
  import Glibc
#endif

extension StepTime {
  /// The mean of the longest of several independent times: a step of that many GPUs, which wait for one
  /// another.
  ///
  /// - Parameter count: 1 or more.
  /// - Complexity: O(1) for constant times and for one; else a sum over a grid of a thousand cells at most.
  /// - Source: The distribution of the largest of n is the n-th power of that of one.
  package func mean(slowestOf count: Int) -> Duration {
    guard count > 1 else { return mean }
    switch self {
    case .constant(let value): return value
    case .normal, .logNormal: return .seconds(rounding: meanOfLargest(count))
    case .sampled(let steps): return steps.mean(slowestOf: count)
    }
  }

  /// Standard deviations on both sides that the grid covers: beyond it is a part in 10¹⁵.
  private static let reach = 8.0
  private static let cells = 512

  /// Both kinds of times grow with a normal deviate, so that the longest has the largest deviate.
  private func meanOfLargest(_ count: Int) -> Double {
    let width = 2 * Self.reach / Double(Self.cells)
    var (sum, below) = (0.0, 0.0)
    for cell in 0..<Self.cells {
      let right = -Self.reach + width * Double(cell + 1)
      let share = pow(erfc(-right / 2.0.squareRoot()) / 2, Double(count))
      sum += (share - below) * time(atDeviate: right - width / 2).seconds
      below = share
    }
    return sum
  }
}
