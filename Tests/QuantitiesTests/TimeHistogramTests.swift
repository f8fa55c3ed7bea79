import Quantities
import Testing

@Suite struct TimeHistogramTests {
  /// Times of all lengths, the same in every run.
  private func times(_ count: Int) -> [Nanoseconds] {
    var random = SplitMix(seed: 7)
    return (0..<count).map { _ in
      let length = random.next() % 50
      return Nanoseconds(Int64(random.next() >> (64 - length - 1)))
    }
  }

  @Test(arguments: [4, 6]) func aTimeLiesWithinItsClass(bits: Int) {
    let histogram = TimeHistogram(octaveBits: bits)
    for time in times(10_000) where time.count >= 1 << bits {
      let bounds = histogram.bounds(of: histogram.place(of: time))
      #expect(bounds.lower <= time && time < bounds.upper)
      #expect((bounds.upper - bounds.lower).count << Int64(bits) <= bounds.lower.count)
    }
  }

  @Test(arguments: [4, 6]) func classesFollowOneAnother(bits: Int) {
    let histogram = TimeHistogram(octaveBits: bits)
    for place in histogram.counts.indices.dropFirst() {
      #expect(histogram.bounds(of: place).lower == histogram.bounds(of: place - 1).upper)
    }
  }

  @Test(arguments: [4, 6], [0.001, 0.1, 0.5, 0.95, 0.99, 1])
  func quantilesAreWithinAClassOfTheExactOnes(bits: Int, part: Double) throws {
    var histogram = TimeHistogram(octaveBits: bits)
    let times = times(5_000).sorted()
    for time in times { histogram.add(time) }
    let exact = times[Int((part * Double(times.count)).rounded(.up)) - 1]
    #expect(histogram.place(ofQuantile: part) == histogram.place(of: exact))
    let quantile = try #require(histogram.quantile(part))
    #expect(abs(quantile.seconds - exact.seconds) <= exact.seconds / Double(1 << bits) + 1e-7)
  }

  @Test func timesBeyondTheClassesCountInTheOuterOnes() {
    var histogram = TimeHistogram()
    for time in [Nanoseconds(-5), .zero, Nanoseconds(1), .never] { histogram.add(time) }
    #expect(histogram.counts.first == 3)
    #expect(histogram.counts.last == 1)
    #expect(histogram.count == 4)
    #expect(TimeHistogram().quantile(0.5) == nil)
  }

  @Test func columnsHoldEachTimeOnce() {
    var histogram = TimeHistogram()
    histogram.add(.milliseconds(2), count: 3)
    histogram.add(.milliseconds(40))
    let columns = histogram.columns(7, from: .milliseconds(1), to: .milliseconds(50))
    #expect(abs(columns.reduce(0, +) - 4) < 1e-9)
    #expect(columns[0] > 2.9)
    histogram.removeAll()
    #expect(histogram == TimeHistogram())
  }
}
