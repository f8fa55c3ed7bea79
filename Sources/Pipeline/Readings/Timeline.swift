package import Quantities

/// The activity of a worker or the GPU over a span of time.
package enum Activity: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// A worker makes a batch, or waits for the interpreter lock meanwhile.
  case making, waitingForLock
  /// A worker sleeps: for a fixed time, until there is room in the queue, or until there is demand.
  case napping, waitingForRoom, waitingForDemand
  /// The GPU computes, waits for the host's work, or waits for a batch.
  case busy, host, starved
  /// The GPU waits because its host's work waits for the interpreter lock.
  case starvedByLock
  /// Training pauses for a phase of the epoch.
  case pausing
}

/// One activity from its beginning to its end.
package struct Segment: Sendable, Equatable, BitwiseCopyable {
  /// The activity.
  package var activity: Activity
  /// Its beginning, counted from the session's start.
  package var start: Nanoseconds
  /// Its end, counted from the session's start.
  package var end: Nanoseconds

  /// An activity and its span.
  package init(_ activity: Activity, _ start: Nanoseconds, _ end: Nanoseconds) {
    self.activity = activity
    self.start = start
    self.end = end
  }
}

/// A change of the queue's depth.
package struct DepthPoint: Sendable, Equatable, BitwiseCopyable {
  /// The moment of the change, counted from the session's start.
  package var at: Nanoseconds
  /// The depth from then on, in batches.
  package var depth: Int

  /// A change of depth.
  package init(at: Nanoseconds, depth: Int) {
    self.at = at
    self.depth = depth
  }
}

/// The last steps of workers, queue and GPU on one time axis.
package struct TimelineReading: Sendable, Equatable {
  /// The beginning of the shown span, counted from the session's start.
  package var start = Nanoseconds.zero
  /// Its end.
  package var end = Nanoseconds.zero
  /// The segments of each worker, by its number, in the order of time; none overlaps another.
  package var workers: [[Segment]] = []
  /// The segments of the GPU, in the order of time.
  package var gpu: [Segment] = []
  /// The depths of the queue; the first point may lie before `start`.
  package var depths: [DepthPoint] = []
  /// The mean time between two batches under the present settings; zero before the first.
  package var period = Nanoseconds.zero

  /// An empty timeline.
  package init() {}
}

extension TimelineReading {
  /// Draws what an event tells of the shown span that ended after the reading was taken: where the events to
  /// come are known, as in a recording, nothing in the span is open.
  ///
  /// - Parameters:
  ///   - event: Later than those that the reading was made of.
  ///   - hasLock: Whether workers share an interpreter lock: what passes between two activities of a worker is
  ///     then a wait for it.
  /// - Complexity: O(segments of the event).
  package mutating func add(later event: Event, hasLock: Bool) {
    guard event.start < end else { return }
    switch event {
    case .made(let made):
      if hasLock { fillGap(before: made.start, worker: made.worker) }
      for segment in made.segments { add(segment, worker: made.worker) }
    case .waited(let wait):
      if hasLock, wait.reason != .room { fillGap(before: wait.start, worker: wait.worker) }
      add(wait.segment, worker: wait.worker)
    case .taken, .stepped, .applied, .phase: break
    }
  }

  private mutating func fillGap(before start: Nanoseconds, worker: Int) {
    guard worker < workers.count, let gap = workers[worker].lockGap(before: start) else { return }
    add(gap, worker: worker)
  }

  /// Inserts the part of a segment that lies in the span and that no other has.
  private mutating func add(_ segment: Segment, worker: Int) {
    guard worker < TimelineTrack.mostWorkers, segment.start < end, segment.end > start else {
      return
    }
    while workers.count <= worker { workers.append([]) }
    var place = workers[worker].count
    while place > 0, workers[worker][place - 1].start > segment.start { place -= 1 }
    var shown = segment
    shown.end = min(end, shown.end)
    if place > 0 { shown.start = max(shown.start, workers[worker][place - 1].end) }
    if place < workers[worker].count { shown.end = min(shown.end, workers[worker][place].start) }
    guard shown.end > shown.start else { return }
    workers[worker].insert(shown, at: place)
  }
}

extension [Segment] {
  /// The time from the end of the last activity that is over by a moment, which a worker spent waiting for the
  /// interpreter lock; nil where there is none, or it is too long ago to be that.
  func lockGap(before start: Nanoseconds) -> Segment? {
    guard let last = last(where: { $0.end <= start }),
      start - last.end <= TimelineTrack.longestRound
    else { return nil }
    return Segment(.waitingForLock, last.end, start)
  }
}
