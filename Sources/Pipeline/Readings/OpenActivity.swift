package import Quantities

/// What a worker has begun and not ended: events tell of an activity only when it is over.
package struct OpenActivity: Sendable, Equatable, BitwiseCopyable {
  /// The present activity.
  package var activity: Activity
  /// Its beginning, counted from the session's start.
  package var since: Nanoseconds
  /// When the batch was begun that the worker makes or is about to put; nil between batches.
  package var batchStart: Nanoseconds?
  /// What that batch waited for the interpreter lock before `since`.
  package var lockWait = Nanoseconds.zero

  /// An activity between two batches.
  package init(_ activity: Activity, since: Nanoseconds) {
    self.activity = activity
    self.since = since
  }

  /// An activity within a batch.
  package init(
    _ activity: Activity, since: Nanoseconds, batchStart: Nanoseconds, lockWait: Nanoseconds
  ) {
    self.activity = activity
    self.since = since
    self.batchStart = batchStart
    self.lockWait = lockWait
  }

  /// Its batch so far and the activity itself, as far as they lie in a span; of a batch's waits for the
  /// lock that are over only the sum is known, so they are drawn first.
  package func segments(from start: Nanoseconds, to end: Nanoseconds) -> [Segment] {
    var segments: [Segment] = []
    if let batchStart {
      let begun = min(since, batchStart + lockWait)
      segments = [Segment(.waitingForLock, batchStart, begun), Segment(.making, begun, since)]
    }
    segments.append(Segment(activity, since, end))
    return segments.compactMap { segment in
      let shown = Segment(segment.activity, max(start, segment.start), min(end, segment.end))
      return shown.end > shown.start ? shown : nil
    }
  }
}
