import Quantities

extension TimeHistogram {
  /// Writes or reads the classes with times: most sessions have a few.
  mutating func archive(_ archive: inout StateArchive) {
    var used = counts.indices.filter { counts[$0] > 0 }.map { Entry(place: $0, count: counts[$0]) }
    archive.list(&used)
    guard archive.isReading else { return }
    removeAll()
    for entry in used { add(place: entry.place, count: entry.count) }
  }
}

private struct Entry: BitwiseCopyable {
  var place: Int
  var count: UInt32
}
