import Pipeline
import Quantities

/// Sums over equal spans of a session's time, for plots, in constant memory.
///
/// A span is a millisecond at first, and doubles whenever the session needs more than `count` of
/// them.
struct TimeBins {
  struct Bin: SpanSum {
    /// The queue's depth times nanoseconds, and the nanoseconds for which the depth is known.
    var depthArea = 0.0
    var depthTime = 0.0
    var depthLow = Int.max
    var depthHigh = Int.min
    var busy = 0.0
    var host = 0.0
    var starved = 0.0
    /// Training pauses for a phase of the epoch.
    var paused = 0.0

    /// The consumer's nanoseconds in all.
    var consumer: Double { busy + host + starved + paused }

    mutating func add(_ other: Bin) {
      depthArea += other.depthArea
      depthTime += other.depthTime
      depthLow = min(depthLow, other.depthLow)
      depthHigh = max(depthHigh, other.depthHigh)
      busy += other.busy
      host += other.host
      starved += other.starved
      paused += other.paused
    }
  }

  static let count = 240

  let start: Nanoseconds
  private(set) var width = Nanoseconds.milliseconds(1)
  private(set) var bins: [Bin] = []
  private var depth: Int?
  private var depthSince = Nanoseconds.zero

  init(from start: Nanoseconds) { self.start = start }

  mutating func move(to depth: Int, at now: Nanoseconds) {
    if let before = self.depth, now > depthSince {
      spread(depthSince, now) { bin, part in
        bin.depthArea += part * Double(before)
        bin.depthTime += part
        bin.depthLow = min(bin.depthLow, before)
        bin.depthHigh = max(bin.depthHigh, before)
      }
    }
    self.depth = depth
    depthSince = max(depthSince, now)
  }

  mutating func add(_ step: StepDone) {
    // Waiting for the lock starves the GPU, as waiting for a batch does.
    let fed = min(step.hostEnd, step.taken + step.lockWait)
    spread(step.wanted, fed) { $0.starved += $1 }
    spread(fed, step.hostEnd) { $0.host += $1 }
    spread(step.hostEnd, step.end) { $0.busy += $1 }
  }

  mutating func add(_ phase: PhaseBegun) { spread(phase.start, phase.end) { $0.paused += $1 } }

  /// Sums of many short steps, spread evenly.
  mutating func add(_ unrecorded: UnrecordedTotals) {
    let all = Double((unrecorded.starved + unrecorded.host + unrecorded.busy).count)
    guard all > 0, unrecorded.to > unrecorded.from else { return }
    let starved = Double(unrecorded.starved.count) / all
    let host = Double(unrecorded.host.count) / all
    spread(unrecorded.from, unrecorded.to) { bin, part in
      bin.starved += part * starved
      bin.host += part * host
      bin.busy += part * (1 - starved - host)
    }
  }

  /// The middle of a bin, in seconds since the session's start.
  func time(_ index: Int) -> Double { (start + width * index).seconds + width.seconds / 2 }

  /// Calls `add` with each bin that a span of time touches, and the nanoseconds that are in it.
  private mutating func spread(
    _ from: Nanoseconds, _ to: Nanoseconds, _ add: (inout Bin, Double) -> Void
  ) {
    let from = max(from, start)
    guard to > from else { return }
    while (to - start).count / width.count >= Int64(Self.count) {
      bins.mergeNeighbours()
      width = width + width
    }
    let last = Int((to - start).count / width.count)
    while bins.count <= last { bins.append(Bin()) }
    var at = from
    while at < to {
      let index = Int((at - start).count / width.count)
      let end = min(to, start + width * (index + 1))
      add(&bins[index], Double((end - at).count))
      at = end
    }
  }
}

/// A histogram of times with a fixed number of bins; from 64 ns on, a bin's width is a 64th of its lower
/// bound at most.
struct TimeHistogram {
  private static let octaveBits = 6
  private static let perOctave = 1 << octaveBits
  private(set) var counts = [Int](repeating: 0, count: 64 * perOctave)
  private(set) var total = 0
  private(set) var sum = 0.0
  private(set) var longest = Nanoseconds.zero
  private(set) var shortest = Nanoseconds.never

  mutating func add(_ time: Nanoseconds) {
    let time = max(time, Nanoseconds(1))
    total += 1
    sum += time.seconds
    longest = max(longest, time)
    shortest = min(shortest, time)
    counts[Self.place(time)] += 1
  }

  /// The quantile at `share`, 0...1: at most one histogram step above the exact one.
  func quantile(_ share: Double) -> Nanoseconds {
    guard total > 0 else { return .zero }
    var rest = max(1, Int((share * Double(total)).rounded(.up)))
    for (place, count) in counts.enumerated() {
      rest -= count
      if rest <= 0 { return min(longest, Self.bounds(place).upper) }
    }
    return longest
  }

  /// The bins that hold all but the shortest and the longest hundredth of the times, for a plot: one
  /// pause of the machine would squeeze all others into a few bins. Nil without any times.
  var shown: ClosedRange<Int>? {
    guard total > 0 else { return nil }
    let low = Self.place(max(Nanoseconds(1), quantile(0.01)))
    let high = Self.place(max(Nanoseconds(1), quantile(0.99)))
    return max(0, low - 2)...min(counts.count - 1, high + 2)
  }

  static func bounds(_ place: Int) -> (lower: Nanoseconds, upper: Nanoseconds) {
    (lower(place), lower(place + 1))
  }

  private static func lower(_ place: Int) -> Nanoseconds {
    let (octave, part) = place.quotientAndRemainder(dividingBy: perOctave)
    guard octave < 62 else { return Nanoseconds(.max / 2) }
    let start = Int64(1) << octave
    return Nanoseconds(start + start * Int64(part) / Int64(perOctave))
  }

  private static func place(_ time: Nanoseconds) -> Int {
    let octave = 63 - time.count.leadingZeroBitCount
    guard octave >= octaveBits else { return octave * perOctave }
    let part = (time.count >> (octave - octaveBits)) & Int64(perOctave - 1)
    return octave * perOctave + Int(part)
  }
}
