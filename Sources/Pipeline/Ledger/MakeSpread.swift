import Quantities

/// The last batches' times, for predictions to draw from.
struct MakeSpread: Sendable {
  /// Those of batches without a rest before them, and of those with one.
  private var warm = Recent()
  private var rested = Recent()

  mutating func add(_ made: BatchMade, isRested: Bool) {
    guard made.pictures > 0 else { return }
    let time = Double((made.finished - made.start - made.lockWait).count) / Double(made.pictures)
    if isRested { rested.add(time) } else { warm.add(time) }
  }

  mutating func archive(_ archive: inout StateArchive) {
    warm.archive(&archive)
    rested.archive(&archive)
  }

  /// Relative to their mean, without those after a rest where there are others; empty until there are some.
  var relative: [Double] { warm.relative.isEmpty ? rested.relative : warm.relative }
}

/// The last times of one kind of batch.
private struct Recent {
  private static let length = 128
  private static let fewest = 8
  /// The largest value that counts: a batch that took far longer was interrupted by the machine.
  private static let most = 4.0

  private var times: [Double] = []
  private var next = 0

  mutating func add(_ time: Double) {
    if times.count < Self.length {
      times.append(time)
    } else {
      times[next] = time
      next = (next + 1) % Self.length
    }
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&times)
    archive.value(&next)
  }

  var relative: [Double] {
    guard times.count >= Self.fewest else { return [] }
    let mean = times.reduce(0, +) / Double(times.count)
    guard mean > 0 else { return [] }
    return times.map { min($0 / mean, Self.most) }
  }
}
