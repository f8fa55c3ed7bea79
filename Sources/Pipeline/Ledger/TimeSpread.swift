package import Quantities

/// Times counted in classes, sixteen an octave, so that quantiles are right to 6 % in flat memory.
///
/// - Source: the classes of HdrHistogram.
package struct TimeSpread: Sendable, Equatable {
  /// Classes an octave, as a power of two.
  private static let bits = 4
  /// Classes: up to 2⁴⁰ ns, 18 minutes; longer times count in the last.
  private static let classes = (40 - bits) << bits

  private var counts = [UInt32](repeating: 0, count: Self.classes)
  /// Times counted.
  package private(set) var count = 0

  /// No times.
  package init() {}

  /// Counts a time as often as it came; one of zero or less counts as the shortest.
  package mutating func add(_ time: Nanoseconds, count added: Int = 1) {
    counts[Self.place(time)] &+= UInt32(clamping: added)
    count += added
  }

  /// Forgets all.
  mutating func removeAll() {
    guard count > 0 else { return }
    self = TimeSpread()
  }

  /// The time that this part of all times doesn't exceed, by the middle of its class; nil without
  /// times.
  ///
  /// - Complexity: O(classes).
  package func quantile(_ part: Double) -> Nanoseconds? {
    guard count > 0 else { return nil }
    let wanted = part * Double(count)
    var sum = 0
    for place in counts.indices where counts[place] > 0 {
      sum += Int(counts[place])
      if Double(sum) >= wanted { return Self.middle(place) }
    }
    return counts.lastIndex { $0 > 0 }.map(Self.middle)
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
      let bounds = Self.bounds(place)
      let left = (bounds.low - low).seconds / width
      let right = (bounds.high - low).seconds / width
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

  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&count)
    // Most sessions have a few classes.
    var used = counts.indices.filter { counts[$0] > 0 }.map { Entry(place: $0, count: counts[$0]) }
    archive.list(&used)
    guard archive.isReading else { return }
    counts = [UInt32](repeating: 0, count: Self.classes)
    for entry in used where counts.indices.contains(entry.place) {
      counts[entry.place] = entry.count
    }
  }

  private struct Entry: BitwiseCopyable {
    var place: Int
    var count: UInt32
  }

  private static func place(_ time: Nanoseconds) -> Int {
    let value = UInt64(max(1 << bits, time.count))
    let exponent = 63 - value.leadingZeroBitCount
    let place = (exponent - bits) << bits + Int(value >> UInt64(exponent - bits)) & (1 << bits - 1)
    return min(classes - 1, place)
  }

  private static func bounds(_ place: Int) -> (low: Nanoseconds, high: Nanoseconds) {
    let exponent = place >> bits
    let part = Int64(1 << bits + place & (1 << bits - 1))
    return (Nanoseconds(part << Int64(exponent)), Nanoseconds((part + 1) << Int64(exponent)))
  }

  private static func middle(_ place: Int) -> Nanoseconds {
    let bounds = bounds(place)
    return Nanoseconds((bounds.low.count + bounds.high.count) / 2)
  }
}
