package import Quantities

/// The activity of a worker or the GPU over a span of time.
package enum Activity: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// A worker makes a batch, naps, or waits for room in the queue.
  case making, napping, waitingForRoom
  /// The GPU computes, waits for the host's work, or waits for a batch.
  case busy, host, starved
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
  /// The segments of each worker, by its number.
  package var workers: [[Segment]] = []
  /// The segments of the GPU.
  package var gpu: [Segment] = []
  /// The depths of the queue; the first point may lie before `start`.
  package var depths: [DepthPoint] = []

  /// An empty timeline.
  package init() {}
}

/// Remembers the latest segments of every lane; bounded.
struct TimelineTrack: Sendable {
  private static let mostSegments = 192
  private static let mostWorkers = 8
  /// The window shows about this many batches.
  private static let batches = 24.0

  private var workers: [[Segment]] = []
  private var gpu: [Segment] = []
  private var depths: [DepthPoint] = []
  /// The shown span ends at the last nap's end, so that the picture stands still, as an oscilloscope's
  /// does at its trigger.
  private var trigger = Nanoseconds.zero
  private var latest = Nanoseconds.zero

  mutating func add(_ made: BatchMade) {
    add(Segment(.making, made.start, made.finished), worker: made.worker)
    add(DepthPoint(at: made.put, depth: made.depth))
  }

  mutating func add(_ wait: WorkerWait) {
    let activity: Activity = wait.reason == .nap ? .napping : .waitingForRoom
    add(Segment(activity, wait.start, wait.end), worker: wait.worker)
    if wait.reason == .nap { trigger = wait.end }
  }

  mutating func add(_ taken: BatchTaken) {
    add(DepthPoint(at: taken.at, depth: taken.depth))
  }

  mutating func add(_ step: StepDone) {
    let hostStart = step.taken + step.lockWait
    append(Segment(.starved, step.wanted, hostStart), to: &gpu)
    append(Segment(.host, hostStart, step.hostEnd), to: &gpu)
    append(Segment(.busy, step.hostEnd, step.end), to: &gpu)
    latest = step.end
  }

  mutating func restart() { self = TimelineTrack() }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&workers, filler: []) { $1.list(&$0) }
    archive.list(&gpu)
    archive.list(&depths)
    archive.value(&trigger)
    archive.value(&latest)
  }

  /// - Parameter rate: Batches a second; decides how much time is shown.
  func reading(rate: Double) -> TimelineReading {
    var reading = TimelineReading()
    guard rate > 0, let first = gpu.first else { return reading }
    let length = Self.roundLength(Self.batches / rate)
    // Without a recent nap the span ends at the last step.
    let isTriggered = trigger > first.start + length && latest - trigger < length
    reading.end = isTriggered ? trigger : latest
    reading.start = reading.end - length
    func isShown(_ segment: Segment) -> Bool {
      segment.end > reading.start && segment.start < reading.end
    }
    reading.workers = workers.map { $0.filter(isShown) }
    reading.gpu = gpu.filter(isShown)
    let firstShown = depths.lastIndex { $0.at <= reading.start } ?? 0
    reading.depths = depths[firstShown...].filter { $0.at < reading.end }
    return reading
  }

  /// The next of 1, 2, 5, 10, 20… times a microsecond.
  private static func roundLength(_ seconds: Double) -> Nanoseconds {
    var unit = Nanoseconds.microseconds(1)
    while true {
      for factor in [1, 2, 5] where (unit * factor).seconds >= seconds { return unit * factor }
      unit = unit * 10
    }
  }

  private mutating func add(_ segment: Segment, worker: Int) {
    guard worker < Self.mostWorkers else { return }
    while workers.count <= worker { workers.append([]) }
    append(segment, to: &workers[worker])
  }

  private mutating func add(_ point: DepthPoint) {
    if depths.count >= 2 * Self.mostSegments { depths.removeFirst(Self.mostSegments) }
    depths.append(point)
  }

  private func append(_ segment: Segment, to lane: inout [Segment]) {
    guard segment.end > segment.start else { return }
    if lane.count >= 2 * Self.mostSegments { lane.removeFirst(Self.mostSegments) }
    lane.append(segment)
  }
}
