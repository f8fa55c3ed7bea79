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
