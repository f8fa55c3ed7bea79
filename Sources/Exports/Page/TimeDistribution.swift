import Quantities

/// How often each time came, for a plot and its caption.
struct TimeDistribution {
  /// A class is a 64th of its lower bound wide at most.
  private(set) var histogram = TimeHistogram(octaveBits: 6)
  private(set) var sum = 0.0
  private(set) var longest = Nanoseconds.zero
  private(set) var shortest = Nanoseconds.never

  mutating func add(_ time: Nanoseconds) {
    sum += time.seconds
    longest = max(longest, time)
    shortest = min(shortest, time)
    histogram.add(time)
  }

  /// The quantile at `share`, 0...1: at most one class above the exact one; zero without times.
  func quantile(_ share: Double) -> Nanoseconds {
    histogram.place(ofQuantile: share).map { min(longest, histogram.bounds(of: $0).upper) } ?? .zero
  }

  /// The classes that hold all but the shortest and the longest hundredth of the times, for a plot: one
  /// pause of the machine would squeeze all others into a few classes. Nil without any times.
  var shown: ClosedRange<Int>? {
    guard let low = histogram.place(ofQuantile: 0.01), let high = histogram.place(ofQuantile: 0.99)
    else { return nil }
    return max(0, low - 2)...min(histogram.counts.count - 1, high + 2)
  }
}
