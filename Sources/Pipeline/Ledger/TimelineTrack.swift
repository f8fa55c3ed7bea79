import Quantities

/// Remembers the latest segments of every lane; bounded.
struct TimelineTrack: Sendable {
  /// Segments of a lane that are kept: more than any window shows, unless a batch takes microseconds.
  private static let mostSegments = 512
  static let mostWorkers = 64
  /// The window shows about this many batches…
  private static let batches = 24.0
  /// …or this many rounds of making and napping, where they take longer.
  private static let rounds = 2.4
  /// A longer round is no round, but an interruption.
  static let longestRound = Nanoseconds.seconds(1)
  /// The window's length changes once the wanted one is so far off, so that it doesn't jump.
  private static let tolerance = 0.7...1.4

  private var workers: [[Segment]] = []
  private var gpu: [Segment] = []
  private var depths: [DepthPoint] = []
  /// The shown span ends at the last nap's end, so that the picture stands still, as an oscilloscope's
  /// does at its trigger.
  private var trigger = Nanoseconds.zero
  private var latest = Nanoseconds.zero
  private var length = Nanoseconds.zero
  private var period = Nanoseconds.zero
  /// From one nap's end to the next with batches between; zero before there is one.
  private var round = Nanoseconds.zero
  private var hasMadeSinceNap = false
  /// By the worker's number; isn't archived, since it holds for a moment alone.
  private var open: [OpenActivity?] = []
  /// Whether the workers of `open` share an interpreter lock.
  private var isOpenUnderLock = false

  /// - Parameter hasLock: Whether workers share an interpreter lock. What passes between two activities of a
  ///   worker then is a wait for it: a look at the queue needs it, too, and no event tells of that.
  mutating func add(_ made: BatchMade, hasLock: Bool) {
    hasMadeSinceNap = true
    if hasLock { fillGap(before: made.start, worker: made.worker) }
    for segment in made.segments { add(segment, worker: made.worker) }
    add(DepthPoint(at: made.put, depth: made.depth))
  }

  /// - Parameter hasLock: As for a batch; a wait for room comes before its batch, and has no gap.
  mutating func add(_ wait: WorkerWait, hasLock: Bool) {
    if hasLock, wait.reason != .room { fillGap(before: wait.start, worker: wait.worker) }
    add(wait.segment, worker: wait.worker)
    guard wait.reason == .nap else { return }
    if hasMadeSinceNap, trigger > .zero { round = min(Self.longestRound, wait.end - trigger) }
    hasMadeSinceNap = false
    trigger = wait.end
  }

  mutating func add(_ taken: BatchTaken) {
    add(DepthPoint(at: taken.at, depth: taken.depth))
  }

  mutating func add(_ step: StepDone) {
    let hostStart = step.taken + step.lockWait
    Self.insert(Segment(.starved, step.wanted, step.taken), into: &gpu)
    Self.insert(Segment(.starvedByLock, step.taken, hostStart), into: &gpu)
    Self.insert(Segment(.host, hostStart, step.hostEnd), into: &gpu)
    Self.insert(Segment(.busy, step.hostEnd, step.end), into: &gpu)
    latest = step.end
  }

  /// Of a pause that is longer than half the window, the window shows no more until training goes on.
  mutating func add(_ phase: PhaseBegun) {
    Self.insert(Segment(.pausing, phase.start, phase.end), into: &gpu)
    latest = max(latest, min(phase.end, phase.start + length * 0.5))
  }

  /// Takes in what each worker does at this moment.
  mutating func setOpen(_ activities: [OpenActivity?], hasLock: Bool) {
    open = activities
    isOpenUnderLock = hasLock
  }

  mutating func restart() { self = TimelineTrack() }

  mutating func archive(_ archive: inout StateArchive) {
    archive.list(&workers, filler: []) { $1.list(&$0) }
    archive.list(&gpu)
    archive.list(&depths)
    archive.value(&trigger)
    archive.value(&latest)
    archive.value(&length)
    archive.value(&period)
    archive.value(&round)
    archive.value(&hasMadeSinceNap)
  }

  /// Ends a frame: settles the window's length, and forgets what no window can show any more.
  ///
  /// - Parameter rate: Batches a second under the present settings; 0 before the first.
  mutating func endFrame(rate: Double) {
    guard rate > 0 else { return }
    period = Nanoseconds(seconds: 1 / rate)
    let isNapping = round > .zero && latest - trigger < Self.longestRound
    let wanted = max(Self.batches / rate, isNapping ? round.seconds * Self.rounds : 0)
    if length == .zero || !Self.tolerance.contains(wanted / length.seconds) {
      length = Self.round(wanted)
    }
    let oldest = min(latest, isNapping ? trigger : latest) - length - length
    for worker in workers.indices { workers[worker].forget(before: oldest) }
    gpu.forget(before: oldest)
    let known = depths.lastIndex { $0.at <= oldest } ?? 0
    depths.removeFirst(known)
  }

  /// The window and what is in it; empty before the first frame has ended.
  ///
  /// - Parameter isOpenKnown: Whether what workers are in the middle of is set before each reading. Where it
  ///   isn't, the window ends with what is known of all of them.
  func reading(isOpenKnown: Bool) -> TimelineReading {
    var reading = TimelineReading()
    guard length > .zero, let first = gpu.first else { return reading }
    // Without a recent nap the span ends at the last step.
    let isTriggered = trigger > first.start + length && latest - trigger < length
    reading.end = isTriggered ? min(trigger, latest) : latest
    if !isOpenKnown { reading.end = known(until: reading.end) }
    reading.start = reading.end - length
    reading.period = period
    func isShown(_ segment: Segment) -> Bool {
      segment.end > reading.start && segment.start < reading.end
    }
    reading.workers = workers.map { $0.filter(isShown) }
    for (worker, activity) in open.prefix(Self.mostWorkers).enumerated() {
      guard let activity else { continue }
      while reading.workers.count <= worker { reading.workers.append([]) }
      let known = worker < workers.count ? workers[worker].last?.end : nil
      // What was recorded since counts.
      let start = max(reading.start, known ?? .zero)
      let begun = min(reading.end, activity.batchStart ?? activity.since)
      if isOpenUnderLock, known != nil, begun > start, begun - start <= Self.longestRound {
        reading.workers[worker].append(Segment(.waitingForLock, start, begun))
      }
      reading.workers[worker] += activity.segments(from: start, to: reading.end)
    }
    reading.gpu = gpu.filter(isShown)
    let firstShown = depths.lastIndex { $0.at <= reading.start } ?? 0
    reading.depths = depths[firstShown...].filter { $0.at < reading.end }
    return reading
  }

  /// The moment up to which the lanes of all workers are known; of one whose last activity lies more than half
  /// a window back, what follows isn't waited for.
  private func known(until end: Nanoseconds) -> Nanoseconds {
    let oldest = end - length * 0.5
    return workers.reduce(end) { known, lane in
      guard let last = lane.last?.end, last >= oldest else { return known }
      return min(known, last)
    }
  }

  /// The next round length: 1, 1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10, … microseconds.
  private static func round(_ seconds: Double) -> Nanoseconds {
    var unit = 1e-6
    while unit < 1e6 {
      for factor in [1, 1.2, 1.6, 2, 2.5, 3, 4, 5, 6, 8] where unit * factor >= seconds {
        return Nanoseconds(seconds: unit * factor)
      }
      unit *= 10
    }
    return Nanoseconds(seconds: unit)
  }

  private mutating func fillGap(before start: Nanoseconds, worker: Int) {
    guard worker < workers.count, let gap = workers[worker].lockGap(before: start) else { return }
    add(gap, worker: worker)
  }

  private mutating func add(_ segment: Segment, worker: Int) {
    guard worker < Self.mostWorkers else { return }
    while workers.count <= worker { workers.append([]) }
    Self.insert(segment, into: &workers[worker])
  }

  private mutating func add(_ point: DepthPoint) {
    if depths.count >= 2 * Self.mostSegments { depths.removeFirst(Self.mostSegments) }
    var place = depths.count
    while place > 0, depths[place - 1].at > point.at { place -= 1 }
    depths.insert(point, at: place)
  }

  /// Inserts a segment by its start: a worker's wait for room is reported before the batch that it
  /// waited with, which began earlier.
  ///
  /// - Complexity: O(segments that began later), one or two.
  private static func insert(_ segment: Segment, into lane: inout [Segment]) {
    guard segment.end > segment.start else { return }
    if lane.count >= mostSegments { lane.removeFirst(mostSegments / 4) }
    var place = lane.count
    while place > 0, lane[place - 1].start > segment.start { place -= 1 }
    lane.insert(segment, at: place)
  }
}

extension WorkerWait {
  /// As a lane shows it.
  var segment: Segment {
    switch reason {
    case .nap: Segment(.napping, start, end)
    case .room: Segment(.waitingForRoom, start, end)
    case .demand: Segment(.waitingForDemand, start, end)
    }
  }
}

extension BatchMade {
  /// The time from `start` to `finished`, parted into work and waits for the interpreter lock.
  ///
  /// A stage takes the lock before it works, so its wait is drawn first; of a batch whose stages weren't
  /// measured, all of it.
  var segments: [Segment] {
    guard lockWait > .zero else { return [Segment(.making, start, finished)] }
    guard !stages.isEmpty else {
      let begun = min(finished, start + lockWait)
      return [Segment(.waitingForLock, start, begun), Segment(.making, begun, finished)]
    }
    var segments: [Segment] = []
    var workStart = start
    for index in stages.indices where stages[index].wait > .zero {
      let waitStart = stageStart(index)
      let waitEnd = min(stages[index].end, waitStart + stages[index].wait)
      segments.append(Segment(.making, workStart, waitStart))
      segments.append(Segment(.waitingForLock, waitStart, waitEnd))
      workStart = waitEnd
    }
    segments.append(Segment(.making, workStart, finished))
    return segments
  }
}

extension [Segment] {
  fileprivate mutating func forget(before oldest: Nanoseconds) {
    removeFirst(firstIndex { $0.end > oldest } ?? count)
  }
}
