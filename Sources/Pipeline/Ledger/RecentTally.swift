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

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&tallies, filler: Slice(number: 0)) { slice, archive in
      archive.value(&slice.number)
      slice.tally.archive(&archive)
    }
  }
}
