/// Times counted in classes, a fixed number an octave, so that quantiles keep their precision in flat
/// memory.
///
/// - Source: the classes of HdrHistogram.
package struct TimeHistogram: Sendable, Equatable {
  /// Classes an octave, as a power of two.
  private let octaveBits: Int
  /// How often a time of each class came, the shortest class first.
  package private(set) var counts: [UInt32]
  /// Times counted.
  package private(set) var count = 0

  /// Times below this power of two, 13 days in nanoseconds, have a class of their own; longer ones
  /// count in the last.
  private static let octaves = 50

  /// No times.
  ///
  /// - Parameter octaveBits: Classes an octave, as a power of two: 4 for quantiles right to 6 %, 6 for
  ///   1.6 %.
  package init(octaveBits: Int = 4) {
    self.octaveBits = octaveBits
    counts = [UInt32](repeating: 0, count: (Self.octaves - octaveBits) << octaveBits)
  }

  /// Counts a time as often as it came; one shorter than the shortest class counts in that.
  package mutating func add(_ time: Nanoseconds, count added: Int = 1) {
    counts[place(of: time)] &+= UInt32(clamping: added)
    count += added
  }

  /// Counts times of a class, as another histogram of this precision counted them.
  ///
  /// - Parameter place: The class; counts of one that isn't there are left out.
  package mutating func add(place: Int, count added: UInt32) {
    guard counts.indices.contains(place) else { return }
    counts[place] &+= added
    count += Int(added)
  }

  /// Forgets all.
  package mutating func removeAll() {
    guard count > 0 else { return }
    self = TimeHistogram(octaveBits: octaveBits)
  }

  /// The class of the time that this part of all times doesn't exceed; nil without times.
  ///
  /// - Complexity: O(classes).
  package func place(ofQuantile part: Double) -> Int? {
    guard count > 0 else { return nil }
    let wanted = part * Double(count)
    var sum = 0
    for place in counts.indices where counts[place] > 0 {
      sum += Int(counts[place])
      if Double(sum) >= wanted { return place }
    }
    return counts.lastIndex { $0 > 0 }
  }

  /// The time that this part of all times doesn't exceed, by the middle of its class; nil without
  /// times.
  ///
  /// - Complexity: O(classes).
  package func quantile(_ part: Double) -> Nanoseconds? {
    place(ofQuantile: part).map { place in
      let bounds = bounds(of: place)
      return Nanoseconds((bounds.lower.count + bounds.upper.count) / 2)
    }
  }

  /// The times between two, counted in columns of equal width.
  ///
  /// A class that lies in several columns is spread over them.
  /// - Complexity: O(classes + columns).
  package func columns(_ count: Int, from low: Nanoseconds, to high: Nanoseconds) -> [Double] {
    var columns = [Double](repeating: 0, count: max(0, count))
    let width = (high - low).seconds / Double(max(1, count))
    guard width > 0 else { return columns }
    for place in counts.indices where counts[place] > 0 {
      let bounds = bounds(of: place)
      let left = (bounds.lower - low).seconds / width
      let right = (bounds.upper - low).seconds / width
      let first = max(0, Int(max(left, -1)))
      var column = first
      while column < columns.count, Double(column) < right {
        let part = min(right, Double(column + 1)) - max(left, Double(column))
        if part > 0 { columns[column] += Double(counts[place]) * part / max(right - left, 1e-9) }
        column += 1
      }
    }
    return columns
  }

  /// The times that a class begins with and ends before.
  package func bounds(of place: Int) -> (lower: Nanoseconds, upper: Nanoseconds) {
    let exponent = Int64(place >> octaveBits)
    let part = Int64(1 << octaveBits + place & (1 << octaveBits - 1))
    return (Nanoseconds(part << exponent), Nanoseconds((part + 1) << exponent))
  }

  /// The class of a time.
  package func place(of time: Nanoseconds) -> Int {
    let value = UInt64(max(1 << octaveBits, time.count))
    let exponent = 63 - value.leadingZeroBitCount - octaveBits
    let part = Int(value >> UInt64(exponent)) & (1 << octaveBits - 1)
    return min(counts.count - 1, exponent << octaveBits + part)
  }
}
