import Quantities

/// A tally over the last two seconds, in slices of 100 ms.
struct RecentTally: Sendable {
  private static let slice = Nanoseconds.milliseconds(100)
  private static let slices = 20

  private struct Slice: Sendable {
    var number: Int64
    var tally = Tally()
  }

  private var tallies: [Slice] = []

  mutating func update(at now: Nanoseconds, _ change: (inout Tally) -> Void) {
    let number = now.count / Self.slice.count
    if tallies.last.map({ $0.number < number }) ?? true {
      tallies.append(Slice(number: number))
      if tallies.count > Self.slices { tallies.removeFirst() }
    }
    change(&tallies[tallies.count - 1].tally)
  }

  func sum(at now: Nanoseconds) -> Tally {
    let oldest = now.count / Self.slice.count - Int64(Self.slices)
    return tallies.reduce(into: Tally()) { sum, entry in
      if entry.number >= oldest { sum.add(entry.tally) }
    }
  }

  /// A slice's length in seconds.
  static let seconds = slice.seconds

  /// Pictures a second in whole slices, with how it varies from slice to slice; nil without two of them
  /// or without a picture.
  func imageRate(
    at now: Nanoseconds
  ) -> (mean: Double, deviation: Double, slices: Int, steps: Int)? {
    let present = now.count / Self.slice.count
    guard let first = tallies.first?.number else { return nil }
    // The first slice may have begun within it.
    let oldest = max(first + 1, present - Int64(Self.slices))
    guard present - oldest >= 2 else { return nil }
    var rates = [Double](repeating: 0, count: Int(present - oldest))
    var steps = 0
    for entry in tallies where entry.number >= oldest && entry.number < present {
      rates[Int(entry.number - oldest)] = Double(entry.tally.imagesTrained) / Self.seconds
      steps += entry.tally.steps
    }
    let mean = rates.reduce(0, +) / Double(rates.count)
    guard mean > 0 else { return nil }
    let squares = rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(rates.count - 1)).squareRoot(), rates.count, steps)
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&tallies, filler: Slice(number: 0)) { slice, archive in
      archive.value(&slice.number)
      slice.tally.archive(&archive)
    }
  }
}
