import Quantities

/// Counts samples into epochs, as Keras's `fit_generator` does, and times whole ones.
struct EpochClock: Sendable, BitwiseCopyable {
  var samples: Int
  private(set) var number = 1
  private(set) var samplesSeen = 0
  /// Of the last epoch that was seen whole, pauses left out.
  private(set) var last: Nanoseconds?
  private var start = Nanoseconds.zero
  private var pausedAt: Nanoseconds?
  private var paused = Nanoseconds.zero

  init(samples: Int) { self.samples = samples }

  mutating func step(pictures: Int, endingAt end: Nanoseconds) {
    samplesSeen += pictures
    guard samplesSeen >= samples else { return }
    finish(at: end)
  }

  /// The same for many steps with equally many pictures each.
  ///
  /// - Parameters:
  ///   - numbers: The steps' numbers, for `end`.
  ///   - end: When a step ended.
  /// - Complexity: O(1), however many epochs end meanwhile.
  mutating func steps(
    _ numbers: ClosedRange<Int>, pictures: Int, endingAt end: (Int) -> Nanoseconds
  ) {
    guard pictures > 0 else { return }
    func stepsFor(_ samples: Int) -> Int { max(1, (samples + pictures - 1) / pictures) }
    let first = stepsFor(samples - samplesSeen)
    guard first <= numbers.count else {
      samplesSeen += numbers.count * pictures
      return
    }
    let whole = stepsFor(samples)
    let (more, rest) = (numbers.count - first).quotientAndRemainder(dividingBy: whole)
    let firstEnd = numbers.lowerBound + first - 1
    finish(at: end(firstEnd))
    if more > 0 {
      // Only the last whole epoch's time is kept.
      number += more - 1
      begin(at: end(firstEnd + (more - 1) * whole))
      finish(at: end(firstEnd + more * whole))
    }
    samplesSeen = rest * pictures
  }

  /// A pause of the training: one that follows an epoch's last step belongs to that epoch, unless it is the start of
  /// the next one's workers.
  mutating func phase(_ phase: PhaseBegun) {
    guard phase.kind != .workerStart, samplesSeen == 0, number > 1, let last else { return }
    self.last = last + phase.length
    start = max(start, phase.end)
  }

  /// A watched job's epoch begins where its loop asks for the first batch: what the job did before then, as writing a
  /// checkpoint, is no epoch's.
  ///
  /// - Returns: Whether the step is an epoch's first.
  mutating func begin(asking wanted: Nanoseconds) -> Bool {
    guard samplesSeen == 0 else { return false }
    start = max(start, wanted)
    return true
  }

  mutating func restart(at now: Nanoseconds) { begin(at: now) }

  mutating func pause(at now: Nanoseconds) { pausedAt = now }

  mutating func resume(at now: Nanoseconds) {
    guard let since = pausedAt else { return }
    // An epoch restarted meanwhile has not been paused before it began.
    paused += now - max(since, start)
    pausedAt = nil
  }

  /// The time since the epoch began, pauses left out.
  func elapsed(at now: Nanoseconds) -> Nanoseconds {
    max(.zero, (pausedAt ?? now) - start - paused)
  }

  mutating func archive(_ archive: inout StateArchive) { archive.value(&self) }

  private mutating func finish(at end: Nanoseconds) {
    last = end - start - paused
    number += 1
    begin(at: end)
  }

  private mutating func begin(at now: Nanoseconds) {
    samplesSeen = 0
    start = now
    paused = .zero
  }
}
