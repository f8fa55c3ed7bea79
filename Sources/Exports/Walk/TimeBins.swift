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
