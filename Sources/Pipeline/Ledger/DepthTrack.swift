import Quantities

/// The queue's depth as a step function of time: minimum, maximum and time-weighted mean of a span.
struct DepthTrack: Sendable {
  private(set) var depth = 0
  private var since = Nanoseconds.zero
  /// The time of the last change of the depth.
  private var moved = Nanoseconds.zero
  private var spanStart = Nanoseconds.zero
  private var low = 0
  private var high = 0
  private var area = 0.0
  private var times = DepthTimes()
  /// The times at each depth in the span that was taken last.
  private(set) var spanTimes = DepthTimes()
  private var limit = Int.max
  private var deepest = 1

  /// Time spent at each depth, for the median; depths past the end share the last place.
  private var atDepth = [Double](repeating: 0, count: 1025)
  private var wholeStart = Nanoseconds.zero
  private var wholeArea = 0.0
  private(set) var highest = 0

  /// - Parameter now: Where this is before the last move, the event arrived out of order. It then
  ///   counts for the extremes alone, because the depth has changed since.
  mutating func move(to depth: Int, at now: Nanoseconds) {
    if now >= moved {
      advance(to: now)
      self.depth = depth
      moved = now
    }
    low = min(low, depth)
    high = max(high, depth)
    highest = max(highest, depth)
  }

  /// Sets what counts as full, and the places that depths are put into from the next span on.
  ///
  /// - Parameter deepest: The deepest that the queue gets under the loader's rules.
  mutating func setDepths(limit: Int, deepest: Int) {
    self.limit = limit
    guard deepest != self.deepest else { return }
    self.deepest = deepest
    var placed = DepthTimes(deepest: deepest)
    placed.add(times)
    times = placed
  }

  /// Ends the span and begins the next.
  mutating func takeSpan(at now: Nanoseconds) -> DepthSpan {
    advance(to: now)
    let length = (now - spanStart).seconds
    let span = DepthSpan(low: low, mean: length > 0 ? area / length : Double(depth), high: high)
    spanStart = since
    (low, high, area) = (depth, depth, 0)
    spanTimes = times
    times = DepthTimes(deepest: deepest)
    return span
  }

  /// Restarts the figures of the whole window.
  mutating func restartWhole(at now: Nanoseconds) {
    advance(to: now)
    wholeStart = since
    wholeArea = 0
    highest = depth
    for index in atDepth.indices { atDepth[index] = 0 }
  }

  var wholeMean: Double {
    let length = (since - wholeStart).seconds
    return length > 0 ? wholeArea / length : Double(depth)
  }

  var wholeMedian: Int {
    let half = atDepth.reduce(0, +) / 2
    var sum = 0.0
    for (depth, time) in atDepth.enumerated() {
      sum += time
      if sum >= half { return depth }
    }
    return depth
  }

  mutating func archive(_ archive: inout StateArchive) {
    archive.value(&depth)
    archive.value(&since)
    archive.value(&moved)
    archive.value(&spanStart)
    archive.value(&low)
    archive.value(&high)
    archive.value(&area)
    archive.value(&times)
    archive.value(&limit)
    archive.value(&deepest)
    archive.list(&atDepth)
    if atDepth.isEmpty { atDepth = [0] }
    archive.value(&wholeStart)
    archive.value(&wholeArea)
    archive.value(&highest)
  }

  private mutating func advance(to now: Nanoseconds) {
    guard now > since else { return }
    let length = (now - since).seconds
    area += length * Double(depth)
    times.add(length, at: depth, isFull: depth >= limit)
    wholeArea += length * Double(depth)
    atDepth[min(depth, atDepth.count - 1)] += length
    since = now
  }
}
