import Quantities

/// The last batches' times, for predictions to draw from.
struct MakeSpread: Sendable {
  private static let length = 128
  /// The largest value that counts: a batch that took far longer was interrupted by the machine.
  private static let most = 4.0

  private var times: [Double] = []
  private var next = 0

  mutating func add(_ made: BatchMade) {
    guard made.pictures > 0 else { return }
    let time = Double((made.finished - made.start - made.lockWait).count) / Double(made.pictures)
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

  /// Relative to their mean; empty until there are some.
  var relative: [Double] {
    guard times.count >= 8 else { return [] }
    let mean = times.reduce(0, +) / Double(times.count)
    guard mean > 0 else { return [] }
    return times.map { min($0 / mean, Self.most) }
  }
}
